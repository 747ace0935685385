import math
import re
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from gnnlab.errors import GnnlabError
from gnnlab.training.forecasters.minibatches import EPOCH, STEP, Line, Recipe, train

EXAMPLES = 10


class Number(nn.Module):
    """One weight, 0 at first."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))


def trained(
    verdicts: list[float], target: float = 1.0, **settings: Any
) -> tuple[Number, list[Line], list[float], list[torch.Tensor]]:
    """What is left after (weight - target)^2, the lines, the weights validated, those drawn."""
    network, judged, drawn, lines = Number().eval(), [], [], []

    def loss(numbers: torch.Tensor) -> tuple[torch.Tensor, int]:
        assert network.training
        drawn.append(numbers)
        return len(numbers) * (network.weight - target) ** 2, len(numbers)

    def validate(averaged: Number) -> float:
        assert not averaged.training
        assert not torch.is_grad_enabled()
        judged.append(float(averaged.weight))
        return verdicts[len(judged) - 1]

    torch.manual_seed(0)
    train(network, EXAMPLES, loss, validate, Recipe(**settings), lines.append)
    assert not network.training
    return network, lines, judged, drawn


def test_validation_chooses_the_epoch_and_when_to_stop() -> None:
    network, lines, judged, _ = trained([5, 4, 3, 3, 3.5, 2], patience=2, epochs=6)
    assert [line.epoch for line in lines] == [1, 2, 3, 4]
    assert [line.validation for line in lines] == [4, 3, 3, 3.5]
    assert network.weight.item() == judged[2]


def test_untrained_weights_stay_where_no_epoch_is_better() -> None:
    network, lines, *_ = trained([1, 1, 2, 3], patience=2)
    assert len(lines) == 2
    assert network.weight.item() == 0


def test_it_stops_after_the_last_epoch() -> None:
    network, lines, judged, _ = trained([5, 4, 3, 2], epochs=3)
    assert len(lines) == 3
    assert network.weight.item() == judged[-1]


def test_an_epoch_goes_through_a_share_of_the_examples_in_batches() -> None:
    *_, drawn = trained([3, 2, 1], epochs=2, share=0.7, batch_size=3)
    assert [len(numbers) for numbers in drawn] == [3, 3, 1] * 2
    first, second = (torch.cat(drawn[place : place + 3]).tolist() for place in (0, 3))
    assert first != second
    for epoch in (first, second):
        assert len(set(epoch)) == 7
        assert set(epoch) <= set(range(EXAMPLES))
    *_, one = trained([2, 1], epochs=1, share=0.01)
    assert len(one[0]) == 1


@pytest.mark.parametrize("averaging", [0.0, 0.2, 0.9])
def test_steps_are_those_of_adamw_and_what_is_judged_is_their_mean(averaging: float) -> None:
    settings = {"learning_rate": 0.1, "weight_decay": 0.5, "largest_gradient": 0.3}
    verdicts = [9.0, 8, 7, 6, 5, 4]
    _, lines, judged, _ = trained(verdicts, epochs=5, share=1, averaging=averaging, **settings)
    weight = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.AdamW([weight], lr=0.1, weight_decay=0.5)
    mean = 0.0
    recipe = Recipe(epochs=5, learning_rate=0.1)
    for count, line in enumerate(lines):
        optimizer.param_groups[0]["lr"] = recipe.rate(count, 5)
        before = (weight.item() - 1) ** 2
        assert line.loss == pytest.approx(before, rel=1e-5)
        weight.grad = (2 * (weight.detach() - 1)).clamp(-0.3, 0.3)
        optimizer.step()
        stays = min(averaging, (1 + count) / (10 + count)) if count else 0.0
        mean = stays * mean + (1 - stays) * weight.item()
        assert judged[count + 1] == pytest.approx(mean, rel=1e-5)


def test_the_learning_rate_rises_and_falls_as_a_cosine() -> None:
    recipe = Recipe(learning_rate=0.2)
    rates = [recipe.rate(step, 1000) for step in range(1000)]
    assert rates[0] == pytest.approx(0.2 / 50)
    assert rates[:50] == sorted(rates[:50])
    expected = [0.1 * (1 + math.cos(math.pi * step / 1000)) for step in range(49, 1000)]
    assert rates[49:] == pytest.approx(expected)
    assert recipe.rate(1000, 1000) == pytest.approx(0)


def with_terms_in(observed: list[bool]) -> tuple[Number, list[Line], list[float]]:
    """An epoch of a batch an example, of which some have nothing observed."""
    network, lines, judged = Number(), [], []
    steps = iter(observed)

    def loss(numbers: torch.Tensor) -> tuple[torch.Tensor, int]:
        if next(steps):
            return (network.weight - 1) ** 2, 1
        return torch.zeros((), requires_grad=True).sum(), 0

    def validate(averaged: Number) -> float:
        judged.append(float(averaged.weight))
        return -len(judged)

    recipe = Recipe(epochs=1, share=1, batch_size=1)
    train(network, len(observed), loss, validate, recipe, lines.append)
    return network, lines, judged


def test_a_batch_without_a_target_brings_no_step() -> None:
    network, (line,), _ = with_terms_in([False, True, False, False, True])
    recipe, weight = Recipe(), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.AdamW([weight], lr=0.0, weight_decay=recipe.weight_decay)
    lost = []
    for step in (1, 4):
        optimizer.param_groups[0]["lr"] = recipe.rate(step, 5)
        optimizer.zero_grad()
        loss = (weight - 1) ** 2
        loss.backward()
        torch.nn.utils.clip_grad_norm_([weight], 1.0)
        optimizer.step()
        lost.append(loss.item())
    assert line.loss == pytest.approx(sum(lost) / 2)
    assert network.weight > 0


def test_an_epoch_without_a_target_has_no_loss() -> None:
    network, (line,), judged = with_terms_in([False, False])
    assert math.isnan(line.loss)
    assert judged == [0, 0]
    assert network.weight == 0


def test_a_loss_that_is_not_finite_ends_the_training() -> None:
    message = "the loss must be finite, got nan: a learning rate below 0.5 may help"
    with pytest.raises(GnnlabError, match=message):
        trained([1, 1], target=torch.nan, learning_rate=0.5)


def test_of_many_stations_steps_and_epochs_see_fewer_examples() -> None:
    recipe = Recipe(share=0.25, batch_size=64)
    for stations, together, epoch in ((1000, 8, 1000), (5000, 1, 200), (100_000, 1, 64)):
        bounded = recipe.of_stations(stations, 8000)
        assert (bounded.batch_size, bounded.share * 8000) == (together, pytest.approx(epoch))
        assert stations * together <= max(STEP, stations)
        assert stations * epoch <= max(EPOCH, stations * 64)
    assert replace(bounded, share=0.25, batch_size=64) == recipe
    assert recipe.of_stations(200, 1000) == replace(recipe, batch_size=40)
    assert recipe.of_stations(5000, 10).share == 0.25


def test_of_beijing_steps_and_epochs_stay_as_they_are() -> None:
    assert Recipe().of_stations(12, 35_064) == Recipe()
    assert Recipe(share=1).of_stations(12, 35_064) == Recipe(share=1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs must be >= 1, got 0"),
        ({"patience": 0}, "patience must be >= 1, got 0"),
        ({"batch_size": 0}, "batch_size must be >= 1, got 0"),
        ({"share": 0.0}, "share must be above 0 and at most 1, got 0.0"),
        ({"share": 1.1}, "share must be above 0 and at most 1, got 1.1"),
        ({"averaging": 1.0}, "averaging must be at least 0 and below 1, got 1.0"),
        ({"averaging": -0.1}, "averaging must be at least 0 and below 1, got -0.1"),
    ],
)
def test_recipes_out_of_bounds_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Recipe(**settings)
