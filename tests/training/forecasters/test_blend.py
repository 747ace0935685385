from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from small_series import HOUR, small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.errors import DataError
from gnnlab.training.forecasters import FORECASTERS, Fit, QuantileForecaster, targets_ahead
from gnnlab.training.forecasters import blend as module
from gnnlab.training.forecasters.blend import SHRINKAGES, Blend, least_absolute
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster, near
from gnnlab.training.forecasters.stored import put_together, taken_apart
from gnnlab.training.run_folder import Run, read_run, write_run

HORIZONS = (1, 6)
STEPS = 400
SERIES = small_series(STEPS)
SPLIT = chronological(STEPS)
TEST = np.arange(SPLIT.test.start, STEPS)
QUICK = {name: FORECASTERS[name] for name in ("ridge", "damped-persistence", "climatology")}
PART = 32  # steps of a fold's test part: a tenth of the 320 that are known


@dataclass(frozen=True)
class Off:
    """What comes true, and an error of each step and horizon; it knows the future by the clock."""

    errors: np.ndarray  # [time, horizon]

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        steps = ((series.times[origins] - SERIES.times[0]) // HOUR).astype(int)
        truth = np.nan_to_num(targets_ahead(SERIES.of("PM2.5"), steps, HORIZONS))
        return (truth + self.errors[steps][..., None]).astype(np.float32)


def off(errors: np.ndarray) -> Fit:
    """What fits a forecaster with such errors, [time] or [time, horizon]."""
    return lambda *_: Off(np.broadcast_to(errors.reshape(STEPS, -1), (STEPS, len(HORIZONS))))


def blended(members: Mapping[str, Fit], **options: Any) -> Blend:
    return Blend.fit(SERIES, SPLIT, HORIZONS, members=members, **options)


def weights_of(blend: Blend) -> np.ndarray:
    """[member, horizon]"""
    return np.stack([*blend.weights.values()])


def by_linear_program(errors: np.ndarray) -> np.ndarray:
    """Least absolute weights as the linear program that they are."""
    rows, members = errors.shape
    return linprog(
        np.r_[np.zeros(members), np.ones(rows)],
        A_ub=np.block([[errors, -np.eye(rows)], [-errors, -np.eye(rows)]]),
        b_ub=np.zeros(2 * rows),
        A_eq=np.r_[np.ones(members), np.zeros(rows)][None],
        b_eq=[1],
    ).x[:members]


@pytest.mark.parametrize("members", [1, 2, 5])
@pytest.mark.parametrize("seed", range(5))
def test_weights_are_as_good_as_those_of_the_linear_program(members: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    errors = draw.gamma(1, 10, (150, 1)) * draw.normal(draw.normal(0, 1), 1, (150, members))
    errors += draw.normal(0, 30, (150, 1))  # common to all
    found = least_absolute(errors)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)
    best = np.abs(errors @ by_linear_program(errors)).mean()
    assert best <= np.abs(errors @ found).mean() * (1 + 1e-9) <= best * 1.001


def test_twins_share_alike() -> None:
    one, other = np.random.default_rng(0).normal(0, 1, (2, 200))
    found = least_absolute(np.stack([one, other, one], axis=1))
    assert found[0] == pytest.approx(found[2], abs=1e-4)
    assert least_absolute(np.zeros((3, 4))).tolist() == [0.25] * 4


def test_one_that_is_always_right_is_all_there_is() -> None:
    errors = np.random.default_rng(0).normal(0, 1, (200, 3)) * [1, 0, 1]
    assert least_absolute(errors).tolist() == pytest.approx([0, 1, 0], abs=1e-4)


def test_weights_and_shrinkage_are_those_of_folds_one_by_one() -> None:
    draw = np.random.default_rng(1)
    errors = draw.normal(0, [[8], [10], [11]], (3, STEPS)) + draw.normal(0, 5, STEPS)
    blend = blended({str(number): off(each) for number, each in enumerate(errors)})
    for place, horizon in enumerate(HORIZONS):
        folds = []
        for stop in (256, 288, 320):
            origins = np.arange(stop - PART, stop - horizon)
            count = (~np.isnan(SERIES.of("PM2.5")[origins + horizon])).sum(axis=1)
            folds.append(np.repeat(errors[:, origins], count, axis=1).T)
        lost = dict.fromkeys(SHRINKAGES, 0.0)
        for number in range(3):
            rest = np.concatenate([each for other, each in enumerate(folds) if other != number])
            fitted = by_linear_program(rest)
            for share in SHRINKAGES:
                lost[share] += np.abs(folds[number] @ ((1 - share) * fitted + share / 3)).sum()
        share = min(SHRINKAGES, key=lambda each: lost[each])
        expected = (1 - share) * by_linear_program(np.concatenate(folds)) + share / 3
        assert blend.shrinkage[place] == share
        np.testing.assert_allclose(weights_of(blend)[:, place], expected, atol=0.02)


def test_each_horizon_has_its_own_weights() -> None:
    noise = np.random.default_rng(2).normal(0, 10, (STEPS, 2))
    blend = blended({"near": off(noise * [0.1, 1]), "far": off(noise[::-1] * [1, 0.1])})
    assert blend.weights["near"][0] > 0.8
    assert blend.weights["far"][1] > 0.8
    np.testing.assert_allclose(weights_of(blend).sum(axis=0), 1)


def test_what_is_good_in_one_season_alone_is_shrunk_to_equal() -> None:
    noise = np.random.default_rng(3).normal(0, 10, (2, STEPS))
    scale = np.ones((2, STEPS))
    scale[0, 256:288], scale[1, :256], scale[1, 288:] = 3, 1.2, 1.2
    seasonal = blended({"a": off(noise[0] * scale[0]), "b": off(noise[1] * scale[1])})
    steady = blended({"a": off(noise[0] * 3), "b": off(noise[1])})
    assert (seasonal.shrinkage > steady.shrinkage).all()
    assert (steady.shrinkage <= 0.1).all()
    assert (steady.weights["b"] > 0.85).all()


def test_each_member_has_a_say() -> None:
    nothing = np.zeros(STEPS)
    blend = blended({"right": off(nothing), "wrong": off(nothing + 10)})
    np.testing.assert_allclose(blend.weights["wrong"], 0.005, atol=1e-6)


def test_folds_lie_in_training_and_validation() -> None:
    seen: list[tuple[SensorSeries, TimeSplit]] = []

    def fit(series: SensorSeries, split: TimeSplit, *rest: Any) -> Any:
        seen.append((series, split))
        return FORECASTERS["climatology"](series, split, *rest)

    split = TimeSplit("late", range(50, 280), range(285, 370), range(370, 400))
    Blend.fit(SERIES, split, HORIZONS, members={"only": fit})
    assert {id(series) for series, _ in seen} == {id(SERIES)}  # so that fits can be remembered
    assert seen[0][1] is split
    folds = [fold for _, fold in seen[1:]]
    assert [fold.test for fold in folds] == [range(274, 306), range(306, 338), range(338, 370)]
    for fold in folds:
        assert fold.train.start == 50
        assert fold.test.start - fold.validation.stop == max(HORIZONS)
        assert fold.validation.start - fold.train.stop == max(HORIZONS)


def test_a_forecast_is_the_weighted_mean_of_those_that_have_one() -> None:
    first, second, third = (np.full(STEPS, each) for each in (1.0, 2.0, 6.0))
    first[::2], second[::3], third[::5] = np.nan, np.nan, np.nan
    members = {"a": off(first), "b": off(second), "c": off(third)}
    fitted = {name: fit(SERIES, SPLIT, HORIZONS) for name, fit in members.items()}
    weights = {"a": np.array([0.5, 0.2]), "b": np.array([0.2, 0.7]), "c": np.array([0.3, 0.1])}
    blend = Blend(fitted, weights, np.zeros(2))
    found = blend.forecast(SERIES, TEST[:60])
    said = {name: each.forecast(SERIES, TEST[:60]) for name, each in fitted.items()}
    assert found.dtype == np.float32
    assert np.isnan(found).any()
    for place in np.ndindex(found.shape):
        there = [name for name in members if not np.isnan(said[name][place])]
        if not there:
            assert np.isnan(found[place])
            continue
        own = [weights[name][place[1]] for name in there]
        expected = np.average([said[name][place] for name in there], weights=own)
        assert found[place] == pytest.approx(expected, rel=1e-5)


def test_weights_are_learned_where_all_members_have_a_forecast() -> None:
    draw = np.random.default_rng(4)
    bad, good = draw.normal(0, 10, STEPS), draw.normal(0, 5, STEPS)
    bad[::2], good[::2] = 0, 1000  # what would turn it round
    silent = np.where(np.arange(STEPS) % 2, 0.0, np.nan)
    blend = blended({"bad": off(bad), "good": off(good), "silent": off(silent + 30)})
    assert (blend.weights["good"] > blend.weights["bad"]).all()


def test_where_nothing_can_be_learned_weights_are_equal() -> None:
    silent = off(np.full(STEPS, np.nan))
    noise = np.random.default_rng(5).normal(0, 10, (2, STEPS))
    members = {"a": off(noise[0]), "b": off(noise[1] / 9)}
    for blend in (blended({**members, "c": silent}), blended(members, folds=1)):
        assert blend.shrinkage.tolist() == [1, 1]
        np.testing.assert_allclose(weights_of(blend), 1 / len(blend.members))


def test_a_series_too_short_for_folds_has_equal_weights() -> None:
    horizons = (1, 48)
    fits: list[TimeSplit] = []

    def fit(series: SensorSeries, split: TimeSplit, horizons: Sequence[int], *rest: Any) -> Any:
        fits.append(split)
        return FORECASTERS["climatology"](series, split, horizons, *rest)

    blend = Blend.fit(SERIES, SPLIT, horizons, members={"a": fit, **QUICK})
    assert fits == [SPLIT]
    np.testing.assert_allclose(weights_of(blend), 0.25)
    assert np.isfinite(blend.forecast(SERIES, TEST)).all()


def test_folds_that_are_too_early_are_left_out() -> None:
    """The target comes after the first fold's training part, so two folds are left."""
    values = SERIES.values.copy()
    values[:200, :, 0] = np.nan
    series = replace(SERIES, values=values)
    noise = np.random.default_rng(6).normal(0, 10, (2, STEPS))
    members = {"a": off(noise[0]), "b": off(noise[1] / 9)}

    def fit(series: SensorSeries, split: TimeSplit, *rest: Any) -> Any:
        fits.append(len(split.train))
        return FORECASTERS["ridge"](series, split, *rest)

    fits: list[int] = []
    blend = Blend.fit(series, SPLIT, HORIZONS, members={"ridge": fit, **members})
    assert fits == [280, 180, 212, 244]
    assert (blend.weights["b"] > 0.8).all()


def test_nothing_to_learn_from_in_the_training_part_is_refused() -> None:
    values = SERIES.values.copy()
    values[: SPLIT.train.stop, :, 0] = np.nan
    with pytest.raises(DataError, match="must be observed in the training part, got no value"):
        Blend.fit(replace(SERIES, values=values), SPLIT, HORIZONS, members=QUICK)


def test_of_too_many_origins_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[np.ndarray] = []

    class Listening(Off):
        def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
            asked.append(origins)
            return super().forecast(series, origins)

    monkeypatch.setattr(module, "PAIRS", 32)
    member = Listening(np.random.default_rng(7).normal(0, 10, (STEPS, 2)))
    for seed in (0, 1):
        Blend.fit(SERIES, SPLIT, HORIZONS, seed, members={"only": lambda *_: member})
    first, again = asked[:3], asked[3:]
    for origins, fold in zip(first, (224, 256, 288), strict=True):
        assert len(origins) == len(set(origins.tolist())) == 10
        assert fold <= origins.min() < origins.max() < fold + PART
    np.testing.assert_array_equal(first, again)


def test_members_are_fitted_with_the_seed_and_weights_are_those_of_every_seed() -> None:
    seeds: list[int] = []

    def fit(series: object, split: object, horizons: object, seed: int, tell: object) -> Any:
        seeds.append(seed)
        return Off(np.ones((STEPS, 2)))

    Blend.fit(SERIES, SPLIT, HORIZONS, 7, members={"only": fit})
    assert seeds == [7, 0, 0, 0]


def test_how_far_all_fits_are_is_told() -> None:
    told: list[float] = []
    Blend.fit(SERIES, SPLIT, HORIZONS, 0, told.append, members=QUICK)
    assert told == sorted(told)
    assert len({int(12 * share) for share in told}) == 4  # only ridge tells, once in each four fits
    assert 0.75 <= told[-1] < 1


def test_a_blend_is_read_back_from_a_run_folder(tmp_path) -> None:
    network = partial(NetworkForecaster.fit, recipe=Recipe(epochs=1))
    members = {**QUICK, "gru": network, "gc-dcrnn": partial(network, graph=near)}
    blend = blended(members)
    text, arrays = taken_apart(blend, "forecaster")
    weights = {name: torch.tensor(array) for name, array in arrays.items()}
    write_run(tmp_path / "run", Run({}, weights, [], {}, {"it": text}))
    run = read_run(tmp_path / "run")
    back = put_together(
        run.structure["it"], {name: each.numpy() for name, each in run.weights.items()}
    )
    assert type(back) is Blend
    assert [*back.members] == [*back.weights] == [*members]
    np.testing.assert_array_equal(back.shrinkage, blend.shrinkage)
    np.testing.assert_array_equal(back.forecast(SERIES, TEST), blend.forecast(SERIES, TEST))


def test_it_has_no_quantiles_of_its_own() -> None:
    assert not isinstance(blended(QUICK), QuantileForecaster)


def test_named_blends_differ_by_the_graph() -> None:
    names = {
        name: [*FORECASTERS[name].keywords["members"]]  # type: ignore[attr-defined]
        for name in ("blend", "blend-without-graph")
    }
    assert names["blend"] == [*names["blend-without-graph"], "gc-dcrnn"]
    assert names["blend-without-graph"] == ["gbdt", "ridge", "gru"]


def test_no_members_and_no_folds_are_refused() -> None:
    with pytest.raises(ValueError, match="a blend must have at least 1 member, got none"):
        blended({})
    with pytest.raises(ValueError, match="folds must be >= 1, got 0"):
        blended(QUICK, folds=0)
