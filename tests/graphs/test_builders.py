import networkx
import numpy as np
import pytest

from gnnlab.graphs import Graph, barabasi_albert, chain, cycle, grid, named_graph, tree


def same(graph: Graph, other: networkx.Graph) -> None:
    expected = networkx.to_numpy_array(networkx.convert_node_labels_to_integers(other))
    np.testing.assert_array_equal(graph.csr().toarray(), expected)


def test_they_are_networkx_graphs_of_that_name() -> None:
    same(chain(7), networkx.path_graph(7))
    same(cycle(5), networkx.cycle_graph(5))
    same(grid(5, 4), networkx.grid_2d_graph(5, 4))
    same(tree(3, 2), networkx.balanced_tree(3, 2))
    same(barabasi_albert(30, 2, 1), networkx.barabasi_albert_graph(30, 2, seed=1))
    same(named_graph("chain:1"), networkx.path_graph(1))


def test_directed_ones_lead_onward() -> None:
    assert chain(3, directed=True).csr().toarray()[1, 0] == 1
    assert chain(3, directed=True).csr().toarray()[0, 1] == 0
    assert named_graph("tree:2,2", directed=True).successors.of(0).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: chain(0), "nodes must be >= 1, got 0"),
        (lambda: cycle(2), "at least 3 nodes, got 2"),
        (lambda: grid(2, 0), "columns must be >= 1, got 0"),
        (lambda: tree(0, 2), "branching must be >= 1"),
        (lambda: tree(2, -1), "depth must be >= 0"),
        (lambda: barabasi_albert(5, 5, 0), "below the 5 nodes, got 5"),
    ],
)
def test_impossible_sizes_are_refused(build, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build()
