"""A fitted network as an ONNX file that other programs run, checked against torch."""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.data import SensorSeries
from gnnlab.errors import GnnlabError, RunError
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.nn.models import ForecastNetwork
from gnnlab.nn.models.node_lstm import NodeLSTM
from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
from gnnlab.training.forecasters import LEVELS, Calibrated, Origins
from gnnlab.training.forecasters.interpolated import Interpolated
from gnnlab.training.forecasters.network import NetworkForecaster
from gnnlab.training.forecasters.network_reader import NetworkReader

if TYPE_CHECKING:
    from torch.onnx import ONNXProgram

ENDING = ".onnx"
INPUTS = ("x", "features", "known", "last")  # of ForecastNetwork.forward
OUTPUT = "quantiles"
WINDOWS = 16  # of the run's readings, on which the file is checked
TOLERANCE = 1e-4  # by which its quantiles may differ from torch's, as a share of them


@dataclass(frozen=True)
class Exported:
    """A network that was written.

    Args:
        path: of the file.
        windows: on which it was checked.
        difference: the largest between its quantiles and torch's, in the target's unit.
        relative: the largest as a share of the quantile, or of their mean size where that is more.
    """

    path: Path
    windows: int
    difference: float
    relative: float


def export_network(run: ForecastRun, path: str | Path) -> Exported:
    """Write a run's network as ONNX, all of it or nothing, and see that it answers as in torch.

    It takes `INPUTS` as :func:`network_inputs` makes them, any number of windows, and returns the
    network's quantiles in the target's unit, [batch, horizon, station, level], at the horizons that
    it was fitted at. The medians are those that the run forecasts there; the other quantiles are
    not calibrated, for that takes the errors of the last months. Supports of a graph are multiplied
    out. The metadata are texts, JSON where they are lists: what is forecast, in which unit, where,
    how far ahead, at which levels.

    Args:
        run: of one network.
        path: of the file, in the place of what is there.

    Raises:
        RunError: a run of something else.
        GnnlabError: another ending, the extra is not installed, the file cannot be written or does
            not answer as torch; what was there stays.
    """
    path = Path(path)
    if path.suffix.lower() != ENDING:
        raise GnnlabError(f"a network must end in {ENDING}, got {path.name}")
    forecaster = _network_of(run)
    _check_extra()
    origins = np.unique(np.linspace(0, len(run.readings.times) - 1, WINDOWS).astype(np.int64))
    inputs = network_inputs(run, run.readings, origins)
    partial = path.with_name(f".{os.getpid()}.partial.{path.name}")
    try:
        partial.touch()  # refused before the work, where it is
        program = _program(forecaster, inputs)
        program.model.metadata_props.update(_metadata(run, forecaster.reader))
        program.save(partial)
        found, expected = _answers(partial, inputs), forecaster.quantiles(run.readings, origins)
        apart, size = np.abs(found - expected), np.abs(expected)
        relative = float((apart / np.maximum(size, size.mean())).max())
        if not relative < TOLERANCE:  # nor NaN
            raise GnnlabError(
                f"quantiles of {path} must be within {TOLERANCE:g} of torch's, as a share of them, "
                f"got {relative:.2g}"
            )
        partial.replace(path)
    except OSError as error:
        raise GnnlabError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return Exported(path, len(origins), float(apart.max()), relative)


def network_inputs(
    run: ForecastRun, series: SensorSeries, origins: Origins
) -> dict[str, Float[np.ndarray, "*shape"]]:
    """What the file of :func:`export_network` takes, by the names of `INPUTS`.

    Args:
        run: of one network.
        series: readings, its own or those of :func:`gnnlab.experiments.as_fitted.as_fitted`.
        origins: steps of it, from which it is forecast.

    Raises:
        RunError: a run of something else.
        DataError: other stations, variables or forecasts.
    """
    reader = _network_of(run).reader
    seen = reader.windows(series, origins)[np.arange(len(origins))]
    return {name: tensor.numpy() for name, tensor in zip(INPUTS, reader.read(seen), strict=True)}


class _InUnit(nn.Module):
    """A network whose quantiles are in the target's unit."""

    def __init__(self, network: ForecastNetwork, reader: NetworkReader):
        super().__init__()
        self.network, self.reader = network, reader

    def forward(self, x: Tensor, features: Tensor, known: Tensor, last: Tensor) -> Tensor:
        return self.reader.in_unit(self.network(x, features, known, last))


def _network_of(run: ForecastRun) -> NetworkForecaster:
    inner: Any = run.forecaster
    while isinstance(inner, Calibrated | Interpolated):
        inner = inner.forecaster
    if not isinstance(inner, NetworkForecaster):
        raise RunError(
            f"{run.path} must be a run of one network, such as gru or gc-dcrnn, got {run.model}"
        )
    return inner


def _check_extra() -> None:
    try:
        with _quiet():
            for name in ("onnx", "onnxruntime", "onnxscript"):
                import_module(name)
    except ModuleNotFoundError as error:
        raise GnnlabError(
            f"ONNX needs the extra: pip install 'gnnlab[onnx]', got: {error}"
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns and logs of what is its own affair; errors pass."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _program(forecaster: NetworkForecaster, inputs: Mapping[str, np.ndarray]) -> ONNXProgram:
    """The network in ONNX's operations, each weight once."""
    from onnx_ir.passes.common import (
        ClearMetadataAndDocStringPass,
        DeduplicateInitializersPass,
    )

    network = deepcopy(forecaster.network)
    example = tuple(torch.from_numpy(array[:2]) for array in inputs.values())
    encoder = network.encoder
    if isinstance(encoder, RecurrentEncoder):
        if isinstance(encoder.cell, NodeLSTM):  # torch's is one operation, of any number of windows
            encoder.cell.add_module("chains", encoder.cell.chains.to_torch())
        if encoder.supports is not None:
            encoder.supports.stacked(example[0])  # kept: one constant, not one for each step
    with _quiet():
        program: Any = torch.onnx.export(
            _InUnit(network, forecaster.reader).eval(),
            example,
            input_names=INPUTS,
            output_names=[OUTPUT],
            dynamic_shapes=tuple({0: torch.export.Dim("batch")} for _ in inputs),
            dynamo=True,
            verbose=False,
        )
    DeduplicateInitializersPass(size_limit=2**31)(program.model)
    ClearMetadataAndDocStringPass()(program.model)  # where each operation's source code is
    return program


def _metadata(run: ForecastRun, reader: NetworkReader) -> dict[str, str]:
    target = run.readings.variables[run.readings.index(run.readings.names("target")[0])]
    return {
        "model": run.model,
        "target": target.name,
        "unit": target.unit,
        "step_seconds": str(run.readings.step.astype("timedelta64[s]").astype(np.int64)),
        "time_zone": run.readings.time_zone,
        **{
            name: json.dumps([*values], ensure_ascii=False)
            for name, values in (
                ("stations", reader.stations),
                ("horizons", reader.horizons),
                ("levels", LEVELS),
                ("variables", reader.measured),
                ("forecasts", reader.issued),
            )
        },
    }


def _answers(
    path: Path, inputs: Mapping[str, np.ndarray]
) -> Float[np.ndarray, "batch horizon station level"]:
    """Of the file in onnxruntime: of the first window alone, and of the others together."""
    onnxruntime: Any = import_module("onnxruntime")  # which has no types
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    parts = [
        session.run([OUTPUT], {name: array[some] for name, array in inputs.items()})[0]
        for some in (slice(1), slice(1, None))
    ]
    return np.concatenate(parts)
