import errno
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, cycle, example6, karate, read_graph, write_graph

MTX = "%%MatrixMarket matrix coordinate real general\n"


def _npz() -> bytes:
    file = io.BytesIO()
    scipy.sparse.save_npz(file, scipy.sparse.eye_array(9, format="csr"))
    return file.getvalue()


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@given(graphs(parallel=False))
def test_what_is_written_is_read(graph: Graph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".csr", ".npz", ".mtx"):
            path = Path(folder) / f"graph{ending}"
            write_graph(graph, path)
            back = read_graph(path, directed=graph.directed)
            assert back.num_nodes == graph.num_nodes
            np.testing.assert_array_equal(back.csr().toarray(), graph.csr().toarray())
            assert (back.num_edges, back.duplicates) == (graph.num_edges, 0)


@given(graphs(directed=True, parallel=False, min_nodes=2))
def test_a_directed_graph_is_read_both_ways_alike_from_every_file(graph: Graph) -> None:
    matrix = graph.csr().toarray()
    there = networkx.to_numpy_array(graph.with_weight(np.ones(graph.num_edges)).to_networkx()).T
    with np.errstate(invalid="ignore"):
        expected = np.nan_to_num((matrix + matrix.T) / (there + there.T))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"graph{ending}" for ending in (".csr", ".npz", ".mtx", ".graphml")]
        for path in paths[:-1]:
            write_graph(graph, path)
        networkx.write_graphml(graph.to_networkx(), paths[-1])
        for path in paths:
            back = read_graph(path)
            np.testing.assert_allclose(back.csr().toarray(), expected)
            assert back.num_edges == np.triu(there + there.T > 0).sum()
            assert not back.directed


@given(graphs(directed=False, parallel=False))
def test_an_undirected_graph_is_read_as_two_arcs_an_edge(graph: Graph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".csr", ".mtx"):
            write_graph(graph, Path(folder) / f"g{ending}")
            back = read_graph(Path(folder) / f"g{ending}", directed=True)
            assert back.directed
            assert back.num_edges == 2 * graph.num_edges - graph.num_loops
            np.testing.assert_array_equal(back.csr().toarray(), graph.csr().toarray())


def test_repeated_edges_of_a_file_are_counted(tmp_path: Path) -> None:
    head = "%%MatrixMarket matrix coordinate real general\n3 3 3\n"
    once = read_graph(written(tmp_path / "g.mtx", f"{head}2 1 1\n2 1 1\n1 2 1\n"))
    assert (once.num_edges, once.duplicates, once.weight) == (1, 1, None)
    heavy = read_graph(written(tmp_path / "h.mtx", f"{head}2 1 2\n2 1 3\n3 3 1\n"), directed=True)
    assert (heavy.weight.tolist(), heavy.duplicates, heavy.num_loops) == ([5, 1], 1, 1)
    club = networkx.MultiGraph([("A", "B"), ("B", "A"), ("B", "C")])
    networkx.write_gml(club, tmp_path / "g.gml")
    assert read_graph(tmp_path / "g.gml").duplicates == 1


def test_labels_survive_a_csr_folder_and_it_is_memory_mapped(tmp_path: Path) -> None:
    write_graph(example6(), tmp_path / "g.csr")
    back = read_graph(tmp_path / "g.csr")
    assert [back.label(node) for node in range(6)] == list("ABCDEF")
    assert isinstance(back.successors.indices, np.memmap)
    assert back.num_edges == 8
    numbers = read_graph(written(tmp_path / "e.txt", "70 80\n80 90\n"))
    write_graph(numbers, tmp_path / "g.csr")
    assert [read_graph(tmp_path / "g.csr").label(node) for node in range(3)] == ["70", "80", "90"]


def test_graphml_gml_and_zipped_mtx_are_read(tmp_path: Path) -> None:
    club = karate().to_networkx()
    networkx.write_graphml(club, tmp_path / "g.graphml")
    networkx.write_gml(club, tmp_path / "g.gml")
    write_graph(karate(), tmp_path / "g.mtx")
    written(tmp_path / "z.mtx.gz", gzip.compress((tmp_path / "g.mtx").read_bytes()))
    for name in ("g.graphml", "g.gml", "z.mtx.gz"):
        graph = read_graph(tmp_path / name)
        assert (graph.num_nodes, graph.num_edges) == (34, 78)
        assert read_graph(tmp_path / name, directed=True).num_edges == 156


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("e.txt", "0 1\n1\n", "e.txt, line 2: an edge must be 2 columns"),
        ("e.txt", "", "e.txt must hold at least one edge, got none"),
        ("e.txt.gz", gzip.compress(b"0 1\n" * 999, mtime=0)[:30], "must be a whole gzip file"),
        ("e.txt.gz", b"0 1\n", "must be a whole gzip file"),
        ("e.npz", b"no", "must hold a sparse matrix"),
        ("e.npz", _npz()[:-30], "must hold a sparse matrix"),
        ("e.mtx", b"no", "must hold a sparse matrix"),
        ("e.mtx", f"{MTX}2 2 1\n1 {10**30} 1\n", "must hold a sparse matrix"),
        ("e.mtx", f"{MTX}{10**15} {10**15} 1\n1 1 1\n", "must fit into memory"),
        ("e.mtx", "%%MatrixMarket matrix coordinate real general\n1 2 1\n1 1 1\n", "square matrix"),
        ("e.gml", "no", "cannot be read as a graph"),
        ("e.graphml", "no", "cannot be read as a graph"),
    ],
)
def test_a_file_without_a_graph_is_refused_by_name_and_line(tmp_path, name, content, said) -> None:
    with pytest.raises(GraphError, match=said):
        read_graph(written(tmp_path / name, content))


def test_places_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="does not exist"):
        read_graph(tmp_path / "nowhere.csv")
    with pytest.raises(GraphError, match=r"a folder that ends in \.csr, got folder"):
        read_graph(tmp_path)
    (tmp_path / "x.csr").mkdir()
    with pytest.raises(GraphError, match="must be a folder that gnnlab wrote"):
        read_graph(tmp_path / "x.csr")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"indices": np.array([1, 6, 0], np.int32)}, "with a node outside 0 to 2"),
        ({"indices": np.array([1, -1, 0], np.int32)}, "with a node outside 0 to 2"),
        ({"indices": np.array([1.0, 2, 0])}, "indices.npy of float64"),
        ({"indices": np.array([[1, 2, 0]])}, r"indices.npy of int64 and shape \[1, 3\]"),
        ({"indptr": np.array([0, 4, 3, 3])}, "does not rise from 0 to 3"),
        ({"indptr": np.array([1, 2, 3, 3])}, "does not rise from 0 to 3"),
        ({"indptr": np.array([0, 1, 2, 4])}, "does not rise from 0 to 3"),
        ({"indptr": np.array([0, 1, 2, 3], np.int32)}, "indptr.npy of int32"),
        ({"indptr": np.array([], np.int64)}, r"indptr.npy of int64 and shape \[0\]"),
        ({"indptr": np.array([{}])}, "Python objects|pickle"),
        ({"labels": np.array(["A", "B"])}, "name each of the 3 nodes, got 2"),
        ({"labels": np.array(["A", "B", "A"])}, "distinct, got 'A' twice"),
        ({"labels": np.array([5, 7, 7])}, "numbers that do not rise"),
        ({"labels": np.array([-5, 7, 8])}, "numbers that do not rise"),
        ({"labels": np.array([0.5, 1, 2])}, "labels.npy of float64"),
        ({"weights": np.array([0.5, 1])}, "each of the 3 edges"),
        ({"weights": np.array([0.5, 1, np.inf])}, "must be finite, got inf"),
        ({"graph": {}}, "graph.json without nodes 3 and directed"),
        ({"graph": []}, "graph.json without nodes 3 and directed"),
        ({"graph": {"nodes": 4, "directed": True}}, "graph.json without nodes 3"),
        ({"graph": {"nodes": 3, "directed": "no"}}, "graph.json without nodes 3"),
    ],
)
def test_a_csr_folder_that_is_no_graph_is_refused(
    tmp_path: Path, broken: dict[str, Any], said: str
) -> None:
    path = tmp_path / "g.csr"
    write_graph(cycle(3, directed=True), path)
    for name, content in broken.items():
        if name == "graph":
            (path / "graph.json").write_text(json.dumps(content))
        else:
            np.save(path / f"{name}.npy", content)
    with pytest.raises(GraphError, match=f"g.csr must be a folder that gnnlab wrote, .*{said}"):
        read_graph(path)


@pytest.mark.parametrize("name", ["graph.json", "indptr.npy", "indices.npy", "labels.npy"])
def test_a_csr_folder_with_half_a_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "g.csr"
    write_graph(example6(), path)
    (path / name).write_bytes((path / name).read_bytes()[:-10])
    with pytest.raises(GraphError, match=r"g\.csr must be a folder that gnnlab wrote"):
        read_graph(path)
    (path / name).write_bytes(b"")
    with pytest.raises(GraphError, match=r"g\.csr must be a folder that gnnlab wrote"):
        read_graph(path)


@pytest.mark.parametrize("name", ["g.csr", "g.npz", "g.mtx"])
def test_a_folder_that_gnnlab_did_not_write_is_never_replaced(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir()
    written(path / "thesis.txt", "years of work")
    for _ in range(2):
        with pytest.raises(GraphError, match=f"must be a f.*, got .*{name}"):
            write_graph(example6(), path)
        assert (path / "thesis.txt").read_text() == "years of work"
        written(path / "graph.json", "{}")
    assert list(tmp_path.iterdir()) == [path]


def test_an_own_or_empty_folder_is_replaced_and_a_link_is_not(tmp_path: Path) -> None:
    path = tmp_path / "g.csr"
    path.mkdir()
    for graph in (example6(), cycle(3)):
        write_graph(graph, path)
        assert read_graph(path).num_nodes == graph.num_nodes
    (tmp_path / "link.csr").symlink_to(path)
    with pytest.raises(GraphError, match=r"a folder itself, got a link, .*link\.csr"):
        write_graph(example6(), tmp_path / "link.csr")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["g.csr", "link.csr"]


def test_the_old_folder_comes_back_where_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.csr"
    write_graph(example6(), path)

    def interrupted(*_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_graph(cycle(3), path)
    assert read_graph(path).num_nodes == 6
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    path = written(tmp_path / "e.txt", "0 1\n")
    monkeypatch.setattr(np, "memmap", refuse)
    with pytest.raises(GraphError, match=r"e\.txt cannot be read: Permission denied"):
        read_graph(path)


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX's")
def test_a_full_disk_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from gnnlab.errors import GraphError
from gnnlab.graphs import barabasi_albert, write_graph

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for path in sys.argv[1:]:
    try:
        write_graph(barabasi_albert(5000, 5, 0), path)
    except GraphError as error:
        print(error)
"""
    paths = [tmp_path / f"g{ending}" for ending in (".csr", ".npz", ".mtx")]
    for path in paths:
        write_graph(example6(), path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, paths)],
        capture_output=True,
        text=True,
    )
    for path in paths:
        assert f"{path} cannot be written: " in done.stdout, done.stderr
        assert read_graph(path).num_nodes == 6
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_another_ending_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"written as \.csr, \.csv, \.npz, \.mtx, got g\.txt"):
        write_graph(example6(), tmp_path / "g.txt")
