import json
import sys
from dataclasses import replace
from functools import partial
from inspect import signature
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas
import pytest
import torch
from small_series import small_series

from gnnlab.data import SensorSeries, chronological
from gnnlab.errors import RunError
from gnnlab.graphs import Graph
from gnnlab.nn import chebyshev_polynomials
from gnnlab.training.forecasters import FORECASTERS, Calibrated, Fit
from gnnlab.training.forecasters.architecture import ENCODERS, Architecture
from gnnlab.training.forecasters.interpolated import Interpolated
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster, near
from gnnlab.training.forecasters.stored import put_together, taken_apart
from gnnlab.training.run_folder import Run, read_run, write_run

HORIZONS = (1, 6, 24)
STEPS = 300
SPLIT = chronological(STEPS)
ORIGINS = np.array([0, 100, STEPS - 1])
SMALL = Architecture(input_steps=6, hidden_channels=8, embedding_channels=2)
NETWORK = partial(NetworkForecaster.fit, architecture=SMALL, recipe=Recipe(epochs=2, share=0.5))
FITS: dict[str, Fit] = {
    **{name: fit for name, fit in FORECASTERS.items() if "recipe" not in signature(fit).parameters},
    "network": NETWORK,
    "network along a graph": partial(NETWORK, graph=near),
    **{
        f"network of {encoder}": partial(NETWORK, architecture=replace(SMALL, encoder=encoder))
        for encoder in ENCODERS[1:]
    },
}
MODULE = '{"class": "Module", "parts": {"kind": "KIND"}}'


def through_a_folder(value: Any, folder: Any) -> Any:
    text, arrays = taken_apart(value, "it")
    weights = {name: torch.tensor(array) for name, array in arrays.items()}
    write_run(folder, Run({}, weights, [], {}, {"it": text}))
    back = read_run(folder)
    return put_together(
        back.structure["it"], {name: each.numpy() for name, each in back.weights.items()}
    )


@pytest.mark.parametrize("name", FITS)
def test_a_forecaster_that_is_read_back_forecasts_bit_for_bit_the_same(name: str, tmp_path) -> None:
    series = small_series(STEPS, runs=name.startswith("network"))
    model = FITS[name](series, SPLIT, HORIZONS)
    back = through_a_folder(model, tmp_path / "run")
    assert type(back) is type(model)
    found = back.forecast(series, ORIGINS)
    assert np.isfinite(found).any()
    np.testing.assert_array_equal(found, model.forecast(series, ORIGINS))
    if name.startswith("network"):
        expected = model.quantiles(series, ORIGINS)
        np.testing.assert_array_equal(back.quantiles(series, ORIGINS), expected)
        assert back.history == model.history
        assert not back.network.training


def test_what_holds_a_forecaster_is_read_back_with_it(tmp_path) -> None:
    series = small_series(STEPS)
    model = Interpolated(FORECASTERS["ridge"](series, SPLIT, (1, 4)), (1, 4), range(1, 5))
    back = through_a_folder(model, tmp_path / "run")
    assert back.horizons == [1, 2, 3, 4]
    np.testing.assert_array_equal(back.forecast(series, ORIGINS), model.forecast(series, ORIGINS))


def test_calibrated_quantiles_are_read_back_bit_for_bit(tmp_path) -> None:
    series = small_series(STEPS)
    ridge = FORECASTERS["ridge"](series, SPLIT, HORIZONS)
    model = Calibrated.of(ridge, series, SPLIT, HORIZONS)
    back = through_a_folder(model, tmp_path / "run")
    origins = np.array([250, STEPS - 1])
    np.testing.assert_array_equal(back.quantiles(series, origins), model.quantiles(series, origins))


def test_a_series_is_read_back_whole(tmp_path) -> None:
    series = small_series(60, runs=True)
    series.stations["type"] = ["urban", None, "traffic"]
    series.stations["height"] = [1.0, np.nan, 3.0]
    back = through_a_folder(series, tmp_path / "run")
    assert isinstance(back, SensorSeries)
    np.testing.assert_array_equal(back.values, series.values)
    np.testing.assert_array_equal(back.times, series.times)
    assert back.variables == [*series.variables]
    assert (back.time_zone, back.name, back.step) == (series.time_zone, series.name, series.step)
    assert back.stations.index.name == "station"
    table = series.stations
    assert back.stations["type"].isna().tolist() == [False, True, False]
    pandas.testing.assert_frame_equal(
        back.stations.drop(columns="type"), table.drop(columns="type"), check_index_type=False
    )
    (ours,), (theirs,) = back.forecasts, series.forecasts
    np.testing.assert_array_equal(ours.values, theirs.values)
    assert ours.latency == theirs.latency
    np.testing.assert_array_equal(ours.leads, theirs.leads)


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_supports_keep_their_layout_and_kind(layout: str, tmp_path) -> None:
    ring = Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a")])
    polynomials = chebyshev_polynomials(ring, size=3, layout=layout)
    back = through_a_folder(polynomials, tmp_path / "run")
    assert (back.layout, back.count, back.chebyshev) == (layout, polynomials.count, True)
    x = torch.randn(2, 3, 4)
    assert torch.equal(back.diffuse(x), polynomials.diffuse(x))


class Odd(torch.nn.Module):
    """Buffers, a module without a bias, an attribute that only its class makes sense of."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList([torch.nn.Linear(3, 2, bias=False), torch.nn.ReLU()])
        self.norm = torch.nn.BatchNorm1d(2)
        self._shift = 0.5

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.layers[1](self.layers[0](x))) + self._shift


def test_a_module_is_made_again_without_a_draw(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("gnnlab.training.forecasters.stored_parts.MODULES", ("torch.", __name__))
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(Odd=Odd))
    odd = Odd()
    odd(torch.randn(8, 3))  # moves what is normalised by
    before = torch.random.get_rng_state()
    back = through_a_folder(odd, tmp_path / "run")
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not back.training
    x = torch.randn(5, 3)
    assert torch.equal(back(x), odd.eval()(x))
    assert {*back.state_dict()} == {*odd.state_dict()}
    assert [each.requires_grad for each in back.parameters()] == [True] * 3


def test_numbers_of_numpy_and_mappings_are_plain_values() -> None:
    text, arrays = taken_apart([np.float32(0.1), np.int64(3), {"a": np.zeros(2)}, None], "it")
    assert list(arrays) == ["it.2.a"]
    assert put_together(text, arrays)[:2] == [float(np.float32(0.1)), 3]


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="must be values or dataclasses of gnnlab, got Generator"):
        taken_apart(np.random.default_rng(), "it")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{damaged", "JSONDecodeError"),
        ('{"array": "gone", "type": "float32"}', "'gone'"),
        ('{"array": "it", "type": "float32"}', "it must be of float32, got float64"),
        ('{"class": "os.system", "parts": {}}', "a class must be one of gnnlab.training"),
        ('{"class": "gnnlab.data.fetch.fetch", "parts": {}}', "a dataclass or a named tuple"),
        ('{"class": "gnnlab.data.scaler.Old", "parts": {}}', "no attribute 'Old'"),
        ('{"class": "gnnlab.data.scaler.Scaler", "parts": {"old": 1}}', "TypeError"),
        ('{"class": "Supports", "parts": {}}', "num_nodes"),
        (MODULE.replace("KIND", "os.path.join"), "a module must be one of gnnlab.nn. or torch"),
        (MODULE.replace("KIND", "gnnlab.nn.dropout.dropout"), "TypeError"),
        (MODULE.replace("KIND", "gnnlab.nn.sparse.SparseMatrix"), "must be one of torch, got"),
    ],
)
def test_what_was_not_left_like_this_is_refused(text: str, said: str) -> None:
    with pytest.raises(RunError, match=said):
        put_together(text, {"it": np.zeros(2)})


def test_nothing_is_pickled_the_text_is_json() -> None:
    text, _ = taken_apart(FORECASTERS["persistence"](small_series(STEPS), SPLIT, HORIZONS), "it")
    kind = "gnnlab.training.forecasters.persistence.Persistence"
    assert json.loads(text) == {"class": kind, "parts": {"horizons": [1, 6, 24]}}
