import pytest
import torch
from torch import nn

from gnnlab.training import Epoch, Validation, fit


def run(scores: list[tuple[float, float]], **settings: object):
    model = nn.Linear(1, 1)
    validations = iter(Validation(*score) for score in scores)
    result = fit(
        model,
        torch.optim.SGD(model.parameters(), lr=0.1),
        loss=lambda: model(torch.ones(1, 1)).sum(),
        validate=lambda: next(validations),
        **{"epochs": len(scores), **settings},
    )
    return model, result


def test_the_highest_score_wins_then_the_lowest_loss_then_the_earliest() -> None:
    for scores, best in (
        ([(0.1, 1), (0.9, 5), (0.5, 0)], 2),
        ([(0.9, 2), (0.9, 1), (0.9, 3)], 2),
        ([(0.9, 1), (0.9, 1)], 1),
    ):
        assert run(scores)[1].best.epoch == best


def test_the_model_is_left_with_the_weights_of_the_best_epoch() -> None:
    model, result = run([(0.1, 1), (0.9, 1), (0.2, 1)])
    assert not model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, result.weights[name])
    # each step moves weight and bias by -0.1: the weights after step 2 give the loss of step 3
    moved = result.history[0].train_loss - result.history[2].train_loss
    assert moved == pytest.approx(0.4, abs=1e-5)
    assert model(torch.ones(1, 1)).item() == pytest.approx(result.history[2].train_loss, abs=1e-6)


def test_every_epoch_is_told_and_kept() -> None:
    told: list[Epoch] = []
    _, result = run([(0.5, 1), (0.6, 2)], on_epoch=told.append)
    assert told == result.history
    assert [epoch.epoch for epoch in told] == [1, 2]


def test_no_epoch_is_refused() -> None:
    with pytest.raises(ValueError, match="epochs must be >= 1, got 0"):
        run([(0.5, 1)], epochs=0)
