import math
import tracemalloc

import networkx
import numpy as np
import pytest
from hypothesis import given
from strategies import graphs

from gnnlab.graphs import Graph, barabasi_albert, example6
from gnnlab.hops import (
    distances,
    eccentricities,
    hop_matrix,
    hops_from,
    hops_to,
    layers_needed,
    shortest_paths,
)


@pytest.fixture(params=["python", "kernels"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "kernels":
        monkeypatch.setattr(distances, "KERNELS_FROM", 0)
        monkeypatch.setattr("gnnlab.hops.search.SLICE", 1)  # every layer in many goes


def check_hops(graph: Graph) -> None:
    lengths = dict(networkx.all_pairs_shortest_path_length(graph.to_networkx()))
    matrix = hop_matrix(graph)
    for source in range(graph.num_nodes):
        expected = [
            lengths[graph.label(source)].get(graph.label(target), math.inf)
            for target in range(graph.num_nodes)
        ]
        assert hops_from(graph, source).tolist() == expected
        assert matrix[:, source].tolist() == expected
        assert hops_to(graph, source).tolist() == matrix[source].tolist()


def test_hops_are_those_of_networkx(way: None) -> None:
    given(graphs())(check_hops)()


@pytest.mark.parametrize("directed", [False, True])
def test_hops_are_those_of_networkx_bottom_up_too(directed: bool, way: None) -> None:
    for seed in range(3):
        check_hops(barabasi_albert(60, 1 + 2 * seed, seed, directed=directed))


@given(graphs(min_nodes=2))
def test_shortest_paths_are_those_of_networkx(graph: Graph) -> None:
    source, target = 0, graph.num_nodes - 1
    simple = networkx.DiGraph if graph.directed else networkx.Graph
    through = simple(graph.to_networkx())
    found = shortest_paths(graph, source, target, limit=1000)
    try:
        expected = sorted(
            tuple(int(node) for node in path)
            for path in networkx.all_shortest_paths(through, str(source), str(target))
        )
    except networkx.NetworkXNoPath:
        assert found.hops is None
        assert layers_needed(graph, source, target) is None
        expected = []
    else:
        assert found.hops == len(expected[0]) - 1 == layers_needed(graph, source, target)
    assert list(found.paths) == expected
    assert found.count == len(expected)


@given(graphs(directed=False))
def test_eccentricities_are_those_of_networkx(graph: Graph) -> None:
    through = networkx.Graph(graph.to_networkx())
    far = eccentricities(hop_matrix(graph))
    components = [through.subgraph(part) for part in networkx.connected_components(through)]
    assert far.diameter == max(networkx.diameter(component) for component in components)
    if len(components) == 1:
        expected = networkx.eccentricity(through)
        assert list(far.by_node) == [expected[graph.label(v)] for v in range(graph.num_nodes)]
        assert far.radius == networkx.radius(through)
    else:
        assert far.by_node == (None,) * graph.num_nodes
        assert far.radius is None


def test_information_flows_along_the_direction_only() -> None:
    chain = Graph.from_edges([("A", "B"), ("B", "C")], directed=True)
    assert hop_matrix(chain)[2, 0] == 2
    assert hop_matrix(chain)[0, 2] == math.inf
    assert eccentricities(hop_matrix(chain)).by_node == (2, None, None)


def test_paths_are_counted_all_and_listed_to_the_limit() -> None:
    ladder = [(f"{i}", f"{i}{side}") for i in range(60) for side in "ab"]
    ladder += [(f"{i}{side}", f"{i + 1}") for i in range(60) for side in "ab"]
    graph = Graph.from_edges(ladder)
    found = shortest_paths(graph, graph.node("0"), graph.node("60"))
    assert found.hops == 120
    assert found.count == 2**60
    assert len(found.paths) == 10
    assert len(set(found.paths)) == 10
    assert shortest_paths(graph, 0, 1, limit=0).paths == ()


def test_a_search_keeps_one_path_however_many_ways_branch_off() -> None:
    rungs = np.arange(0, 3 * 1000, 3)
    sides = [(rungs, rungs + 1), (rungs, rungs + 2), (rungs + 1, rungs + 3), (rungs + 2, rungs + 3)]
    ladder = Graph(np.concatenate(sides, axis=1), 3001, directed=True)
    shortest_paths(ladder, 0, 3)
    tracemalloc.start()
    found = shortest_paths(ladder, 0, 3000, limit=2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    first, second = found.paths
    assert first[-3:] == (2997, 2998, 3000)
    assert second == (*first[:-2], 2999, 3000)
    assert most < 2e6  # a path for each of the 1,000 that branch off would be 8 MB


def test_a_node_needs_no_layer_to_see_itself() -> None:
    assert shortest_paths(example6(), 2, 2).paths == ((2,),)
    assert layers_needed(example6(), 2, 2) == 0


def test_a_graph_without_nodes_has_no_diameter() -> None:
    far = eccentricities(hop_matrix(Graph(np.zeros((2, 0), dtype=int), 0)))
    assert (far.by_node, far.diameter, far.radius) == ((), None, None)


def test_a_node_that_is_not_there_is_refused() -> None:
    for call in (
        lambda: hops_from(example6(), 6),
        lambda: layers_needed(example6(), 0, -1),
        lambda: shortest_paths(example6(), 0, 6),
    ):
        with pytest.raises(ValueError, match="between 0 and 5, got"):
            call()
    with pytest.raises(ValueError, match="limit must be >= 0, got -1"):
        shortest_paths(example6(), 0, 1, limit=-1)
