from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.graphs import Graph
from gnnlab.graphs import adjacency as lists
from gnnlab.graphs.compressed import simplified


@pytest.fixture(params=["numpy", "kernels"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small graphs by numpy and, as if they were large, by the kernels."""
    if request.param == "kernels":
        monkeypatch.setattr("gnnlab.graphs.adjacency.KERNELS_FROM", 0)
        monkeypatch.setattr("gnnlab.graphs.compressed.KERNELS_FROM", 0)


def test_lists_are_the_rows_of_the_matrix() -> None:
    @given(graphs(min_nodes=1))
    def check(graph: Graph) -> None:
        counts = (graph.with_weight(np.ones(graph.num_edges)).csr().toarray()).T
        for found, matrix in ((graph.successors, counts), (graph.predecessors, counts.T)):
            for node in range(graph.num_nodes):
                expected = np.repeat(np.arange(graph.num_nodes), matrix[node].astype(int))
                assert found.of(node).tolist() == expected.tolist()

    check()


def test_a_simplified_graph_has_each_edge_once_and_counts_the_others() -> None:
    @given(graphs(weighted=False))
    def check(graph: Graph) -> None:
        simple = simplified(graph)
        np.testing.assert_array_equal(simple.csr().toarray(), graph.csr().toarray() > 0)
        ends = graph.edges if graph.directed else np.sort(graph.edges, axis=0)
        different = {tuple(edge) for edge in ends.T.tolist()}
        assert simple.num_edges == len(different) == simple.edges.shape[1]
        assert simple.duplicates == graph.num_edges - len(different)
        assert simple.num_loops == sum(source == target for source, target in different)

    check()


def test_a_compressed_graph_takes_weights_and_directions_like_any_other() -> None:
    @given(graphs(weighted=False, parallel=False))
    def check(graph: Graph) -> None:
        simple = simplified(graph)
        weight = np.arange(1.0, 1 + graph.num_edges)
        plain = Graph(simple.edges, graph.num_nodes, weight, directed=graph.directed)
        weighted = simple.with_weight(weight)
        np.testing.assert_array_equal(weighted.csr().toarray(), plain.csr().toarray())
        assert (weighted.num_edges, weighted.num_loops) == (graph.num_edges, graph.num_loops)
        both = replace(simple, directed=True, name="x").to_directed()
        assert (both.name, both.directed) == ("x", True)

    check()


@given(st.integers(0, 2**32 - 1), st.integers(1, 3000), st.booleans(), st.booleans())
def test_the_kernels_hold_for_many_arcs(seed: int, nodes: int, both: bool, once: bool) -> None:
    draws = np.random.default_rng(seed)
    source, target = draws.integers(0, nodes, (2, 400))
    indptr, indices = lists.adjacency(source, target, nodes, both_ways=both, once=once)
    arcs = list(zip(source.tolist(), target.tolist(), strict=True))
    arcs += [(there, here) for here, there in arcs if both and here != there]
    expected = sorted(set(arcs) if once else arcs)
    assert indices.tolist() == [there for _, there in expected]
    degrees = np.bincount([here for here, _ in expected], minlength=nodes)
    assert np.diff(indptr).tolist() == degrees.tolist()
