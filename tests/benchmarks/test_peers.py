from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from small_series import small_series
from torch import Tensor, nn

from gnnlab.data import chronological
from gnnlab.errors import GnnlabError
from gnnlab.evaluation.backtest import backtest
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import Forecaster, target_of, targets_ahead
from gnnlab.training.forecasters.network import near

HORIZONS = (1, 6)
SERIES = small_series(400, runs=True)
SPLIT = chronological(400)


@pytest.fixture
def peers(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("peers")


@pytest.fixture
def forecaster(program: Callable[[str], ModuleType]) -> ModuleType:
    return program("peers_forecaster")


class Linear(nn.Module):
    """Of the last step that is read."""

    def __init__(self, channels: int, horizons: int, graph: Graph):
        super().__init__()
        self.linear, self.graph = nn.Linear(channels, horizons), graph
        self.seen: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x[:, -1]).transpose(1, 2)


def _fitted(forecaster: ModuleType, series: Any = SERIES, **settings: Any) -> Any:
    return forecaster.PeerForecaster.fit(series, SPLIT, HORIZONS, build=Linear, **settings)


def test_a_peer_reads_standardised_values_the_calendar_and_masks(forecaster: ModuleType) -> None:
    past = SERIES.between(0, SPLIT.train.stop)
    reader = forecaster.Reader.fit(past, HORIZONS)
    batch = reader.windows(past, np.array([50, 100]))[np.array([1])]
    x = reader.x(batch).numpy()
    measured, calendar = past.values[..., :2], past.values[..., 2:]
    assert x.shape == (1, 24, 3, 2 + calendar.shape[-1] + 2) == (1, 24, 3, reader.channels)
    steps = slice(100 - 23, 101)
    there = ~np.isnan(measured[steps])
    np.testing.assert_array_equal(x[0, ..., -2:], there)
    mean, std = np.nanmean(measured, axis=(0, 1)), np.nanstd(measured, axis=(0, 1))
    plain = (measured[steps] - mean) / std
    np.testing.assert_allclose(x[0, ..., :2][there], plain[there], atol=1e-5)
    assert np.isfinite(x).all()


def test_its_answers_are_standardised_targets(forecaster: ModuleType) -> None:
    past = SERIES.between(0, SPLIT.train.stop)
    reader, origins = forecaster.Reader.fit(past, HORIZONS), np.array([50, len(past.times) - 3])
    y = reader.y(reader.windows(past, origins)[np.arange(2)])
    truth = targets_ahead(target_of(past), origins, HORIZONS)
    assert np.isnan(truth[1, 1]).all()  # beyond the last step
    np.testing.assert_allclose(reader.in_unit(y).numpy(), truth, rtol=1e-4)
    target = target_of(past)
    standard = (truth - np.nanmean(target)) / np.nanstd(target)
    np.testing.assert_allclose(y.numpy(), standard, rtol=1e-4, atol=1e-5)


def test_it_is_a_forecaster_that_learns(forecaster: ModuleType) -> None:
    """A target that is what the other variable was an hour ago."""
    values = SERIES.values.copy()
    values[1:, :, 0] = values[:-1, :, 1]
    series, told = replace(SERIES, values=values), []
    recipe = replace(forecaster.RECIPE, learning_rate=0.03, epochs=20, share=1.0, batch_size=16)
    model = _fitted(forecaster, series, recipe=recipe, tell=told.append)
    assert isinstance(model, Forecaster)
    origins = np.array(SPLIT.test)
    truth = targets_ahead(target_of(series), origins, HORIZONS)
    missed = np.nanmean(np.abs(model.forecast(series, origins) - truth), axis=(0, 2))
    usual = np.nanmedian(target_of(series)[: SPLIT.train.stop])
    assert missed[0] < 0.5 * np.nanmean(np.abs(truth[:, 0] - usual))
    assert model.parameters == 2 * (model.reader.channels + 1)
    assert model.seconds > 0
    assert told == sorted(told)
    assert told[-1] <= 1
    chosen = min(model.history, key=lambda line: line.validation)
    assert chosen.validation < model.history[0].validation


def test_nothing_after_an_origin_or_after_the_validation_part_is_seen(
    forecaster: ModuleType,
) -> None:
    later = SERIES.values.copy()
    later[SPLIT.test.start :, :, :2] = 999
    changed, origins = replace(SERIES, values=later), np.array([3, SPLIT.test.start - 1])
    models = [_fitted(forecaster, each) for each in (SERIES, changed)]
    found = [model.forecast(each, origins) for model in models for each in (SERIES, changed)]
    for each in found[1:]:
        np.testing.assert_array_equal(each, found[0])
    assert np.isfinite(found[0]).all()


def test_a_seed_draws_the_weights(forecaster: ModuleType) -> None:
    origins = np.array(SPLIT.test)
    one, same, other = (
        _fitted(forecaster, seed=seed).forecast(SERIES, origins) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_graph_is_that_of_our_networks(forecaster: ModuleType) -> None:
    graph = near(SERIES.between(0, SPLIT.train.stop))
    np.testing.assert_array_equal(
        _fitted(forecaster).network.graph.csr().toarray(), graph.csr().toarray()
    )


def test_a_validation_part_without_a_target_is_refused(forecaster: ModuleType) -> None:
    values = SERIES.values.copy()
    values[SPLIT.validation.start : SPLIT.validation.stop, :, 0] = np.nan
    with pytest.raises(GnnlabError, match="validation must be finite"):
        _fitted(forecaster, replace(SERIES, values=values))


def test_edges_are_sorted_and_go_both_ways(peers: ModuleType) -> None:
    graph = Graph(np.array([[2, 0], [0, 1]]), 3, weight=np.array([0.5, 0.25]))
    edge_index, weight = peers._edges(graph)
    assert edge_index.tolist() == [[0, 0, 1, 2], [1, 2, 0, 0]]
    assert weight.tolist() == [0.25, 0.5, 0.25, 0.5]


def _peer(peers: ModuleType, packages: Sequence[str]) -> Any:
    return peers.Peer(Linear, packages)


def test_a_peer_that_is_not_installed_is_named_and_passed_over(
    peers: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there, gone = _peer(peers, ["torch"]), _peer(peers, ["torch", "no_such_package"])
    monkeypatch.setattr(peers, "PEERS", {"gone": gone, "there": there})
    assert [*peers.installed(["gone", "there"])] == ["there"]
    assert capsys.readouterr().out == "gone: missing no_such_package\n"


def test_a_peer_is_backtested_as_ours_are(peers: ModuleType) -> None:
    fits = {"linear": _peer(peers, []).fit(epochs=2)}
    scores = backtest(SERIES, fits, HORIZONS, [SPLIT])
    assert [score.horizon for score in scores] == [*HORIZONS]
    assert all(score.coverage90 is not None for score in scores)
