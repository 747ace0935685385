"""Air-quality standards, and when a series exceeds them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gnnlab.data.catalog import datasets_folder
from gnnlab.data.readings.units import canonical_unit, to_canonical
from gnnlab.errors import DataError
from gnnlab.evaluation.averaging import (
    WITH_LEAST,
    Completeness,
    EightHourMeans,
    averages,
    least_averages,
)
from gnnlab.graphs.labels import closest, hint

if TYPE_CHECKING:
    import pandas

    from gnnlab.data.series import SensorSeries

# Readings are float32: one at a limit, once converted, may lie above it by so much.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Limit:
    """What an average of a pollutant should not exceed.

    Args:
        pollutant: such as ``"PM2.5"``.
        average: one of :data:`~gnnlab.evaluation.averaging.AVERAGES`.
        value: the limit.
        unit: of ``value``.
        allowed: how often it may be exceeded all the same, in words.
    """

    pollutant: str
    average: str
    value: float
    unit: str
    allowed: str = ""

    @property
    def canonical(self) -> float:
        """The limit in the unit that gnnlab counts the pollutant in, ug/m3.

        >>> Limit("CO", "day", 4, "mg/m3").canonical
        4000.0
        """
        return in_canonical(self.pollutant, self.value, self.unit)


@dataclass(frozen=True)
class BreakPoints:
    """Concentrations of one pollutant's average, ascending, and the index at each.

    ``decimals``, if any, is what a concentration is cut to before it is looked up.
    """

    pollutant: str
    average: str
    unit: str
    concentrations: Sequence[float]
    values: Sequence[float]
    decimals: int | None = None


@dataclass(frozen=True)
class Index:
    """An air-quality index.

    Args:
        title: what it is.
        source: where it is written.
        kind: ``"linear"`` between break points, or ``"bands"``, whose lower bounds they are.
        break_points: of each pollutant, perhaps for two averages.
        rounded: ``"up"``, ``"to the nearest"``, or not.
        beyond: above the break points: ``"the highest value"`` or ``"the last slope"``.
    """

    title: str
    source: str
    kind: str
    break_points: Sequence[BreakPoints]
    rounded: str = ""
    beyond: str = "the highest value"


@dataclass(frozen=True)
class Standard:
    """A set of limits, perhaps with an index, and how much an average must rest on."""

    name: str
    title: str
    source: str
    completeness: Completeness
    limits: Sequence[Limit]
    index: Index | None = None

    def limit(self, pollutant: str, average: str | None = None) -> Limit:
        """The limit of a pollutant; without an average the first that the standard lists.

        Raises:
            DataError: the standard has none; the message lists those that it has.
        """
        pollutants = list(dict.fromkeys(limit.pollutant for limit in self.limits))
        if pollutant not in pollutants:
            raise DataError(
                f"{self.name} has limits of {', '.join(pollutants)}, got {pollutant!r}"
                f"{hint(closest(pollutant, pollutants))}"
            )
        limits = {limit.average: limit for limit in self.limits if limit.pollutant == pollutant}
        if average is not None and average not in limits:
            raise DataError(
                f"{self.name} limits {pollutant} by {', '.join(limits)}, got {average!r}"
            )
        return limits[average] if average else next(iter(limits.values()))


def standards() -> dict[str, Standard]:
    """All standards of ``datasets/standards.toml``, by name.

    >>> list(standards())
    ['who-2021', 'eu-2024', 'china-2012', 'china-2012-grade-1', 'us-2024']
    """
    text = (datasets_folder() / "standards.toml").read_text(encoding="utf-8")
    return {name: _standard(name, fields) for name, fields in tomllib.loads(text).items()}


def standard(name: str) -> Standard:
    """The standard of this name.

    Raises:
        DataError: no standard has it; the message lists those that exist.

    >>> standard("eu-2024").limit("PM2.5")
    Limit(pollutant='PM2.5', average='day', value=25, unit='ug/m3', allowed='18 days a year')
    """
    known = standards()
    if name not in known:
        raise DataError(
            f"a standard must be one of {', '.join(known)}, got {name!r}"
            f"{hint(closest(name, known))}"
        )
    return known[name]


def exceeds(
    series: SensorSeries, name: str, pollutant: str | None = None, average: str | None = None
) -> pandas.DataFrame:
    """Whether each period (row) at each station (column) is above a standard's limit.

    ``pandas.NA`` where too little was observed for the period to count. A day's mean, or its
    highest over eight hours, that is above the limit whatever was not observed counts all the same
    where the standard says so. Rows are named by the local time at which the period starts.

    Args:
        series: concentrations in ug/m3.
        name: of the standard, such as ``"who-2021"``.
        pollutant: such as ``"PM2.5"``; the first target unless said.
        average: such as ``"day"``, one of those that the standard limits the pollutant by; the
            first of them unless said.

    Raises:
        DataError: a standard, pollutant or average that does not exist, or another unit.

    >>> import pandas
    >>> from gnnlab.data import SensorSeries, Variable
    >>> place = pandas.DataFrame({"longitude": [2.3], "latitude": [48.9]}, index=["Paris"])
    >>> hours = np.arange("2024-01-01", "2024-01-03", dtype="datetime64[h]")
    >>> values = np.r_[np.full(24, 14), np.full(24, 16)].reshape(48, 1, 1).astype(np.float32)
    >>> series = SensorSeries(values, [Variable("PM2.5", "ug/m3", "target")], hours, place)
    >>> exceeds(series, "who-2021")["Paris"].tolist()
    [False, True]
    """
    rules = standard(name)
    limit = rules.limit(pollutant or series.names("target")[0], average)
    means = concentrations(series, limit.pollutant, limit.average, rules.completeness)
    found = above(means, limit.canonical).astype("boolean").mask(means.isna())
    if limit.pollutant in rules.completeness.above_anyway and limit.average in WITH_LEAST:
        least = least_averages(series, limit.pollutant, limit.average, rules.completeness)
        found = found.mask(means.isna() & above(least, limit.canonical), True)
    return found


def above(values: Any, limit: float) -> Any:
    """Whether values, an array or a table, are above a limit by more than the rounding of float32.

    >>> above(np.array([75.00001, 75.01]), 75).tolist()
    [False, True]
    """
    return values > limit + TOLERANCE * abs(limit)


def concentrations(
    series: SensorSeries, pollutant: str, average: str, completeness: Completeness
) -> pandas.DataFrame:
    """The :func:`~gnnlab.evaluation.averaging.averages` of a pollutant, which must be in ug/m3.

    Raises:
        DataError: no such variable, another unit, or a step that does not fit the average.
    """
    unit = series.variables[series.index(pollutant)].unit
    if unit != canonical_unit(pollutant):
        raise DataError(
            f"{pollutant} must be in {canonical_unit(pollutant)} to be held against a standard, "
            f"got {unit!r}"
        )
    return averages(series, pollutant, average, completeness)


def in_canonical(pollutant: str, value: float, unit: str) -> float:
    """A concentration in the unit that gnnlab counts the pollutant in.

    Parts of volume are converted as readings in them were, so that a series that came in ppb is
    judged in ppb, whatever the temperature that concentrations refer to.
    """
    return float(to_canonical(np.array([value], np.float64), pollutant, unit)[0][0])


def _standard(name: str, fields: dict[str, Any]) -> Standard:
    completeness = fields["completeness"]
    for which in {"windows", "ozone_windows"} & set(completeness):
        completeness[which] = EightHourMeans(**completeness[which])
    completeness["above_anyway"] = tuple(completeness.get("above_anyway", ()))
    index = fields.get("index")
    if index:
        index["break_points"] = tuple(BreakPoints(**each) for each in index["break_points"])
    return Standard(
        name=name,
        title=fields["title"],
        source=fields["source"],
        completeness=Completeness(**completeness),
        limits=tuple(Limit(**each) for each in fields["limits"]),
        index=Index(**index) if index else None,
    )
