"""Graphs from files and into them, by the ending of the name."""

import gzip
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.compressed import simplified, undirected
from gnnlab.graphs.csr_folder import FILES, read_csr, write_csr
from gnnlab.graphs.edge_list import read_edge_list
from gnnlab.graphs.edge_list_writer import check_none_alone, write_edge_list
from gnnlab.graphs.graph import Graph


def read_graph(path: str | Path, *, directed: bool = False) -> Graph:
    """The graph in a file, each edge once.

    ``.npz`` (scipy's sparse matrix) and ``.mtx`` hold A, [target, source], with weights;
    ``.graphml`` and ``.gml`` are networkx's; ``.csr`` is a folder of :func:`write_graph`, opened
    memory-mapped; anything else is an edge list (:func:`read_edge_list`). ``.gz`` may follow, and
    ``-`` is an edge list from stdin.

    Weights of repeated edges add up. Where an edge is there in both directions and directions do
    not count, it is one edge, which weighs their average.

    Args:
        path: of the file.
        directed: whether edges carry information one way only. Files that say so themselves are
            still read both ways where this is false; an undirected edge in them is two arcs where
            it is true.

    Raises:
        GraphError: a file that is missing, cannot be read, holds no graph, or one that does not
            fit into memory.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "edges.csv"
    ...     _ = path.write_text("Ann,Bob\\nBob,Cleo\\n")
    ...     read_graph(path).labels
    ('Ann', 'Bob', 'Cleo')
    """
    path = Path(path)
    if str(path) == "-":
        return read_edge_list(sys.stdin.buffer.read(), "stdin", directed=directed)
    if path.suffix == ".csr":
        return read_csr(path, directed)
    if path.is_dir():
        raise GraphError(f"a graph must be a file or a folder that ends in .csr, got folder {path}")
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    try:
        return _READERS.get(kind, _read_text)(path, directed)
    except FileNotFoundError as error:
        raise GraphError(f"{path} does not exist") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise GraphError(f"{path} must be a whole gzip file, got: {error}") from error
    except OSError as error:
        raise GraphError(f"{path} cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise GraphError(f"{path} must fit into memory, got: {error}") from error


def write_graph(graph: Graph, path: str | Path) -> None:
    """Write a graph as ``.csr``, ``.csv``, ``.npz`` or ``.mtx``, all of it or nothing.

    A ``.csr`` folder holds ``indptr.npy`` and ``indices.npy`` (for each node the targets of its
    arcs), ``weights.npy`` and ``labels.npy`` where the graph has them, and ``graph.json``. A
    ``.csv`` is an edge list with labels and weights. The other two hold A, [target, source], and no
    labels.

    Raises:
        GraphError: another ending, a place that cannot be written, a folder there that gnnlab did
            not write, or for a ``.csv`` a node without an edge or a label that cannot be told from
            another; what was there stays.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_graph(Graph.from_edges([("A", "B")]), Path(folder) / "g.csr")
    ...     read_graph(Path(folder) / "g.csr")
    CompressedGraph(name='g.csr', nodes=2, edges=1, directed=False)
    """
    path = Path(path)
    check_ending(path)
    partial = path.with_name(f".{os.getpid()}.partial.{path.name}")
    old = path.with_name(f".{os.getpid()}.old.{path.name}")
    try:
        _check_folder(path)
        _WRITERS[path.suffix](graph, partial)
        if path.is_dir():
            path.rename(old)
        partial.replace(path)
    except OSError as error:
        raise GraphError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        for rest in (partial, old):
            if rest.is_dir():
                shutil.rmtree(rest)
            rest.unlink(missing_ok=True)


def check_ending(path: Path) -> None:
    """See that :func:`write_graph` knows the ending of a file, before its graph is computed.

    Raises:
        GraphError: another ending.
    """
    if path.suffix not in _WRITERS:
        raise GraphError(f"a graph is written as {', '.join(_WRITERS)}, got {path.name}")


def check_alone(path: Path, alone: Sequence[str]) -> None:
    """See that a file can hold nodes that will have no edge, before its graph is computed.

    Raises:
        GraphError: there are some, and the file is an edge list.
    """
    if path.suffix == ".csv":
        check_none_alone(alone)


def _check_folder(path: Path) -> None:
    """Raise GraphError if ``path`` is a folder that writing would wrongly replace."""
    if not path.is_dir():
        return
    if path.suffix != ".csr":
        raise GraphError(f"a {path.suffix} must be a file, got folder {path}")
    if path.is_symlink():
        raise GraphError(f"a .csr to replace must be a folder itself, got a link, {path}")
    names = {each.name for each in path.iterdir()}
    if names and not {"graph.json"} <= names <= FILES:
        foreign = sorted(names - FILES) or sorted(names)
        raise GraphError(
            f"a .csr to replace must be a folder that gnnlab wrote, got {path} with {foreign[0]}"
        )


def _read_text(path: Path, directed: bool) -> Graph:
    name = path.name
    if path.suffix == ".gz":
        return read_edge_list(gzip.decompress(path.read_bytes()), name, directed=directed)
    if path.stat().st_size == 0:
        return read_edge_list(b"", name, directed=directed)
    return read_edge_list(np.memmap(path, dtype=np.uint8, mode="r"), name, directed=directed)


def _read_matrix(load: Callable[[Any], Any]) -> Callable[[Path, bool], Graph]:
    def read(path: Path, directed: bool) -> Graph:
        try:
            matrix = load(path).tocoo()
        except (ValueError, KeyError, AttributeError, OverflowError, BadZipFile) as error:
            raise GraphError(f"{path} must hold a sparse matrix, got: {error}") from error
        if matrix.shape[0] != matrix.shape[1]:
            raise GraphError(f"{path} must hold a square matrix, got {list(matrix.shape)}")
        target, source = matrix.coords
        weight = None if (matrix.data == 1).all() else matrix.data
        arcs = Graph(
            np.stack([source, target]), matrix.shape[0], weight, directed=True, name=path.name
        )
        once = simplified(arcs)
        return once if directed else undirected(once)

    return read


def _load_npz(path: Path) -> Any:
    from scipy.sparse import load_npz

    with path.open("rb") as file:
        return load_npz(file)


def _load_mtx(path: Path) -> Any:
    from scipy.io import mmread
    from scipy.sparse import coo_array

    return coo_array(mmread(path))


def _read_networkx(load: Callable[[Any], Any]) -> Callable[[Path, bool], Graph]:
    def read(path: Path, directed: bool) -> Graph:
        try:
            found = load(path)
        except OSError:
            raise
        except Exception as error:  # parsers of XML and GML fail in many ways
            raise GraphError(f"{path} cannot be read as a graph: {error}") from error
        graph = simplified(Graph.from_networkx(found, name=path.name))
        if directed:
            return graph.to_directed()
        return undirected(graph) if graph.directed else graph

    return read


def _load_graphml(path: Path) -> Any:
    import networkx

    return networkx.read_graphml(path)


def _load_gml(path: Path) -> Any:
    import networkx

    return networkx.read_gml(path)


_READERS: dict[str, Callable[[Path, bool], Graph]] = {
    ".npz": _read_matrix(_load_npz),
    ".mtx": _read_matrix(_load_mtx),
    ".graphml": _read_networkx(_load_graphml),
    ".gml": _read_networkx(_load_gml),
}


def _write_npz(graph: Graph, path: Path) -> None:
    from scipy.sparse import save_npz

    with path.open("wb") as file:
        save_npz(file, graph.csr())


def _write_mtx(graph: Graph, path: Path) -> None:
    from scipy.io import mmwrite

    with path.open("wb") as file:
        mmwrite(file, graph.csr())


_WRITERS: dict[str, Callable[[Graph, Path], None]] = {
    ".csr": write_csr,
    ".csv": write_edge_list,
    ".npz": _write_npz,
    ".mtx": _write_mtx,
}
