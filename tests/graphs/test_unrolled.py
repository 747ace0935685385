import networkx
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.graphs import levels, unrolled
from gnnlab.hops import hop_matrix, layers_needed

size = st.integers(1, 5)


@given(size, size)
def test_it_is_the_grid_of_steps_and_layers_above_the_inputs(length: int, layers: int) -> None:
    steps, stack = (
        networkx.path_graph(range(1, count + 1), create_using=networkx.DiGraph)
        for count in (length, layers)
    )
    grid = networkx.cartesian_product(steps, stack)
    expected = networkx.relabel_nodes(grid, lambda place: f"h{place[0]},{place[1]}")
    expected.add_edges_from((f"x{step}", f"h{step},1") for step in steps)
    found = unrolled(length, layers).to_networkx()
    assert found.is_directed()
    assert found.adj == expected.adj


@given(size, size)
def test_backward_states_are_the_mirror_of_forward_ones(length: int, layers: int) -> None:
    def mirrored(label: str) -> str:
        step, *layer = label[1:].split(",")
        kind = {"x": "x", "h": "b", "b": "h"}[label[0]]
        return ",".join([f"{kind}{length + 1 - int(step)}", *layer])

    graph = unrolled(length, layers, bidirectional=True).to_networkx()
    assert set(networkx.relabel_nodes(graph, mirrored).edges) == set(graph.edges)
    one_way = unrolled(length, layers).to_networkx()
    assert set(graph.subgraph(one_way).edges) == set(one_way.edges)
    between = {edge for edge in graph.edges if {edge[0][0], edge[1][0]} == {"h", "b"}}
    assert len(between) == 2 * length * (layers - 1)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_an_output_sees_the_inputs_that_its_gradient_reaches(
    layers: int, bidirectional: bool
) -> None:
    length = 4
    network = torch.nn.RNN(1, 1, layers, bidirectional=bidirectional, dtype=torch.float64)
    outputs = torch.autograd.functional.jacobian(
        lambda x: network(x)[0], torch.rand(length, 1, dtype=torch.float64)
    )  # [step, direction, input step, 1]
    graph = unrolled(length, layers, bidirectional)
    hops = hop_matrix(graph)
    for direction, kind in enumerate("hb" if bidirectional else "h"):
        states = [graph.node(f"{kind}{step + 1},{layers}") for step in range(length)]
        reached = (outputs[:, direction, :, 0] != 0).numpy()
        np.testing.assert_array_equal(np.isfinite(hops[states, :length]), reached)


@given(size, size)
def test_levels_and_hops_are_those_of_the_formulas(length: int, layers: int) -> None:
    one_way, both_ways = unrolled(length, layers), unrolled(length, layers, bidirectional=True)
    assert len(levels(one_way)) == length + layers
    assert len(levels(both_ways)) == length * layers + 1
    for graph in (one_way, both_ways):
        last = graph.node(f"h{length},{layers}")
        assert layers_needed(graph, graph.node("x1"), last) == length + layers - 1


@given(size, size)
def test_the_backward_state_of_the_last_output_hears_from_below_only(
    length: int, layers: int
) -> None:
    graph = unrolled(length, layers, bidirectional=True)
    hops = layers_needed(graph, graph.node("x1"), graph.node(f"b{length},{layers}"))
    expected = None if layers == 1 and length > 1 else length + layers - 1
    assert hops == expected


def test_without_steps_or_layers_there_is_no_network() -> None:
    with pytest.raises(ValueError, match="length must be >= 1, got 0"):
        unrolled(0, 1)
    with pytest.raises(ValueError, match="layers must be >= 1, got 0"):
        unrolled(1, 0)
