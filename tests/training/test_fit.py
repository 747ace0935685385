from collections.abc import Sequence

import pytest
import torch
from torch import nn

from gnnlab.training import OPTIMIZERS, Epoch, Validation, Weights, fit, optimizer


def run(scores: list[tuple[float, float]], **settings: object):
    model = nn.Linear(1, 1)
    validations = iter(Validation(*map(torch.tensor, score)) for score in scores)
    result = fit(
        model,
        torch.optim.SGD(model.parameters(), lr=0.1),
        loss=lambda: model(torch.ones(1, 1)).sum(),
        validate=lambda weights: [next(validations) for _ in weights],
        **{"epochs": len(scores), **settings},
    )
    return model, result


def test_the_highest_score_wins_then_the_lowest_loss_then_the_earliest() -> None:
    for scores, best in (
        ([(0.1, 1), (0.9, 5), (0.5, 0)], 2),
        ([(0.9, 2), (0.9, 1), (0.9, 3)], 2),
        ([(0.9, 1), (0.9, 1)], 1),
    ):
        assert run(scores)[1].chosen == best


def test_the_model_is_left_with_the_weights_of_the_best_epoch() -> None:
    model, result = run([(0.1, 1), (0.9, 1), (0.2, 1)])
    assert not model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, result.weights[name])
    # each step moves weight and bias by -0.1: the weights after step 2 give the loss of step 3
    moved = result.history[0].train_loss - result.history[2].train_loss
    assert float(moved) == pytest.approx(0.4, abs=1e-5)
    assert model(torch.ones(1, 1)).item() == pytest.approx(
        float(result.history[2].train_loss), abs=1e-6
    )


def test_every_epoch_is_told_and_kept() -> None:
    told: list[Epoch] = []
    _, result = run([(0.5, 1), (0.6, 2)], on_epoch=told.append)
    assert told == result.history
    assert [epoch.epoch for epoch in told] == [1, 2]


def test_no_epoch_is_refused() -> None:
    with pytest.raises(ValueError, match="epochs must be >= 1, got 0"):
        run([(0.5, 1)], epochs=0)
    with pytest.raises(ValueError, match="validate_together must be >= 1, got 0"):
        run([(0.5, 1)], validate_together=0)


class Stack(nn.Module):
    """Networks of one weight each."""

    def __init__(self, start: list[float]):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(start, dtype=torch.float64))


def trained(start: list[float], name: str) -> torch.Tensor:
    model = Stack(start)

    def validate(weights: Sequence[Weights]) -> list[Validation]:
        distances = [(each["weight"] - 1.3).abs() for each in weights]
        return [Validation(-distance, torch.zeros(len(start))) for distance in distances]

    steps = optimizer(name, model.parameters(), 0.1)
    return fit(model, steps, lambda: (model.weight - 2) ** 2, validate, epochs=12).weights["weight"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_networks_of_a_stack_are_chosen_and_stepped_each_for_itself(name: str) -> None:
    start = [0.0, 1.9, float("nan"), 5.0]
    together = trained(start, name)
    for network, value in enumerate(start):
        torch.testing.assert_close(
            together[network : network + 1], trained([value], name), equal_nan=True
        )
    assert together[0] != together[3]


@pytest.mark.parametrize(
    ("name", "second"),
    # the gradient is 1 at each step, the rate 0.1
    [("sgd", -0.2), ("momentum", -0.1 - 0.19), ("adam", -0.2), ("rmsprop", None)],
)
def test_optimisers_are_what_their_names_say(name: str, second: float | None) -> None:
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    steps = optimizer(name, [weight], 0.1)
    for _ in range(2):
        weight.grad = torch.ones_like(weight)
        steps.step()
    if second is None:  # the mean of squares is 0.01, then 0.0199 (torch's alpha of 0.99)
        second = -0.1 / 0.01**0.5 - 0.1 / 0.0199**0.5
    assert float(weight.detach()) == pytest.approx(second, abs=1e-6)


def test_patience_ends_a_training_that_gets_no_better() -> None:
    _, result = run([(0.5, 1), (0.6, 2), (0.6, 2), (0.6, 2), (0.9, 2)], patience=2)
    assert [epoch.epoch for epoch in result.history] == [1, 2, 3, 4]


@pytest.mark.parametrize("together", [2, 3, 100])
def test_epochs_validated_together_give_the_same_training(together: int) -> None:
    scores = [(0.5, 1), (0.6, 2), (0.6, 1), (0.6, 2), (0.6, 3), (0.9, 2), (0.1, 1)]
    for patience in (None, 2, 3):
        torch.manual_seed(0)
        _, expected = run(scores, patience=patience)
        torch.manual_seed(0)
        model, found = run(scores, patience=patience, validate_together=together)
        assert found.history == expected.history
        assert found.chosen == expected.chosen
        for name, tensor in model.state_dict().items():
            assert torch.equal(tensor, expected.weights[name])


def test_an_unknown_optimiser_is_refused() -> None:
    with pytest.raises(ValueError, match="one of adam, sgd, momentum, rmsprop, got 'lion'"):
        optimizer("lion", [], 0.1)
