"""The fast way of a GRU along a graph against the plain one, and against differences."""

from unittest import mock

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import DCGRU, Supports, gru_along_time, random_walks
from gnnlab.nn.spatiotemporal.gru_along_time import _fits, _plainly

along_time = gru_along_time.gru_along_time


def drawn(
    nodes: int, n: int, count: int, dtype: torch.dtype = torch.float64, batch: int = 2
) -> list[Tensor]:
    torch.manual_seed(nodes)
    shapes = [
        (3, batch, nodes, 2),
        (batch, nodes, n),
        (3 * n, 2),
        (3 * n,),
        (2 * n, count * n),
        (n, count * n),
    ]
    return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


@given(
    GRAPHS,
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from(["dense", "sparse", "none"]),
    st.integers(1, 100),
)
def test_both_ways_agree(graph: Graph, n: int, steps: int, layout: str, chunk: int) -> None:
    supports = None if layout == "none" else random_walks(graph, steps=steps, layout=layout)
    for dtype, tolerance in ((torch.float64, 1e-11), (torch.float32, 1e-4)):
        inputs = drawn(graph.num_nodes, n, supports.count if supports else 1, dtype)
        with mock.patch.object(gru_along_time, "CHUNK", chunk):
            found = along_time(*inputs, supports)
            slope = torch.randn_like(found)
            of_found = torch.autograd.grad(found, inputs, slope)
        expected = _plainly(supports, *inputs)
        torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)
        of_expected = torch.autograd.grad(expected, inputs, slope)
        for one, other in zip(of_found, of_expected, strict=True):
            scale = max(1, float(other.abs().max()))
            torch.testing.assert_close(one, other, rtol=0, atol=scale * tolerance)


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_first_and_second_gradients_are_those_of_differences(layout: str) -> None:
    graph = Graph(chain(2).edges, 3, directed=True)
    supports = random_walks(graph, steps=2, layout=layout)
    inputs = drawn(3, 1, supports.count, batch=1)
    assert torch.autograd.gradcheck(lambda *each: along_time(*each, supports), inputs)
    assert torch.autograd.gradgradcheck(lambda *each: along_time(*each, supports)[-1], inputs)


def test_frozen_weights_are_passed_by_in_second_gradients() -> None:
    supports = random_walks(chain(3), steps=1)
    inputs = drawn(3, 2, supports.count)
    inputs[4].requires_grad_(False)
    found = []
    for output in (along_time(*inputs, supports), _plainly(supports, *inputs)):
        (first,) = torch.autograd.grad(output.square().sum(), inputs[:1], create_graph=True)
        found.append(torch.autograd.grad(first.square().sum(), inputs[5])[0])
    torch.testing.assert_close(*found)


def test_a_second_pass_backward_brings_the_same_again() -> None:
    supports = random_walks(chain(5), steps=2, layout="sparse")
    inputs = drawn(5, 3, supports.count)
    loss = along_time(*inputs, supports).square().sum()
    first = torch.autograd.grad(loss, inputs, retain_graph=True)
    for one, other in zip(first, torch.autograd.grad(loss, inputs), strict=True):
        assert torch.equal(one, other)


def test_a_result_overwritten_in_place_does_not_spoil_gradients() -> None:
    supports = random_walks(chain(3), steps=1)
    inputs = drawn(3, 2, supports.count)
    found = torch.autograd.grad(along_time(*inputs, supports).mul_(3).sum(), inputs)
    expected = torch.autograd.grad(3 * _plainly(supports, *inputs).sum(), inputs)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_without_onednn(monkeypatch: pytest.MonkeyPatch) -> None:
    supports = random_walks(chain(5), steps=2)
    inputs = drawn(5, 3, supports.count, torch.float32)
    expected = along_time(*inputs, supports)
    monkeypatch.setattr(torch.backends.mkldnn, "enabled", False)
    torch.testing.assert_close(along_time(*inputs, supports), expected)


def test_where_the_fast_way_does_not_fit() -> None:
    inputs = tuple(drawn(3, 2, 3))
    assert _fits(inputs)
    assert not _fits((*inputs[:5], inputs[5].float()))
    assert not _fits(tuple(each.bfloat16() for each in inputs))
    assert not _fits(tuple(each.to("meta") for each in inputs))
    with torch.autocast("cpu"):
        assert not _fits(inputs)
    with forward_ad.dual_level():
        assert not _fits(inputs)
    with mock.patch.object(torch.compiler, "is_compiling", return_value=True):
        assert not _fits(inputs)
    with mock.patch.object(torch.jit, "is_tracing", return_value=True):
        assert not _fits(inputs)


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_gradients_of_single_elements_by_torch_func(layout: str) -> None:
    cell = DCGRU(2, 3, 2).double()
    walk: Supports = random_walks(chain(4), steps=2, layout=layout)
    x = torch.randn(3, 2, 4, 2, dtype=torch.float64)
    parameters = dict(cell.named_parameters())

    def loss(parameters: dict[str, Tensor], x: Tensor) -> Tensor:
        return torch.func.functional_call(cell, parameters, (x[None], walk))[0].square().sum()

    found = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(parameters, x)
    for number, one in enumerate(x):
        expected = torch.autograd.grad(loss(parameters, one), list(parameters.values()))
        for name, slope in zip(parameters, expected, strict=True):
            torch.testing.assert_close(found[name][number], slope)
