import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS, polynomials, walks
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import Supports, chebyshev_polynomials, random_walks

LIKE = torch.ones(1, dtype=torch.float64)


def each(supports: Supports) -> np.ndarray:
    """The matrices, [support, node, node]."""
    n = supports.num_nodes
    return supports.stacked(LIKE).view(n, supports.count, n).transpose(0, 1).numpy()


@given(GRAPHS, st.integers(1, 4), st.sampled_from(["dense", "sparse", None]))
def test_walks_are_the_powers_of_the_paper(graph: Graph, steps: int, layout: str | None) -> None:
    found = random_walks(graph, steps=steps, layout=layout)
    np.testing.assert_allclose(each(found), walks(graph, steps), rtol=1e-12)
    np.testing.assert_allclose(
        each(found.transposed), [one.T for one in walks(graph, steps)], rtol=1e-12, atol=1e-15
    )


@given(GRAPHS, st.integers(2, 5), st.floats(0.5, 2))
def test_polynomials_are_those_of_the_scaled_laplacian(
    graph: Graph, size: int, lambda_max: float
) -> None:
    found = chebyshev_polynomials(graph, size=size, lambda_max=lambda_max)
    formula = polynomials(graph, size, lambda_max)
    np.testing.assert_allclose(each(found), formula, rtol=1e-9, atol=1e-9)


def made(graph: Graph, chebyshev: bool, layout: str) -> Supports:
    if chebyshev:
        return chebyshev_polynomials(graph, size=5, layout=layout)
    return random_walks(graph, steps=4, layout=layout)


@given(graphs(min_nodes=1, max_nodes=12), st.booleans(), st.integers(1, 9), st.booleans())
def test_sparse_and_dense_agree_with_and_without_gradients(
    graph: Graph, chebyshev: bool, channels: int, followed: bool
) -> None:
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        x = torch.randn(2, 3, graph.num_nodes, channels, dtype=dtype, requires_grad=followed)
        dense, sparse = (made(graph, chebyshev, name).diffuse(x) for name in ("dense", "sparse"))
        scale = max(1, float(dense.detach().abs().max()))
        torch.testing.assert_close(sparse, dense, rtol=0, atol=tolerance * scale)
        if followed:
            slope = torch.randn_like(dense)
            ours, other = (torch.autograd.grad(way, x, slope)[0] for way in (sparse, dense))
            scale = max(1, float(other.abs().max()))
            torch.testing.assert_close(ours, other, rtol=0, atol=tolerance * scale)


def test_many_neighbours_and_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    from gnnlab.nn.spatiotemporal import diffusion_kernel

    graph = Graph(np.random.default_rng(0).integers(0, 30, (2, 250)), 30, directed=True)
    x = torch.randn(5, 30, 7, dtype=torch.float64)
    expected = random_walks(graph, steps=3, layout="dense").diffuse(x)
    monkeypatch.setattr(diffusion_kernel, "THREADS_FROM", 0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    found = random_walks(graph, steps=3, layout="sparse").diffuse(x)
    torch.testing.assert_close(found, expected)


def test_the_cheaper_layout_is_taken() -> None:
    assert random_walks(chain(100), steps=2).layout == "sparse"
    assert random_walks(chain(4), steps=2).layout == "dense"


def test_half_precision_is_taken_as_a_dense_product() -> None:
    walk = random_walks(chain(9), steps=1, layout="sparse")
    x = torch.ones(9, 2, dtype=torch.bfloat16)
    assert walk.diffuse(x).dtype == torch.bfloat16


def test_edges_of_pyg_are_the_graph_they_stand_for() -> None:
    edge_index, weight = torch.tensor([[0, 1, 1], [1, 2, 0]]), torch.tensor([1.0, 3.0, 0.5])
    graph = Graph(edge_index.numpy(), 4, weight.double().numpy(), directed=True)
    ours = random_walks(edge_index, weight, 4, steps=2)
    np.testing.assert_array_equal(each(ours), each(random_walks(graph, steps=2)))
    assert random_walks(edge_index, steps=1).num_nodes == 3


def test_information_goes_along_edges_in_the_second_walk() -> None:
    here, against, along = (
        random_walks(torch.tensor([[0], [1]]), steps=1).diffuse(torch.tensor([[5.0], [0.0]])).T
    )
    assert here.tolist() == [5, 0]
    assert along.tolist() == [0, 5]
    assert against.tolist() == [0, 0]


EDGE = torch.tensor([[0], [1]])


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: random_walks(chain(3), steps=0), ValueError, "steps must be >= 1, got 0"),
        (
            lambda: random_walks(chain(3), steps=1, layout="coo"),
            ValueError,
            "dense or sparse, got 'coo'",
        ),
        (lambda: random_walks(chain(3), torch.ones(2), steps=1), ValueError, "beside a Graph"),
        (lambda: random_walks(chain(3), num_nodes=3, steps=1), ValueError, "beside a Graph"),
        (
            lambda: random_walks(EDGE, torch.tensor([-2.0]), steps=1),
            GraphError,
            "must be >= 0, got -2 on the edge from 0 to 1",
        ),
        (lambda: random_walks(EDGE, num_nodes=1, steps=1), GraphError, "between 0 and 0, got 1"),
        (lambda: random_walks(EDGE, torch.ones(2), steps=1), GraphError, "each of the 1 edges"),
        (lambda: chebyshev_polynomials(chain(3), size=1), ValueError, "size must be >= 2, got 1"),
        (
            lambda: chebyshev_polynomials(chain(3), size=2, lambda_max=0),
            ValueError,
            "lambda_max must be > 0 and finite, got 0",
        ),
        (
            lambda: chebyshev_polynomials(EDGE, torch.tensor([-1.0]), size=2),
            GraphError,
            "must be >= 0, got -1",
        ),
    ],
)
def test_what_is_no_graph_to_walk_on_is_refused(call, error, said: str) -> None:
    with pytest.raises(error, match=said):
        call()
