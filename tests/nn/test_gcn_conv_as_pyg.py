"""What users of PyG's class rely on, of ours."""

import copy

import pytest
import torch
import torch_geometric.nn as pyg
from torch import Tensor
from torch_geometric.explain import Explainer, GNNExplainer

from gnnlab.nn import GCNConv, SparseMatrix

STAR = torch.tensor([[0, 0, 0, 1, 2, 3], [1, 2, 3, 0, 0, 0]])


@pytest.mark.parametrize("weighted", [False, True])
def test_it_compiles_into_one_graph(weighted: bool) -> None:
    edge_index = torch.cat([STAR, torch.tensor([[1], [1]])], dim=1)
    graph = (edge_index, torch.rand(7)) if weighted else (edge_index,)
    conv = GCNConv(16, 8)
    x = torch.randn(4, 16, requires_grad=True)
    results = []
    for model in (conv, torch.compile(conv, fullgraph=True)):
        out = model(x, *graph)
        results.append([out, *torch.autograd.grad(out.square().sum(), [x, conv.lin.weight])])
    torch.testing.assert_close(*results)


def test_it_works_in_pyg_sequential() -> None:
    model = pyg.Sequential(
        "x, edge_index",
        [
            (GCNConv(4, 8), "x, edge_index -> x"),
            torch.nn.ReLU(),
            (GCNConv(8, 2), "x, edge_index -> x"),
        ],
    )
    assert model(torch.randn(4, 4), STAR).shape == (4, 2)


class TwoLayers(torch.nn.Module):
    def __init__(self, layer: type) -> None:
        super().__init__()
        self.conv1, self.conv2 = layer(4, 8, cached=True), layer(8, 3, cached=True)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        return self.conv2(self.conv1(x, edge_index).relu(), edge_index)


def test_pyg_explainers_see_every_edge_of_it() -> None:
    ours, theirs = TwoLayers(GCNConv), TwoLayers(pyg.GCNConv)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(4, 4)
    masks = []
    for model in (ours, theirs):
        torch.manual_seed(0)
        explainer = Explainer(
            model,
            GNNExplainer(epochs=5),
            explanation_type="model",
            edge_mask_type="object",
            node_mask_type="attributes",
            model_config={
                "mode": "multiclass_classification",
                "task_level": "node",
                "return_type": "raw",
            },
        )
        masks.append(explainer(x, STAR, index=1).edge_mask)
    assert masks[0].shape == (6,)
    torch.testing.assert_close(masks[0], masks[1], rtol=1e-3, atol=1e-4)
    with_loop = torch.cat([STAR[:, :2], torch.tensor([[1], [1]]), STAR[:, 2:]], dim=1)
    assert explainer.get_prediction(x, with_loop).shape == (4, 3)
    assert Explainer(
        ours,
        GNNExplainer(epochs=2),
        explanation_type="model",
        edge_mask_type="object",
        model_config=explainer.model_config,
    )(x, with_loop).edge_mask.shape == (7,)


def test_hooks_are_called() -> None:
    conv = GCNConv(4, 2)
    seen = []
    conv.register_message_forward_hook(lambda module, inputs, out: seen.append(out.shape))
    x = torch.randn(4, 4)
    hooked = conv(x, STAR)
    assert seen == [(10, 2)]
    conv._message_forward_hooks.clear()
    torch.testing.assert_close(conv(x, STAR), hooked)


def test_its_state_dict_is_that_of_pyg() -> None:
    ours, theirs = GCNConv(4, 2).state_dict(), pyg.GCNConv(4, 2).state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}
    assert str(GCNConv(4, 2)) == "GCNConv(4, 2)"


def test_the_input_size_can_come_from_the_first_input() -> None:
    for x in (torch.randn(4, 5), torch.randn(4, 5).to_sparse(), SparseMatrix(torch.randn(4, 5))):
        conv = GCNConv(-1, 2)
        assert conv(x, STAR).shape == (4, 2)
        assert conv.lin.weight.shape == (2, 5)


@pytest.mark.parametrize("layer", [pyg.GCNConv, GCNConv])
def test_what_users_of_pygs_class_rely_on_holds_for_both(layer: type) -> None:
    conv = layer(16, 32)
    assert str(conv) == "GCNConv(16, 32)"
    x, weight = torch.randn(4, 16), torch.rand(6)
    csc = torch.sparse_csc_tensor
    for values, graph in ((torch.ones(6), (STAR,)), (weight, (STAR, weight))):
        by_source = torch.argsort(STAR[0], stable=True)
        # A by rows of sources as the transpose of a CSC matrix: rows of targets
        columns = STAR[1][by_source]
        order = by_source[torch.argsort(columns, stable=True)]
        ends = torch.bincount(STAR[1], minlength=4).cumsum(0)
        matrix = csc(
            torch.cat([torch.zeros(1, dtype=torch.long), ends]),
            STAR[0][order],
            values[order],
            (4, 4),
        ).t()
        torch.testing.assert_close(conv(x, matrix), conv(x, *graph))

    decomposed = copy.deepcopy(conv)
    decomposed.decomposed_layers = 2
    torch.testing.assert_close(decomposed(x, STAR), conv(x, STAR))

    sparse = torch.sparse_coo_tensor(torch.tensor([[0, 0], [0, 1]]), torch.ones(2), (4, 16))
    torch.testing.assert_close(conv(sparse, STAR), conv(sparse.to_dense(), STAR))
    assert conv(torch.randn(3, 4, 16), STAR).shape == (3, 4, 32)

    one_way = torch.tensor([[0, 0, 0], [1, 2, 3]])
    there = conv(x, one_way)
    conv.flow = "target_to_source"
    torch.testing.assert_close(conv(x, one_way.flip(0)), there)

    conv = layer(16, 32, cached=True)
    first = conv(x, STAR)
    torch.testing.assert_close(conv(x, STAR), first)


def test_methods_that_a_subclass_overrides_are_called() -> None:
    class Silent(GCNConv):
        def message(self, x_j: Tensor, edge_weight: Tensor) -> Tensor:
            return 0 * x_j

    class Doubled(GCNConv):
        def update(self, inputs: Tensor) -> Tensor:
            return 2 * inputs

    x = torch.randn(4, 4)
    assert Silent(4, 2)(x, STAR).abs().sum() == 0
    plain, doubled = GCNConv(4, 2), Doubled(4, 2)
    doubled.load_state_dict(plain.state_dict())
    torch.testing.assert_close(doubled(x, STAR), 2 * plain(x, STAR))
    torch.testing.assert_close(
        plain.propagate(STAR, x=x, edge_weight=None),
        plain.propagate(STAR, x=x, edge_weight=torch.ones(6)),
    )


def test_transforms_of_torch_func_see_through_it() -> None:
    ours, theirs = GCNConv(4, 2), pyg.GCNConv(4, 2)
    ours.load_state_dict(theirs.state_dict())
    x, batch = torch.randn(4, 4), torch.randn(3, 4, 4)
    for transform in (torch.func.jacrev, torch.func.jacfwd):
        jacobians = [transform(lambda x, conv=conv: conv(x, STAR))(x) for conv in (ours, theirs)]
        torch.testing.assert_close(*jacobians)
    torch.testing.assert_close(torch.func.vmap(lambda x: ours(x, STAR))(batch), ours(batch, STAR))
