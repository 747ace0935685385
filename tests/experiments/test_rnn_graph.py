import networkx
import pytest

from gnnlab.experiments.rnn_graph import of_network
from gnnlab.graphs import unrolled


@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_path_is_a_shortest_one(bidirectional: bool) -> None:
    answer = of_network("gru", 5, 3, bidirectional)
    graph = unrolled(5, 3, bidirectional).to_networkx()
    assert networkx.is_path(graph, answer["path"])
    assert (answer["path"][0], answer["path"][-1]) == ("x1", "h5,3")
    shortest = networkx.shortest_path_length(graph, "x1", "h5,3")
    assert len(answer["path"]) - 1 == answer["propagation_depth"] == shortest == 5 + 3 - 1
    generations = list(networkx.topological_generations(graph))
    assert answer["levels"] == len(generations)
    assert (answer["nodes"], answer["edges"]) == (len(graph), graph.number_of_edges())


def test_a_network_has_steps_and_layers() -> None:
    with pytest.raises(ValueError, match="length must be >= 1, got 0"):
        of_network("rnn", 0, 1, False)
