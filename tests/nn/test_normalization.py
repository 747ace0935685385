import numpy as np
import oracles
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs
from torch import Tensor

import gnnlab.graphs
from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.nn import normalized_adjacency

LAYOUTS = ("edge_index", "coo", "csr", "dense")


def dense(result: Tensor | tuple[Tensor, Tensor], num_nodes: int) -> Tensor:
    if isinstance(result, Tensor):
        return result.to_dense()
    (source, target), weight = result
    matrix = weight.new_zeros(num_nodes, num_nodes)
    return matrix.index_put((target, source), weight, accumulate=True)


def parts(graph: Graph, dtype: torch.dtype) -> tuple[Tensor, Tensor | None, int]:
    edge_index, weight = graph.arcs()
    weight = None if weight is None else torch.from_numpy(weight).to(dtype)
    return torch.from_numpy(edge_index.copy()), weight, graph.num_nodes


@given(graphs(min_nodes=0), st.sampled_from([0.0, 1.0, 2.0]))
def test_it_is_the_formula_in_every_layout_and_equals_the_numpy_twin(
    graph: Graph, self_loop_weight: float
) -> None:
    formula = oracles.a_hat(graph, self_loop_weight)
    twin = gnnlab.graphs.normalized_adjacency(graph, self_loop_weight=self_loop_weight)
    np.testing.assert_allclose(twin.toarray(), formula, rtol=1e-12)
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-6)):
        for layout in LAYOUTS:
            ours = normalized_adjacency(
                *parts(graph, dtype), layout, self_loop_weight=self_loop_weight, dtype=dtype
            )
            matrix = dense(ours, graph.num_nodes)
            assert matrix.dtype == dtype
            np.testing.assert_allclose(matrix, formula, rtol=tolerance)


@settings(max_examples=15)
@given(graphs(min_nodes=2, weighted=True).filter(lambda graph: graph.num_edges > 0))
def test_gradients_with_respect_to_the_weights_are_right_in_every_layout(graph: Graph) -> None:
    edge_index, weight, num_nodes = parts(graph, torch.float64)
    for layout in LAYOUTS:
        assert torch.autograd.gradcheck(
            lambda w, layout=layout: dense(
                normalized_adjacency(edge_index, w, num_nodes, layout), num_nodes
            ),
            weight.requires_grad_(),
        )


def test_edges_keep_their_order_and_are_followed_by_one_loop_a_node() -> None:
    edge_index = torch.tensor([[2, 1, 0, 1], [0, 1, 1, 1]])
    index, weight = normalized_adjacency(edge_index, torch.tensor([1.0, 2.0, 1.0, 3.0]), 3)
    assert index.tolist() == [[2, 0, 0, 1, 2], [0, 1, 0, 1, 2]]
    assert weight[3] == pytest.approx((2 + 3 + 1) / 7)


def test_negative_weights_are_fine_where_the_degree_is_positive() -> None:
    graph = Graph(np.array([[0, 1, 2], [1, 2, 0]]), 3, np.array([-0.5, 3.0, 0.0]), directed=True)
    matrix = normalized_adjacency(*parts(graph, torch.float64), "dense")
    np.testing.assert_allclose(matrix, oracles.a_hat(graph), rtol=1e-12)
    twin = gnnlab.graphs.normalized_adjacency(graph)
    np.testing.assert_allclose(twin.toarray(), oracles.a_hat(graph), rtol=1e-12)


def test_degrees_are_summed_in_full_precision() -> None:
    hub = torch.stack([torch.arange(1, 1001), torch.zeros(1000, dtype=torch.long)])
    weight = normalized_adjacency(hub, dtype=torch.bfloat16)[1]
    assert weight.dtype == torch.bfloat16
    assert weight[1000].item() == pytest.approx(1 / 1001, rel=0.01)


def test_csr_has_int32_indices() -> None:
    csr = normalized_adjacency(torch.tensor([[0, 1], [1, 0]]), layout="csr")
    assert csr.crow_indices().dtype == csr.col_indices().dtype == torch.int32


def test_num_nodes_may_exceed_the_largest_index_and_defaults_to_it() -> None:
    edge_index = torch.tensor([[0], [1]])
    assert normalized_adjacency(edge_index, layout="dense").shape == (2, 2)
    assert normalized_adjacency(edge_index, num_nodes=4, layout="dense")[3].tolist() == [0, 0, 0, 1]
    none = torch.zeros(2, 0, dtype=torch.long)
    assert normalized_adjacency(none, layout="dense").shape == (0, 0)


def test_integer_weights_become_floating() -> None:
    weight = normalized_adjacency(torch.tensor([[0], [1]]), torch.tensor([3]))[1]
    assert weight.dtype == torch.float32


def test_zero_weights_without_self_loops_leave_a_row_of_zeros() -> None:
    edge_index = torch.tensor([[0, 1], [1, 0]])
    matrix = normalized_adjacency(
        edge_index, torch.tensor([0.0, 1.0]), layout="dense", self_loop_weight=0
    )
    assert matrix.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("edge_index", "edge_weight", "said"),
    [
        ([[0, 5], [1, 0]], None, "between 0 and 2, got 5 in edge 1"),
        ([[0, 1], [-1, 0]], None, "between 0 and 2, got -1 in edge 0"),
        ([[0, 1, 2]], None, r"\[2, edge\], got torch.int64 of shape \[1, 3\]"),
        ([[0.0], [1.0]], None, "integers of shape .* got torch.float32"),
        ([[0], [1]], [1.0, 2.0], r"each of the 1 edges, got shape \[2\]"),
        ([[0], [1]], [[1.0]], r"got shape \[1, 1\]"),
        (
            [[0, 1], [1, 2]],
            [1.0, float("nan")],
            "finite, got nan on the edge from node 1 to node 2",
        ),
        ([[0], [1]], [float("inf")], "finite, got inf"),
        ([[0, 1], [2, 2]], [3e38, 3e38], "finite, got inf for node 2"),
        ([[0], [2]], [-1.0], "must be > 0 and finite, got 0 for node 2"),
        ([[0, 1], [2, 2]], [-1.0, -2.5], "must be > 0 and finite, got -2.5 for node 2"),
    ],
)
def test_a_wrong_graph_is_refused_by_name_of_node_or_edge(edge_index, edge_weight, said) -> None:
    weight = None if edge_weight is None else torch.tensor(edge_weight)
    with pytest.raises(GraphError, match=said):
        normalized_adjacency(torch.tensor(edge_index), weight, 3)


def test_weights_that_cancel_are_refused_without_self_loops_too() -> None:
    with pytest.raises(GraphError, match="got 0 for node 1"):
        normalized_adjacency(
            torch.tensor([[0, 2], [1, 1]]), torch.tensor([1.0, -1.0]), 3, self_loop_weight=0
        )


def test_a_self_loop_weight_must_be_finite() -> None:
    for twin, graph in (
        (normalized_adjacency, torch.tensor([[0], [1]])),
        (gnnlab.graphs.normalized_adjacency, Graph(np.array([[0], [1]]), 2)),
    ):
        with pytest.raises(ValueError, match="self_loop_weight must be finite, got nan"):
            twin(graph, self_loop_weight=float("nan"))
    with pytest.raises(GraphError, match="num_nodes must be >= 0, got -1"):
        normalized_adjacency(torch.zeros(2, 0, dtype=torch.long), num_nodes=-1)


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="edge_index, coo, csr or dense, got 'csc'"):
        normalized_adjacency(torch.tensor([[0], [1]]), layout="csc")
