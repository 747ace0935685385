"""Which steps of a series a model learns from, is chosen by, and is judged on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gnnlab.errors import DataError


@dataclass(frozen=True)
class TimeSplit:
    """Three runs of steps, one after the other, and the name that results are reported under."""

    name: str
    train: range
    validation: range
    test: range


def check_part(part: range, steps: int) -> None:
    """Refuse a part that is not a run of a series' steps.

    Raises:
        TypeError: a part that is no range.
        DataError: an empty part, one that begins before or ends after the series, or leaves steps
            out between.

    >>> check_part(range(3, 5), steps=5)
    """
    if not isinstance(part, range):
        raise TypeError(f"a part must be a range of steps, such as split.train, got {part!r}")
    if not part or part.step != 1 or part.start < 0 or part.stop > steps:
        raise DataError(f"a part must be a run of the {steps} steps of the series, got {part}")


def chronological(steps: int, train: int = 70, validation: int = 10) -> TimeSplit:
    """The first ``train`` per cent of all steps, the next ``validation`` per cent, and the rest.

    Borders are rounded down: of Beijing's 35,064 hours the test part begins at hour 28,051.

    Raises:
        ValueError: a part would be empty.

    >>> chronological(35064)  # doctest: +NORMALIZE_WHITESPACE
    TimeSplit(name='chrono-70-10-20', train=range(0, 24544), validation=range(24544, 28051),
              test=range(28051, 35064))
    """
    test = 100 - train - validation
    first, second = steps * train // 100, steps * (train + validation) // 100
    if min(train, validation, test) <= 0 or not 0 < first < second < steps:
        raise ValueError(
            "each part must have at least 1 step, got "
            f"{train}, {validation} and {test} per cent of {steps}"
        )
    return TimeSplit(
        f"chrono-{train}-{validation}-{test}",
        range(first),
        range(first, second),
        range(second, steps),
    )


def rolling_origins(
    steps: int, folds: int, horizon: int, *, part_steps: int, purge: int | None = None
) -> list[TimeSplit]:
    """Folds whose training part grows: each is judged on the steps after what it learned from.

    The last fold's test part ends with the series, the fold before ends where it begins, and so
    on. Between training and validation, and between validation and test, ``purge`` steps are left
    out, so that no target of one part lies in the next (Bergmeir and Benítez 2012).

    Args:
        steps: of the series.
        folds: how many.
        horizon: steps ahead that are forecast.
        part_steps: of each validation and each test part.
        purge: steps left out, at least ``horizon``, which is the default.

    Raises:
        ValueError: no folds, a purge shorter than the horizon, parts that hold no window, or no
            steps left to train on.

    >>> for fold in rolling_origins(100, 2, 3, part_steps=20):
    ...     print(fold.train, fold.validation, fold.test)
    range(0, 34) range(37, 57) range(60, 80)
    range(0, 54) range(57, 77) range(80, 100)
    """
    purge = horizon if purge is None else purge
    if folds < 1:
        raise ValueError(f"folds must be >= 1, got {folds}")
    if horizon < 1 or purge < horizon:
        raise ValueError(f"purge must be >= horizon >= 1, got purge {purge}, horizon {horizon}")
    if part_steps <= horizon:
        raise ValueError(
            f"a part must have more steps than the horizon of {horizon}, got {part_steps}"
        )
    splits = []
    for fold in range(folds):
        test = steps - (folds - fold) * part_steps
        validation = test - purge - part_steps
        if validation - purge < 1:
            raise ValueError(
                f"{folds} folds of {part_steps} steps and a purge of {purge} must leave steps to "
                f"train on, got a series of {steps}"
            )
        splits.append(
            TimeSplit(
                f"rolling-{fold + 1}-of-{folds}",
                range(validation - purge),
                range(validation, validation + part_steps),
                range(test, test + part_steps),
            )
        )
    return splits


def hold_out_stations(
    stations: Sequence[str], count: int, seed: int
) -> tuple[list[str], list[str]]:
    """Stations that are seen, and ``count`` drawn ones that no model may see, each in order.

    Train on ``series.at_stations(seen)``; test on the whole series with a preparation that has
    ``held_out=``: it is the same at the stations that are seen.

    Raises:
        ValueError: none held out, or none left.

    >>> hold_out_stations(["a", "b", "c"], 1, seed=0)
    (['a', 'b'], ['c'])
    """
    if not 1 <= count < len(stations):
        raise ValueError(
            f"stations held out must be between 1 and {len(stations) - 1}, got {count}"
        )
    drawn = set(np.random.default_rng(seed).permutation(len(stations))[:count].tolist())
    seen = [name for number, name in enumerate(stations) if number not in drawn]
    return seen, [name for number, name in enumerate(stations) if number in drawn]
