"""Windows of a series as index arithmetic on its one array: nothing is stored twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from gnnlab.data.preparation import Preparation, hours_of_day
from gnnlab.data.series import SensorSeries
from gnnlab.data.time_splits import check_part
from gnnlab.data.window_kernels import read_ahead, read_back
from gnnlab.errors import DataError

Known = tuple[
    Float[np.ndarray, "batch time node variable"], Bool[np.ndarray, "batch time node variable"]
]

LONGEST_INPUT, LONGEST_HORIZON = 720, 168  # steps


class Batch(NamedTuple):
    """Windows side by side; those of origin t see steps up to t and are asked for t + 1 on.

    Attributes:
        inputs: all variables, filled and scaled.
        inputs_observed: where they were observed, not filled.
        future: what is known ahead of the steps asked for, scaled: variables of kind ``"future"``,
            then each forecast as it stood at the origin; 0, the mean, where it says nothing.
        future_observed: where it is known.
        targets: in their own unit; 0 where ``targets_observed`` says that there is none.
        targets_observed: where targets were observed.
        origins: the step t of each window.
    """

    inputs: Float[Tensor, "batch time node channel"]
    inputs_observed: Bool[Tensor, "batch time node channel"]
    future: Float[Tensor, "batch horizon node known"]
    future_observed: Bool[Tensor, "batch horizon node known"]
    targets: Float[Tensor, "batch horizon node target"]
    targets_observed: Bool[Tensor, "batch horizon node target"]
    origins: Int[Tensor, " batch"]


class Windows(Dataset):
    """All windows of one part of a series, made when they are asked for.

    The origin and all targets of a window lie in ``part``; its inputs may reach back before it,
    which whoever forecasts there may do, too. No window of the training part sees a step after it.

    Args:
        series: of all steps.
        part: the steps that origins and targets are taken from.
        preparation: fitted on the training part.
        input_steps: how many steps are read, 1 to 720.
        horizon: how many steps are asked for, 1 to 168.
        stride: steps from one origin to the next.

    Raises:
        TypeError: a part that is no range.
        ValueError: steps out of these bounds.
        DataError: a part that is no run of the series' steps or too short for one window, or a
            preparation fitted on other stations or variables.

    ``windows[i]`` is a batch of one window, ``windows[[i, j]]`` of two; ``len(windows)`` says how
    many there are, ``windows.origins`` where. A ``DataLoader`` over them asks for a whole batch at
    once: see :meth:`loader`.
    """

    def __init__(
        self,
        series: SensorSeries,
        part: range,
        preparation: Preparation,
        *,
        input_steps: int = 24,
        horizon: int = 72,
        stride: int = 1,
    ):
        check_part(part, len(series.times))
        for name, steps, most in (
            ("input_steps", input_steps, LONGEST_INPUT),
            ("horizon", horizon, LONGEST_HORIZON),
            ("stride", stride, len(series.times)),
        ):
            if not 1 <= steps <= most:
                raise ValueError(f"{name} must be between 1 and {most} steps, got {steps}")
        shape, dtype = series.values.shape[1:], series.values.dtype
        if preparation.usual.shape[1:] != shape:
            fitted = " and ".join(map(str, preparation.usual.shape[1:]))
            raise DataError(
                f"a preparation must be fitted on as many stations and variables as the series "
                f"has, {shape[0]} and {shape[1]}, got {fitted}"
            )
        self.series, self.preparation = series, preparation
        self.input_steps, self.horizon = input_steps, horizon
        self.origins = np.arange(max(part.start, input_steps - 1), part.stop - horizon, stride)
        if not len(self.origins):
            raise DataError(
                f"a part must be long enough for {input_steps} steps in and {horizon} out, "
                f"got steps {part.start} to {part.stop - 1}"
            )
        self._targets = np.array([series.index(name) for name in series.names("target")])
        self._known = np.array([series.index(name) for name in series.names("future")], np.int64)
        self._known_scaler = preparation.scaler.of(self._known)
        scaler = preparation.scaler
        self._filling = (scaler.transform(preparation.usual), hours_of_day(series.local_times))
        self._scaling = (
            np.broadcast_to(scaler.center, shape).astype(dtype),
            np.broadcast_to(scaler.scale, shape).astype(dtype),
            scaler.logarithm,
        )

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, number: int | Sequence[int]) -> Batch:
        return self.__getitems__([number] if isinstance(number, int | np.integer) else number)

    def __getitems__(self, numbers: Sequence[int]) -> Batch:
        """Several windows as one batch; torch's DataLoader calls this."""
        values, origins = self.series.values, self.origins[np.asarray(numbers, dtype=np.int64)]
        inputs = np.empty((len(origins), self.input_steps, *values.shape[1:]), values.dtype)
        observed = np.empty(inputs.shape, np.bool_)
        read_back(values, origins, *self._filling, *self._scaling, inputs, observed)
        future, targets = self._future(origins), self._ahead(origins, self._targets)
        return Batch(*map(torch.from_numpy, (inputs, observed, *future, *targets, origins)))

    def loader(self, batch_size: int, *, shuffle: bool = False, seed: int = 0) -> DataLoader:
        """Batches of ``batch_size`` windows, the last one smaller, in order or shuffled.

        Raises:
            ValueError: a batch of no window.
        """
        return DataLoader(
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            generator=torch.Generator().manual_seed(seed),
            collate_fn=_as_it_is,
        )

    def _ahead(
        self, origins: Int[np.ndarray, " batch"], variables: Int[np.ndarray, " variable"]
    ) -> Known:
        """Some variables at the steps that are asked for, and where they were observed."""
        shape = (len(origins), self.horizon, len(self.series.stations), len(variables))
        out, observed = np.empty(shape, self.series.values.dtype), np.empty(shape, np.bool_)
        read_ahead(self.series.values, origins, variables, out, observed)
        return out, observed

    def _future(self, origins: Int[np.ndarray, " batch"]) -> Known:
        """What is known ahead, scaled, and where it is."""
        known, observed = self._ahead(origins, self._known)
        parts, masks = [np.where(observed, self._known_scaler.transform(known), 0)], [observed]
        times = self.series.times
        ahead = times[origins[:, None] + np.arange(1, self.horizon + 1)]
        for runs, scaler in zip(
            self.series.forecasts, self.preparation.forecast_scalers, strict=True
        ):
            said, where = runs.known_at(times[origins], ahead)
            parts.append(np.where(where, scaler.transform(said), 0).astype(known.dtype))
            masks.append(where)
        return np.concatenate(parts, axis=-1), np.concatenate(masks, axis=-1)


def _as_it_is(batch: Any) -> Any:
    """A batch is made as one, so nothing is left to collate."""
    return batch
