"""Forecasts as CSV, JSON and netCDF."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gnnlab.errors import GnnlabError
from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.experiments.forecast_alerts import Alert
from gnnlab.reports.writable import check_writable
from gnnlab.training.forecasters import LEVELS

if TYPE_CHECKING:
    import xarray

FORMATS = (".csv", ".json", ".nc")
WRITTEN: Mapping[str, float] = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
CHANCE = "chance_above"


def check_forecast_file(path: Path) -> None:
    """See that a forecast can be written to ``path`` before it is made.

    Raises:
        GnnlabError: an ending that is none of `FORMATS`, or see :func:`check_writable`.
    """
    if not path.is_dir() and path.suffix.lower() not in FORMATS:
        raise GnnlabError(f"a forecast must end in {', '.join(FORMATS)}, got {path.name}")
    check_writable(path, "a forecast")


def write_forecast(path: Path, forecast: Forecast, alert: Alert | None = None) -> None:
    """Write a forecast as CSV, JSON or netCDF, by the ending of ``path``.

    Raises:
        GnnlabError: see :func:`check_forecast_file`.
    """
    check_forecast_file(path)
    match path.suffix.lower():
        case ".csv":
            path.write_text(forecast_csv(forecast, alert), encoding="utf-8")
        case ".json":
            text = json.dumps(forecast_answer(forecast, alert), ensure_ascii=False, indent=1)
            path.write_text(text + "\n", encoding="utf-8")
        case _:
            forecast_dataset(forecast, alert).to_netcdf(path, engine="scipy")


def forecast_csv(forecast: Forecast, alert: Alert | None = None) -> str:
    """A row a station and step; nothing where the model has no forecast.

    With an alert, a last column holds the chance that the mean of the row's local day is above its
    limit; nothing on days that it does not judge.
    """
    text = StringIO()
    names = ["station", "time", "horizon", *WRITTEN, *([CHANCE] if alert else [])]
    writer = csv.DictWriter(text, names, lineterminator="\n", restval="")
    writer.writeheader()
    chance = _chance_of_steps(forecast, alert) if alert else None
    for number, name in enumerate(map(str, forecast.series.stations.index)):
        for step, row in enumerate(_rows(forecast, number)):
            if chance is not None:
                row[CHANCE] = _number(float(chance[step, number]))
            writer.writerow({"station": name} | row)
    return text.getvalue()


def forecast_answer(forecast: Forecast, alert: Alert | None = None) -> dict[str, Any]:
    """The same as plain values, and with an alert ``"alert"``: its limit, and a row a day."""
    names = [*map(str, forecast.series.stations.index)]
    answer: dict[str, Any] = {
        "series": forecast.series.name,
        "model": forecast.model,
        "target": forecast.target,
        "unit": forecast.unit,
        "time_zone": forecast.series.time_zone,
        "perfect_weather": forecast.series.perfect_weather,
        "forecasts": [
            {"station": name} | row
            for number, name in enumerate(names)
            for row in _rows(forecast, number)
        ],
    }
    if alert:
        limit = alert.limit
        answer["alert"] = {
            "standard": alert.standard,
            "average": limit.average,
            "limit": limit.value,
            "unit": limit.unit,
            "days": [
                {
                    "station": name,
                    "day": str(day),
                    "chance": _number(float(alert.chance[place, number])),
                    "observed_steps": int(alert.observed[place, number]),
                }
                for number, name in enumerate(names)
                for place, day in enumerate(alert.days)
            ],
        }
    return answer


def forecast_dataset(forecast: Forecast, alert: Alert | None = None) -> xarray.Dataset:
    """The same with labels: the target by horizon, station and level, and chances by day."""
    import xarray

    table = forecast.series.stations
    dataset = xarray.Dataset(
        {
            forecast.target: (
                ("horizon", "station", "level"),
                forecast.quantiles,
                {"units": forecast.unit},
            )
        },
        coords={
            "horizon": np.arange(1, len(forecast.times) + 1, dtype=np.int32),
            "time": ("horizon", forecast.times.astype("datetime64[ns]")),
            "station": [*map(str, table.index)],
            "level": np.array(LEVELS),
            **{
                place: ("station", table[place].to_numpy(np.float64), {"units": unit})
                for place, unit in (("longitude", "degrees_east"), ("latitude", "degrees_north"))
            },
        },
        attrs={
            "series": forecast.series.name,
            "model": forecast.model,
            "time_zone": forecast.series.time_zone,
        },
    )
    if alert:
        limit = alert.limit
        words = {"standard": alert.standard, "limit": f"{limit.value:g} {limit.unit}"}
        dataset = dataset.assign_coords(day=alert.days.astype("datetime64[ns]"))
        dataset[CHANCE] = (("day", "station"), alert.chance, words)
    return dataset


def _rows(forecast: Forecast, station: int) -> list[dict[str, Any]]:
    """A row a step of one station."""
    levels = {name: forecast.at(level)[:, station] for name, level in WRITTEN.items()}
    return [
        {"time": stamp, "horizon": step + 1}
        | {name: _number(float(values[step])) for name, values in levels.items()}
        for step, stamp in enumerate(forecast.stamps)
    ]


def _chance_of_steps(forecast: Forecast, alert: Alert) -> np.ndarray:
    """The chance of the day that each step lies in, [horizon, station]."""
    days = forecast.local_times.astype("datetime64[D]")
    chance = np.full((len(days), len(forecast.series.stations)), np.nan)
    for day, chances in zip(alert.days, alert.chance, strict=True):
        chance[days == day] = chances
    return chance


def _number(value: float) -> float | None:
    """Six digits, which is what a reading in float32 has."""
    return None if np.isnan(value) else float(f"{value:.6g}")
