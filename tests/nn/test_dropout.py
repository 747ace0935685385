import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd import forward_ad

from gnnlab.nn import SparseMatrix, dropout


def test_it_zeroes_the_share_p_and_keeps_the_mean() -> None:
    out = dropout(torch.ones(100_000), 0.3, generator=torch.Generator().manual_seed(0))
    assert float((out == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert out.unique().tolist() == pytest.approx(
        [0, 1 / 0.7], rel=1e-5
    )  # p is a multiple of 2^-16


def test_sparse_features_are_dropped_at_their_stored_elements_only() -> None:
    dense = torch.eye(1000)
    out = dropout(SparseMatrix(dense), 0.5, generator=torch.Generator().manual_seed(0))
    product = out @ torch.eye(1000)
    assert product.diagonal().unique().tolist() == [0, 2]
    assert float(product.diagonal().mean()) == pytest.approx(1, abs=0.1)
    assert (product - product.diagonal().diag()).abs().max() == 0


def test_a_generator_decides_alone() -> None:
    draws = []
    for noise in (1, 2):
        torch.manual_seed(noise)
        draws.append(dropout(torch.ones(50), 0.5, generator=torch.Generator().manual_seed(3)))
    assert torch.equal(*draws)


def test_a_sequence_of_generators_draws_for_each_entry_of_the_first_axis() -> None:
    def draws(seed: int) -> torch.Generator:
        return torch.Generator().manual_seed(seed)

    together = dropout(torch.ones(3, 7, 5), 0.4, generator=[draws(seed) for seed in range(3)])
    for seed, entry in enumerate(together):
        assert torch.equal(entry, dropout(torch.ones(7, 5), 0.4, generator=draws(seed)))


def test_the_gradient_is_that_of_what_was_kept() -> None:
    x = torch.ones(20, requires_grad=True)
    out = dropout(x, 0.5)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_kernel_is_the_formula_in_torchs_operations(dtype, monkeypatch) -> None:
    def run() -> tuple[torch.Tensor, torch.Tensor]:
        draws = torch.Generator().manual_seed(5)
        x = torch.linspace(-1, 1, 60, dtype=dtype).view(5, 4, 3).transpose(0, 2).requires_grad_()
        out = dropout(x, 0.3, generator=draws)
        (slope,) = torch.autograd.grad(out.square().sum(), x, create_graph=True)
        (second,) = torch.autograd.grad(slope.sum(), x)
        return out.detach(), second

    results = [run()]
    with monkeypatch.context() as patch:
        patch.setattr("gnnlab.nn.dropout_kernel.THREADS_FROM", 0)
        results.append(run())
    monkeypatch.setattr(torch._C, "_are_functorch_transforms_active", lambda: True)
    monkeypatch.setattr("gnnlab.nn.dropout_kernel.kept", None)  # the plain way
    results.append(run())
    for other in results[1:]:
        torch.testing.assert_close(results[0], other)


def test_nothing_happens_outside_training() -> None:
    x = torch.ones(5)
    assert dropout(x, 0.5, training=False) is x
    assert dropout(x, 0.0) is x


@pytest.mark.parametrize("p", [-0.1, 1.0])
def test_an_impossible_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match=f"below 1, got {p}"):
        dropout(torch.ones(2), p)


def test_a_generator_for_each_entry() -> None:
    with pytest.raises(ValueError, match="must be 4 generators, one an entry, got 2"):
        dropout(torch.ones(4, 3), 0.5, generator=[torch.Generator(), torch.Generator()])


def test_a_tangent_is_dropped_as_its_input_is() -> None:
    with forward_ad.dual_level():
        out = dropout(forward_ad.make_dual(torch.ones(20), torch.ones(20)), 0.5)
        value, tangent = forward_ad.unpack_dual(out)
    torch.testing.assert_close(tangent, value)


def test_a_tensor_without_memory_takes_the_plain_way() -> None:
    with FakeTensorMode():
        assert dropout(torch.ones(4), 0.5).shape == (4,)
