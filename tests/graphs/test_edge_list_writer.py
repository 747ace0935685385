"""Edge lists that are written are read as the same graph, or refused in words."""

import gzip
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, barabasi_albert, cycle, example6, read_graph, write_graph


def back(graph: Graph, name: str = "g.csv") -> Graph:
    """The graph once written and read."""
    with tempfile.TemporaryDirectory() as folder:
        write_graph(graph, Path(folder) / name)
        return read_graph(Path(folder) / name, directed=graph.directed)


def by_name(graph: Graph) -> dict[tuple[str, str], float]:
    """The weight of each arc by the names of its ends."""
    arcs, weight = graph.arcs()
    ends = [(graph.label(source), graph.label(target)) for source, target in arcs.T.tolist()]
    return dict(zip(ends, np.ones(len(ends)) if weight is None else weight, strict=True))


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4).filter(
    lambda name: name == name.strip() and not re.search(r"[\n\r]|^-[0-9]+$", name)
) | st.sampled_from(["a,b", '"', '"a"', "#1", "it's", "source", "0", "2", "007", "1.5", "a\tb"])


@given(graphs(parallel=False).filter(lambda graph: graph.num_edges), st.data())
def test_what_is_written_is_read(graph: Graph, data: st.DataObject) -> None:
    nodes, place = np.unique(graph.edges, return_inverse=True)  # isolated ones left out
    names = st.lists(NAMES, min_size=len(nodes), max_size=len(nodes), unique=True)
    labels = data.draw(st.none() | names)
    assume(not all(re.fullmatch("[0-9]+", name) for name in labels or ["a name"]))
    edges = place.reshape(graph.edges.shape)
    graph = Graph(edges, len(nodes), graph.weight, labels, directed=graph.directed)
    read = back(graph)
    assert by_name(read) == by_name(graph)
    assert (read.num_nodes, read.num_edges) == (graph.num_nodes, graph.num_edges)
    assert (read.weight is None) == (graph.weight is None)


@pytest.mark.parametrize("label", ["a,b", 'the "Mill"', '"', "#1", "a b", "1.5", "é", "'"])
def test_names_with_commas_quotes_and_signs_are_quoted_where_they_must_be(label: str) -> None:
    graph = Graph.from_edges([(label, "B"), ("B", "C")], directed=True).with_weight(
        np.array([0.1, 1 / 3])
    )
    assert by_name(back(graph)) == by_name(graph)


def test_the_text_is_plain(tmp_path: Path) -> None:
    graph = Graph.from_edges([("Ann", "Bob, jr"), ("#1", 'x"y')])
    write_graph(graph.with_weight(np.array([0.5, 2])), tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_text(encoding="utf-8").splitlines() == [
        "source,target,weight",
        'Ann,"Bob, jr",0.5',
        '"#1","x""y",2.0',
    ]


def test_numbers_and_what_is_memory_mapped_are_written(tmp_path: Path) -> None:
    assert by_name(back(cycle(5))) == by_name(cycle(5))
    write_graph(example6(), tmp_path / "g.csr")
    assert by_name(back(read_graph(tmp_path / "g.csr"))) == by_name(example6())
    (tmp_path / "e.txt.gz").write_bytes(gzip.compress(b"700 80\n80 90\n"))
    numbers = read_graph(tmp_path / "e.txt.gz")
    assert by_name(back(numbers)) == by_name(numbers)
    large = barabasi_albert(40_000, 5, 0)  # beyond where compiled kernels read
    again = back(large)
    assert again.num_nodes == large.num_nodes
    assert (again.csr() != large.csr()).nnz == 0


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("", "''"),
        (" B", "' B'"),
        ("B\t", r"'B\\t'"),
        ("a\nb", r"'a\\nb'"),
        ("a\rb", r"'a\\rb'"),
        ("-5", "'-5'"),
        ("1" * 19, "'1{19}'"),
        ("\ud800", r"'\\ud800'"),
        ("x" * 200_000, "'x{57}\\.\\.\\.'"),
    ],
)
def test_a_name_that_would_be_read_as_another_is_refused(tmp_path, label: str, said: str) -> None:
    graph = Graph.from_edges([("A", label)])
    with pytest.raises(GraphError, match=f"in an edge list must .*, got {said}"):
        write_graph(graph, tmp_path / "g.csv")
    assert not list(tmp_path.iterdir())


def test_numbers_with_zeros_before_them_are_names_only_among_names() -> None:
    named = Graph.from_edges([("007", "A")])
    assert by_name(back(named)) == by_name(named)
    with pytest.raises(GraphError, match=r"all of whose names are numbers .* got '007'"):
        back(Graph.from_edges([("007", "1")]))


def test_isolated_nodes_are_refused_by_name(tmp_path: Path) -> None:
    graph = Graph(np.array([[0], [2]]), 4, labels=("Abbey", "Bridge", "Castle", "Dock"))
    (tmp_path / "g.csv").write_text("stays")
    with pytest.raises(GraphError, match=r"must have an edge.*none at Bridge, Dock .*\.csr, which"):
        write_graph(graph, tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_text() == "stays"
    with pytest.raises(GraphError, match=r"none at 0, 1, 2, 3, 4 and 94 more"):
        write_graph(Graph(np.zeros((2, 0), int), 99), tmp_path / "g.csv")
    with pytest.raises(GraphError, match="at least one edge, got none"):
        write_graph(Graph(np.zeros((2, 0), int), 0), tmp_path / "g.csv")
