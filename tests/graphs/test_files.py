import gzip
import os
import subprocess
import sys
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import given
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, example6, karate, read_graph, write_graph


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@given(graphs(weighted=False, parallel=False))
def test_what_is_written_is_read(graph: Graph) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for ending in (".csr", ".npz", ".mtx"):
            path = Path(folder) / f"graph{ending}"
            write_graph(graph, path)
            back = read_graph(path, directed=graph.directed)
            assert back.num_nodes == graph.num_nodes
            np.testing.assert_array_equal(back.csr().toarray(), graph.csr().toarray())
            assert back.num_edges == graph.num_edges


def test_labels_survive_a_csr_folder_and_it_is_memory_mapped(tmp_path: Path) -> None:
    write_graph(example6(), tmp_path / "g.csr")
    back = read_graph(tmp_path / "g.csr")
    assert [back.label(node) for node in range(6)] == list("ABCDEF")
    assert isinstance(back.successors.indices, np.memmap)
    assert back.num_edges == 8


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
        ("e.mtx", b"no", "must hold a sparse matrix"),
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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "e.txt", "0 1\n")
    path.chmod(0)
    with pytest.raises(GraphError, match="cannot be read: Permission denied"):
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
    with pytest.raises(GraphError, match=r"written as \.csr, \.npz, \.mtx, got g\.txt"):
        write_graph(example6(), tmp_path / "g.txt")
