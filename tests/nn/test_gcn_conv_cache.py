"""What GCNConv caches."""

import copy

import pytest
import torch
from torch import Tensor

from gnnlab.nn import GCNConv

STAR = torch.tensor([[0, 0, 0, 1, 2, 3], [1, 2, 3, 0, 0, 0]])


def test_the_cache_never_serves_another_graph() -> None:
    conv = GCNConv(4, 2, cached=True)
    fresh = GCNConv(4, 2)
    fresh.load_state_dict(conv.state_dict())
    x, edge_index, weight = torch.randn(4, 4), STAR.clone(), torch.rand(6)

    def agree(x: Tensor, *graph: Tensor) -> None:
        torch.testing.assert_close(conv(x, *graph), fresh(x, *graph))

    agree(x, edge_index)
    agree(x, edge_index, weight)
    weight[0] += 1  # the same tensor at the same address
    agree(x, edge_index, weight)
    edge_index[0, 3] = 2
    agree(x, edge_index, weight)
    agree(torch.randn(6, 4), edge_index, weight)
    conv.double(), fresh.double()
    agree(x.double(), edge_index, weight)
    for attribute, value in (("improved", True), ("flow", "target_to_source")):
        setattr(conv, attribute, value)
        setattr(fresh, attribute, value)
        agree(x.double(), edge_index, weight)


def test_the_cache_serves_the_same_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    conv = GCNConv(4, 2, cached=True)
    x = torch.randn(4, 4)
    first = conv(x, STAR)

    def refuse(*_: object) -> None:
        raise AssertionError("built anew")

    monkeypatch.setattr(conv, "_weighted", refuse)
    torch.testing.assert_close(conv(x, STAR.clone()), first)
    with pytest.raises(AssertionError, match="built anew"):
        conv(x, STAR.flip(0).roll(1, dims=1))
    conv.reset_parameters()
    with pytest.raises(AssertionError, match="built anew"):
        conv(x, STAR)


def test_a_cached_layer_can_be_copied() -> None:
    conv = GCNConv(4, 2, cached=True)
    x = torch.randn(4, 4)
    torch.testing.assert_close(copy.deepcopy(conv)(x, STAR), conv(x, STAR))
    torch.testing.assert_close(copy.deepcopy(conv)(x, STAR), conv(x, STAR))
