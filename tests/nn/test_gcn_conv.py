import inspect

import oracles
import pytest
import torch
import torch_geometric.nn as pyg
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs
from torch import Tensor
from torch_geometric import EdgeIndex
from torch_geometric.data import Batch, Data

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.nn import GCNConv, SparseMatrix, normalized_adjacency

STAR = torch.tensor([[0, 0, 0, 1, 2, 3], [1, 2, 3, 0, 0, 0]])


def parts(graph: Graph, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor | None]:
    edge_index, weight = graph.arcs()
    weight = None if weight is None else torch.from_numpy(weight.copy()).to(dtype)
    return torch.from_numpy(edge_index.copy()), weight


def adjacency(edge_index: Tensor, weight: Tensor | None, num_nodes: int) -> Tensor:
    """A as torch COO, [target, source], parallel edges apart."""
    weight = torch.ones(edge_index.shape[1]) if weight is None else weight
    return torch.sparse_coo_tensor(edge_index.flip(0), weight, (num_nodes, num_nodes))


@given(graphs(), st.booleans())
def test_it_is_the_formula_however_the_graph_is_given(graph: Graph, improved: bool) -> None:
    conv = GCNConv(3, 2, improved=improved).double()
    torch.nn.init.normal_(conv.bias)
    x = torch.randn(graph.num_nodes, 3, dtype=torch.float64)
    a_hat = torch.from_numpy(oracles.a_hat(graph, 2.0 if improved else 1.0))
    expected = a_hat @ x @ conv.lin.weight.t() + conv.bias
    edge_index, weight = parts(graph)
    matrix = adjacency(edge_index, weight, graph.num_nodes)
    for given_as in (
        (edge_index, weight),
        (edge_index.int(), weight),
        (EdgeIndex(edge_index, sparse_size=(graph.num_nodes,) * 2), weight),
        (matrix,),
        (matrix.coalesce().to_sparse_csr(),),
    ):
        torch.testing.assert_close(conv(x, *given_as), expected)
    with torch.no_grad():
        torch.testing.assert_close(conv(x.to_sparse_coo(), edge_index, weight), expected)
        torch.testing.assert_close(conv(x.to_sparse_csr(), edge_index, weight), expected)
    torch.testing.assert_close(conv(SparseMatrix(x), edge_index, weight), expected)


@given(graphs(self_loops=False), st.sampled_from(["source_to_target", "target_to_source"]))
def test_it_equals_pyg_on_graphs_without_self_loops(graph: Graph, flow: str) -> None:
    edge_index, weight = parts(graph, torch.float32)
    x = torch.randn(graph.num_nodes, 3)
    for arguments in (
        {},
        {"improved": True},
        {"add_self_loops": False},
        {"normalize": False},
        {"bias": False},
        {"aggr": "max"},
        {"decomposed_layers": 2},
    ):
        theirs = pyg.GCNConv(3, 4, flow=flow, **arguments)
        ours = GCNConv(3, 4, flow=flow, **arguments)
        if "improved" in arguments and weight is None:
            weight = torch.ones(edge_index.shape[1])  # without weights PyG adds I, not 2I
        ours.load_state_dict(theirs.state_dict())
        torch.testing.assert_close(
            ours(x, edge_index, weight), theirs(x, edge_index, weight), rtol=1e-5, atol=1e-6
        )


@settings(max_examples=15)
@given(graphs(weighted=True, min_nodes=2))
def test_gradients_are_right_by_both_ways(graph: Graph) -> None:
    edge_index, weight = parts(graph)
    conv = GCNConv(2, 2).double()
    x = torch.randn(graph.num_nodes, 2, dtype=torch.float64, requires_grad=True)
    w = conv.lin.weight.detach().clone().requires_grad_()

    def through(x: Tensor, w: Tensor, weight: Tensor) -> Tensor:
        return torch.func.functional_call(
            conv, {"lin.weight": w}, (x, edge_index), {"edge_weight": weight}
        )

    assert torch.autograd.gradcheck(through, (x, w, weight))
    assert torch.autograd.gradcheck(through, (x, w, weight.clone().requires_grad_()))


def test_batches_of_features_share_the_graph() -> None:
    conv = GCNConv(16, 32)
    x = torch.randn(2, 3, 4, 16)
    out = conv(x, STAR)
    assert out.shape == (2, 3, 4, 32)
    torch.testing.assert_close(out[1, 2], conv(x[1, 2], STAR))


def test_a_batch_of_graphs_is_each_graph_by_itself() -> None:
    conv = GCNConv(4, 2)
    graphs = [Data(torch.randn(4, 4), STAR), Data(torch.randn(2, 4), torch.tensor([[0], [1]]))]
    batch = Batch.from_data_list(graphs)
    alone = torch.cat([conv(data.x, data.edge_index) for data in graphs])
    torch.testing.assert_close(conv(batch.x, batch.edge_index), alone)


def test_no_edges_and_no_nodes() -> None:
    conv = GCNConv(4, 2)
    none = torch.zeros(2, 0, dtype=torch.long)
    x = torch.randn(3, 4)
    torch.testing.assert_close(conv(x, none), conv.lin(x))
    assert conv(torch.zeros(0, 4), none).shape == (0, 2)
    assert conv(torch.zeros(2, 0, 4), none).shape == (2, 0, 2)


def test_weights_follow_the_precision_of_the_features() -> None:
    x, weight = torch.randn(4, 16), torch.rand(6)
    conv = GCNConv(16, 2)
    out = conv(x, STAR, weight.double())
    assert out.dtype == torch.float32
    torch.testing.assert_close(out, conv(x, STAR, weight))
    counts = torch.tensor([1, 2, 3, 4, 5, 6])
    torch.testing.assert_close(conv(x, STAR, counts), conv(x, STAR, counts.float()))
    conv.double()
    out = conv(x.double(), STAR, weight)
    assert out.dtype == torch.float64
    torch.testing.assert_close(out, conv(x.double(), STAR, weight.double()))


def test_half_precision_takes_the_plain_way_and_autocast_is_declined() -> None:
    x = torch.randn(4, 16)
    conv = GCNConv(16, 8)
    exact = conv(x, STAR)
    with torch.autocast("cpu"):
        out, transformed = conv(x, STAR), conv.lin(x)
    assert transformed.dtype == torch.bfloat16
    a_hat = normalized_adjacency(STAR, layout="dense")
    torch.testing.assert_close(out, a_hat @ transformed.float() + conv.bias)
    torch.testing.assert_close(out, exact, rtol=0.05, atol=0.05)
    half = conv.bfloat16()(x.bfloat16(), STAR)
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), exact, rtol=0.05, atol=0.05)


@pytest.mark.parametrize("layout", [torch.sparse_coo, torch.sparse_csr])
def test_a_gradient_reaches_the_values_of_an_adjacency_matrix(layout: torch.layout) -> None:
    weight = torch.rand(6, requires_grad=True)
    matrix = adjacency(STAR, weight, 4).coalesce()
    matrix = matrix.to_sparse_csr() if layout == torch.sparse_csr else matrix
    conv = GCNConv(4, 2)
    x = torch.randn(4, 4)
    (through_matrix,) = torch.autograd.grad(conv(x, matrix).square().sum(), weight)
    (through_edges,) = torch.autograd.grad(conv(x, STAR, weight).square().sum(), weight)
    torch.testing.assert_close(through_matrix, through_edges)


def broken_csr(crow: list[int], col: list[int], shape: tuple[int, int]) -> Tensor:
    return torch.sparse_csr_tensor(
        torch.tensor(crow), torch.tensor(col), torch.ones(len(col)), shape
    )


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: GCNConv(4, 2, add_self_loops=True, normalize=False), ValueError, "normalize=True"),
        (
            # past the tests' type checker, which is not there for users
            lambda: inspect.unwrap(GCNConv.forward)(GCNConv(4, 2), (torch.ones(4, 4),) * 2, STAR),
            ValueError,
            "got a pair",
        ),
        (lambda: GCNConv(4, 2)(torch.ones(3, 4), STAR), GraphError, "between 0 and 2, got 3"),
        (lambda: GCNConv(4, 2)(torch.ones(4, 4), STAR[0]), GraphError, r"of shape \[6\]"),
        (lambda: GCNConv(4, 2)(torch.ones(4, 4), STAR - 1), GraphError, "got -1 in edge 0"),
        (
            lambda: GCNConv(4, 2)(torch.ones(5, 4), adjacency(STAR, None, 4)),
            GraphError,
            r"must be 5 x 5 for 5 nodes, got \[4, 4\]",
        ),
        (
            lambda: GCNConv(4, 2)(torch.ones(4, 4), adjacency(STAR, None, 4), torch.ones(6)),
            ValueError,
            "edge_weight must be None",
        ),
        (
            lambda: GCNConv(4, 2, flow="target_to_source")(
                torch.ones(4, 4), adjacency(STAR, None, 4)
            ),
            ValueError,
            "transpose it instead",
        ),
        (
            lambda: GCNConv(4, 2, normalize=False)(torch.ones(4, 4), STAR + 2),
            GraphError,
            "between 0 and 3, got 4",
        ),
        (
            lambda: GCNConv(4, 2)(torch.ones(2, 4), broken_csr([0, 5, 2], [0, 1], (2, 2))),
            GraphError,
            "the adjacency matrix is invalid",
        ),
        (
            lambda: GCNConv(4, 2)(torch.ones(2, 4), broken_csr([0, 1, 2], [0, 7], (2, 2))),
            GraphError,
            "the adjacency matrix is invalid",
        ),
        (
            lambda: GCNConv(4, 2)(
                torch.ones(2, 4),
                torch.sparse_coo_tensor(
                    torch.tensor([[0, 1], [0, 7]]), torch.ones(2), (2, 2), check_invariants=False
                ),
            ),
            GraphError,
            "the adjacency matrix is invalid",
        ),
        (
            lambda: GCNConv(4, 2)(broken_csr([0, 1, 1, 1, 1], [9], (4, 4)), STAR),
            ValueError,
            "must have valid indices",
        ),
        (
            lambda: GCNConv(4, 2)(torch.ones(4, 4), STAR, -torch.ones(6)),
            GraphError,
            "must be > 0 and finite, got -2 for node 0",
        ),
    ],
)
def test_wrong_input_is_refused_in_words(call, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        call()


def test_on_a_subgraph_the_whole_graphs_weights_give_the_whole_graphs_value() -> None:
    """Boundary nodes of a k-hop subgraph lose degree: normalise first, then cut."""
    path = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])  # 0-1-2-3
    x = torch.randn(4, 3)
    conv, given = GCNConv(3, 2), GCNConv(3, 2, normalize=False)
    given.load_state_dict(conv.state_dict())
    whole = conv(x, path)[1]
    edge_index, edge_weight = normalized_adjacency(path, num_nodes=4)
    inside = (edge_index <= 2).all(dim=0)  # what node 1 sees in one hop: 0, 1, 2
    cut = given(x[:3], edge_index[:, inside], edge_weight[inside])[1]
    torch.testing.assert_close(cut, whole)
    anew = conv(x[:3], path[:, (path <= 2).all(dim=0)])[1]
    assert not torch.allclose(anew, whole, rtol=1e-3)


def test_sparse_features_that_want_a_gradient_get_it() -> None:
    dense = torch.randn(4, 16)
    conv = GCNConv(16, 2)
    gradients = []
    for x in (dense.requires_grad_(), dense.detach().to_sparse().requires_grad_()):
        conv(x, STAR).square().sum().backward()
        gradients.append(x.grad.to_dense())
    torch.testing.assert_close(*gradients)
