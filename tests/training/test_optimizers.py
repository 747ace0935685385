import pytest
import torch

from gnnlab.training.optimizers import LEARNING_RATES, OPTIMIZERS, optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_is_as_large_as_asked_for_and_else_the_optimisers_own(name: str) -> None:
    weights = [torch.zeros(2, requires_grad=True)]
    for given, rate in ((None, LEARNING_RATES[name]), (0.5, 0.5), (0.0, 0.0)):
        assert optimizer(name, weights, given).param_groups[0]["lr"] == rate


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="one of adam, sgd, momentum, rmsprop, got 'lbfgs'"):
        optimizer("lbfgs", [torch.zeros(2, requires_grad=True)])
