"""Windows of a series as index arithmetic on its one array: nothing is stored twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from gnnlab.data.preparation import Preparation, hours_of_day
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError

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
        ValueError: steps out of these bounds.
        DataError: a part that is too short for one window.

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
        for name, steps, most in (
            ("input_steps", input_steps, LONGEST_INPUT),
            ("horizon", horizon, LONGEST_HORIZON),
            ("stride", stride, len(series.times)),
        ):
            if not 1 <= steps <= most:
                raise ValueError(f"{name} must be between 1 and {most} steps, got {steps}")
        self.series, self.preparation = series, preparation
        self.input_steps, self.horizon = input_steps, horizon
        self.origins = np.arange(max(part.start, input_steps - 1), part.stop - horizon, stride)
        if not len(self.origins):
            raise DataError(
                f"a part must be long enough for {input_steps} steps in and {horizon} out, "
                f"got steps {part.start} to {part.stop - 1}"
            )
        self._targets = [series.index(name) for name in series.names("target")]
        self._known = [series.index(name) for name in series.names("future")]
        self._known_scaler = preparation.scaler.of(self._known)
        self._hours = hours_of_day(series.local_times)

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, number: int | Sequence[int]) -> Batch:
        return self.__getitems__([number] if isinstance(number, int | np.integer) else number)

    def __getitems__(self, numbers: Sequence[int]) -> Batch:
        """Several windows as one batch; torch's DataLoader calls this."""
        origins = self.origins[np.asarray(numbers, dtype=np.int64)]
        back = origins[:, None] + np.arange(1 - self.input_steps, 1)
        ahead = origins[:, None] + np.arange(1, self.horizon + 1)
        inputs = self.series.values[back]
        observed = ~np.isnan(inputs)
        self.preparation.filler.fill(inputs, self._hours[back])
        future = self._future(origins, ahead)
        targets = self._at(ahead, self._targets)
        return Batch(
            torch.from_numpy(self.preparation.scaler.transform(inputs)),
            torch.from_numpy(observed),
            *_masked(future),
            *_masked(targets),
            torch.from_numpy(origins),
        )

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

    def _at(
        self, steps: Int[np.ndarray, "batch time"], variables: Sequence[int]
    ) -> Float[np.ndarray, "batch time node variable"]:
        """Some variables at these steps."""
        return np.stack([self.series.values[:, :, each][steps] for each in variables], axis=-1)

    def _future(
        self, origins: Int[np.ndarray, " batch"], ahead: Int[np.ndarray, "batch time"]
    ) -> Float[np.ndarray, "batch time node known"]:
        """What is known ahead, scaled; NaN where it is not."""
        times = self.series.times
        parts = [np.empty((*ahead.shape, len(self.series.stations), 0), np.float32)]
        if self._known:
            parts.append(self._known_scaler.transform(self._at(ahead, self._known)))
        for runs, scaler in zip(
            self.series.forecasts, self.preparation.forecast_scalers, strict=True
        ):
            said, _ = runs.known_at(times[origins], times[ahead])
            parts.append(scaler.transform(said.astype(np.float32)))
        return np.concatenate(parts, axis=-1)


def _masked(
    values: Float[np.ndarray, "*shape"],
) -> tuple[Float[Tensor, "*shape"], Bool[Tensor, "*shape"]]:
    """Values with 0 where there is none, and the mask that says where there is one."""
    observed = ~np.isnan(values)
    return torch.from_numpy(np.where(observed, values, 0)), torch.from_numpy(observed)


def _as_it_is(batch: Batch) -> Batch:
    """A batch is made as one, so nothing is left to collate."""
    return batch
