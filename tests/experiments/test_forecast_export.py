import json
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.errors import GnnlabError, RunError
from gnnlab.experiments.forecast_export import Exported, export_network, network_inputs
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.training.forecasters import FORECASTERS, LEVELS, MEDIAN, Calibrated
from gnnlab.training.forecasters.architecture import Architecture
from gnnlab.training.forecasters.interpolated import interpolated
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster, near

SERIES = small_series(200, runs=True)
OTHERS = small_series(90, seed=7, runs=True)
SPLIT = chronological(200)
HORIZONS = [1, 2, 5]


def run_of(forecaster: Any) -> ForecastRun:
    calibrated = Calibrated.of(forecaster, SERIES, SPLIT, HORIZONS)
    return ForecastRun(Path("run"), "some", 5, calibrated, SERIES)


@cache
def fitted(encoder: str = "gru", along: bool = False) -> NetworkForecaster:
    return NetworkForecaster.fit(
        SERIES,
        SPLIT,
        HORIZONS,
        graph=near if along else None,
        architecture=Architecture(encoder, input_steps=3, state_channels=16, hidden_channels=8),
        recipe=Recipe(epochs=2, share=0.5),
    )


def along_sparse_supports() -> NetworkForecaster:
    forecaster = fitted(along=True)
    network: Any = deepcopy(forecaster.network)
    dense = network.encoder.supports
    network.encoder.supports = Supports(dense.matrices, dense.steps, layout="sparse")
    return replace(forecaster, network=network)


MODELS = {
    "gru": fitted,
    "gc-dcrnn": lambda: fitted(along=True),
    "gc-dcrnn, sparse": along_sparse_supports,
    "lstm": lambda: fitted("lstm"),
    "agcrn": lambda: fitted("agcrn"),
    "stid": lambda: fitted("stid"),
}


def answers(path: Path, inputs: dict[str, np.ndarray]) -> np.ndarray:
    return onnxruntime.InferenceSession(path).run(["quantiles"], inputs)[0]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exported]:
    """A file of each of `MODELS`, made when it is asked for."""
    folder = tmp_path_factory.mktemp("onnx")
    return cache(lambda name: export_network(run_of(MODELS[name]()), folder / f"{name}.onnx"))


@pytest.fixture(scope="module")
def gru(exported: Callable[[str], Exported]) -> Path:
    return exported("gru").path


@pytest.fixture
def nothing_left(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file that must stay as it is, and alone."""
    path = tmp_path / "old.onnx"
    path.write_bytes(b"old")
    yield path
    assert [each.name for each in tmp_path.iterdir()] == ["old.onnx"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("name", MODELS)
def test_other_readings_have_the_quantiles_that_torch_gives_them(
    name: str, exported: Callable[[str], Exported]
) -> None:
    made, forecaster = exported(name), MODELS[name]()
    assert made.windows == 16
    assert 0 < made.relative < 1e-5
    for origins in (np.array([50]), np.arange(20, 89)):
        quantiles = answers(made.path, network_inputs(run_of(forecaster), OTHERS, origins))
        expected = forecaster.quantiles(OTHERS, origins)
        np.testing.assert_allclose(quantiles, expected, rtol=1e-4, atol=1e-4)


def test_a_network_of_some_horizons_is_exported_at_those(tmp_path: Path) -> None:
    every = Calibrated.of(
        interpolated(fitted(), HORIZONS, range(1, 6)), SERIES, SPLIT, [*range(1, 6)]
    )
    run = replace(run_of(fitted()), forecaster=every)
    export_network(run, tmp_path / "m.onnx")
    origins = np.array([50, 199])
    found = answers(tmp_path / "m.onnx", network_inputs(run, SERIES, origins))[..., MEDIAN]
    expected = every.forecast(SERIES, origins)[:, [0, 1, 4]]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_medians_are_those_of_the_run(gru: Path) -> None:
    run, origins = run_of(fitted()), np.array([150, 199])
    quantiles = answers(gru, network_inputs(run, SERIES, origins))
    medians = run.forecaster.quantiles(SERIES, origins)[..., MEDIAN]
    np.testing.assert_allclose(quantiles[..., MEDIAN], medians, rtol=1e-4)


def test_batches_are_of_any_size_and_all_else_is_fixed(gru: Path) -> None:
    session = onnxruntime.InferenceSession(gru)
    shapes = {each.name: each.shape for each in (*session.get_inputs(), *session.get_outputs())}
    inputs = network_inputs(run_of(fitted()), SERIES, np.array([100]))
    assert list(shapes) == [*inputs, "quantiles"]
    for name, array in inputs.items():
        assert shapes[name] == ["batch", *array.shape[1:]]
    assert shapes["quantiles"] == ["batch", 3, 3, 19]


def test_the_metadata_say_what_is_forecast(gru: Path) -> None:
    said = {each.key: each.value for each in onnx.load(gru).metadata_props}
    lists = {
        "stations": ["s0", "s1", "s2"],
        "horizons": HORIZONS,
        "levels": list(LEVELS),
        "variables": ["PM2.5", "NO2"],
        "forecasts": ["wind forecast"],
    }
    assert {name: json.loads(said.pop(name)) for name in lists} == lists
    assert said == {
        "model": "some",
        "target": "PM2.5",
        "unit": "ug/m3",
        "step_seconds": "3600",
        "time_zone": "Europe/Berlin",
    }


def test_the_file_holds_no_array_twice_and_no_paths_of_source_code(
    exported: Callable[[str], Exported],
) -> None:
    path = exported("gc-dcrnn, sparse").path
    arrays = [onnx.numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer]
    assert len({(each.dtype, each.shape, each.tobytes()) for each in arrays}) == len(arrays)
    assert b".py" not in path.read_bytes()


def test_supports_are_multiplied_out_once_and_not_at_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    multiply, calls = Supports._multiplied_out, []
    monkeypatch.setattr(
        Supports, "_multiplied_out", lambda supports: calls.append(1) or multiply(supports)
    )
    export_network(run_of(along_sparse_supports()), tmp_path / "model.onnx")
    assert len(calls) == 1


@pytest.mark.parametrize("factor", [1.001, np.nan])
def test_a_file_that_answers_otherwise_is_refused(
    factor: float, nothing_left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, quantiles = run_of(fitted("stid")), NetworkForecaster.quantiles
    monkeypatch.setattr(
        NetworkForecaster,
        "quantiles",
        lambda *arguments: (factor * quantiles(*arguments)).astype(np.float32),
    )
    with pytest.raises(
        GnnlabError, match=r"within 0\.0001 of torch's, as a share.* got (0\.001|nan)"
    ):
        export_network(run, nothing_left)


def test_a_run_without_a_network_is_refused(nothing_left: Path) -> None:
    run = replace(run_of(FORECASTERS["ridge"](SERIES, SPLIT, HORIZONS)), model="ridge")
    message = "run must be a run of one network, such as gru or gc-dcrnn, got ridge"
    with pytest.raises(RunError, match=message):
        export_network(run, nothing_left)
    with pytest.raises(RunError, match=message):
        network_inputs(run, SERIES, np.array([100]))


@pytest.mark.parametrize("name", ["onnx", "onnxruntime", "onnxscript"])
def test_without_the_extra_the_error_says_how_to_get_it(
    name: str, nothing_left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(GnnlabError, match=rf"extra: pip install 'gnnlab\[onnx\]', got: .*{name}"):
        export_network(run_of(fitted()), nothing_left)


@pytest.mark.parametrize("name", ["model.pt", "model"])
def test_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match=rf"a network must end in \.onnx, got {name}"):
        export_network(run_of(fitted()), tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match=r"no/model\.onnx cannot be written: No such file"):
        export_network(run_of(fitted()), tmp_path / "no" / "model.onnx")
