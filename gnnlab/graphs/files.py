"""Graphs from files and into them, by the ending of the name."""

import gzip
import json
import os
import shutil
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.adjacency import Adjacency
from gnnlab.graphs.compressed import CompressedGraph
from gnnlab.graphs.edge_list import read_edge_list
from gnnlab.graphs.graph import Graph, NumberLabels


def read_graph(path: str | Path, *, directed: bool = False) -> Graph:
    """The graph in a file.

    ``.npz`` (scipy's sparse matrix) and ``.mtx`` hold A, [target, source], with weights;
    ``.graphml`` and ``.gml`` are networkx's; ``.csr`` is a folder of :func:`write_graph`, opened
    memory-mapped; anything else is an edge list (:func:`read_edge_list`). ``.gz`` may follow, and
    ``-`` is an edge list from stdin.

    Args:
        path: of the file.
        directed: whether edges carry information one way only. GraphML, GML and ``.csr`` that say
            so themselves are still read both ways where this is false.

    Raises:
        GraphError: a file that is missing, cannot be read, or holds no graph.
    """
    path = Path(path)
    if str(path) == "-":
        return read_edge_list(sys.stdin.buffer.read(), "stdin", directed=directed)
    if path.suffix == ".csr":
        return _read_csr(path, directed)
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


def write_graph(graph: Graph, path: str | Path) -> None:
    """Write a graph as ``.csr``, ``.npz`` or ``.mtx``, all of it or nothing.

    A ``.csr`` folder holds ``indptr.npy`` and ``indices.npy`` (for each node the targets of its
    arcs), ``labels.npy`` where nodes have labels, and ``graph.json``; it has no weights.

    Raises:
        GraphError: another ending, or a place that cannot be written; what was there stays.
    """
    path = Path(path)
    if path.suffix not in _WRITERS:
        raise GraphError(f"a graph is written as {', '.join(_WRITERS)}, got {path.name}")
    partial = path.with_name(f".{os.getpid()}.partial.{path.name}")
    try:
        _WRITERS[path.suffix](graph, partial)
        if path.is_dir():
            shutil.rmtree(path)
        partial.replace(path)
    except OSError as error:
        raise GraphError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        partial.unlink(missing_ok=True)


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
        except (ValueError, KeyError, AttributeError) as error:
            raise GraphError(f"{path} must hold a sparse matrix, got: {error}") from error
        if matrix.shape[0] != matrix.shape[1]:
            raise GraphError(f"{path} must hold a square matrix, got {list(matrix.shape)}")
        target, source = matrix.coords
        edges, weight = np.stack([source, target]), matrix.data
        if not directed:
            once = edges[0] <= edges[1]
            both_ways = abs(matrix - matrix.T).nnz == 0
            if both_ways:
                edges, weight = edges[:, once], weight[once]
        unweighted = bool((weight == 1).all())
        return Graph(
            edges,
            matrix.shape[0],
            weight=None if unweighted else weight,
            directed=directed,
            name=path.name,
        )

    return read


def _load_npz(path: Path) -> Any:
    from scipy.sparse import load_npz

    return load_npz(path)


def _load_mtx(path: Path) -> Any:
    from scipy.io import mmread
    from scipy.sparse import coo_array

    return coo_array(mmread(path))


def _read_networkx(load: Callable[[Any], Any]) -> Callable[[Path, bool], Graph]:
    def read(path: Path, directed: bool) -> Graph:
        import networkx

        try:
            found = load(path)
        except OSError:
            raise
        except Exception as error:  # parsers of XML and GML fail in many ways
            raise GraphError(f"{path} cannot be read as a graph: {error}") from error
        if not directed and found.is_directed():
            found = networkx.MultiGraph(found) if found.is_multigraph() else networkx.Graph(found)
        graph = Graph.from_networkx(found, name=path.name)
        return graph if graph.directed == directed else _with_direction(graph, directed)

    return read


def _with_direction(graph: Graph, directed: bool) -> Graph:
    """An undirected file read as directed: each edge both ways."""
    arcs, weight = graph.arcs()
    return Graph(
        arcs, graph.num_nodes, weight, labels=graph.labels, directed=directed, name=graph.name
    )


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


def _read_csr(path: Path, directed: bool) -> Graph:
    try:
        about = json.loads((path / "graph.json").read_text(encoding="utf-8"))
        indptr = np.load(path / "indptr.npy", mmap_mode="r")
        indices = np.load(path / "indices.npy", mmap_mode="r")
        labels: Any = None
        if (path / "labels.npy").exists():
            stored = np.load(path / "labels.npy")
            labels = NumberLabels(stored) if stored.dtype.kind == "i" else stored.tolist()
        if len(indptr) < 1 or indptr[0] != 0 or indptr[-1] != len(indices):
            raise ValueError("indptr.npy and indices.npy do not fit")
    except (OSError, ValueError, KeyError) as error:
        raise GraphError(f"{path} must be a folder that gnnlab wrote, got: {error}") from error
    graph = CompressedGraph(
        Adjacency(indptr, indices), labels, directed=about["directed"], name=path.name
    )
    if graph.directed and not directed:
        edges = graph.edges
        return Graph(edges, graph.num_nodes, labels=labels, name=path.name)
    return graph if graph.directed == directed else _with_direction(graph, directed)


def _write_csr(graph: Graph, path: Path) -> None:
    path.mkdir()
    np.save(path / "indptr.npy", graph.successors.indptr)
    np.save(path / "indices.npy", graph.successors.indices)
    if isinstance(graph.labels, NumberLabels):
        np.save(path / "labels.npy", graph.labels.numbers)
    elif graph.labels is not None:
        np.save(path / "labels.npy", np.array(list(graph.labels)))
    about = {"nodes": graph.num_nodes, "directed": graph.directed}
    (path / "graph.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def _write_npz(graph: Graph, path: Path) -> None:
    from scipy.sparse import save_npz

    with path.open("wb") as file:
        save_npz(file, graph.csr())


def _write_mtx(graph: Graph, path: Path) -> None:
    from scipy.io import mmwrite

    with path.open("wb") as file:
        mmwrite(file, graph.csr())


_WRITERS: dict[str, Callable[[Graph, Path], None]] = {
    ".csr": _write_csr,
    ".npz": _write_npz,
    ".mtx": _write_mtx,
}
