import csv
import json
from pathlib import Path

import numpy as np
import pytest
import xarray
from small_series import small_series

from gnnlab.errors import GnnlabError
from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.experiments.forecast_alerts import daily_alert
from gnnlab.reports.forecast_alerts import alert_text
from gnnlab.reports.forecast_files import (
    forecast_answer,
    forecast_csv,
    forecast_dataset,
    write_forecast,
)
from gnnlab.training.forecasters import LEVELS

SERIES = small_series(96)  # ends at 0:00 in Berlin
QUANTILES = np.sort(np.random.default_rng(0).gamma(4, 4, (30, 3, 19)).astype(np.float32), axis=-1)
FORECAST = Forecast("some", SERIES, QUANTILES)
ALERT = daily_alert(FORECAST, "who-2021")
NONE = Forecast("some", SERIES, np.full_like(QUANTILES, np.nan))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_csv_has_a_row_a_station_and_step() -> None:
    found = rows(forecast_csv(FORECAST))
    assert list(found[0]) == [
        "station", "time", "horizon", "q05", "q25", "median", "q75", "q95"
    ]  # fmt: skip
    assert [row["station"] for row in found] == ["s0"] * 30 + ["s1"] * 30 + ["s2"] * 30
    row = found[31]
    assert (row["horizon"], row["time"]) == ("2", FORECAST.stamps[1])
    for name, level in (("q05", 0), ("q25", 4), ("median", 9), ("q75", 14), ("q95", 18)):
        assert float(row[name]) == pytest.approx(QUANTILES[1, 1, level], rel=1e-5)


def test_where_there_is_no_forecast_there_is_nothing() -> None:
    row = rows(forecast_csv(NONE, daily_alert(NONE, "who-2021")))[0]
    for name in ("q05", "q25", "median", "q75", "q95", "chance_above"):
        assert row[name] == ""
    assert forecast_answer(NONE)["forecasts"][0]["median"] is None


def test_chances_stand_in_the_rows_of_their_days() -> None:
    found = rows(forecast_csv(FORECAST, ALERT))
    days = {row["time"][:10]: set() for row in found}
    for row in found[:30]:
        days[row["time"][:10]].add(row["chance_above"])
    assert days["2024-03-04"] == {""}  # not forecast to its end
    (chance,) = days["2024-03-03"]
    assert float(chance) == pytest.approx(ALERT.chance[0, 0])


def test_json_has_the_same_and_days_of_the_alert(tmp_path: Path) -> None:
    write_forecast(tmp_path / "f.json", FORECAST, ALERT)
    found = json.loads((tmp_path / "f.json").read_text())
    assert found == forecast_answer(FORECAST, ALERT)
    assert (found["target"], found["unit"], found["model"]) == ("PM2.5", "ug/m3", "some")
    plain = rows(forecast_csv(FORECAST))
    for ours, theirs in zip(found["forecasts"], plain, strict=True):
        assert {name: str(value) for name, value in ours.items()} == theirs
    assert found["alert"]["limit"] == 15
    assert found["alert"]["days"][0] == {
        "station": "s0",
        "day": "2024-03-03",
        "chance": pytest.approx(ALERT.chance[0, 0]),
        "observed_steps": int(ALERT.observed[0, 0]),
    }
    assert "alert" not in forecast_answer(FORECAST)


def test_netcdf_is_labelled_and_complete(tmp_path: Path) -> None:
    write_forecast(tmp_path / "f.nc", FORECAST, ALERT)
    with xarray.open_dataset(tmp_path / "f.nc", engine="scipy") as found:
        np.testing.assert_array_equal(found["PM2.5"], QUANTILES)
        assert found["PM2.5"].dims == ("horizon", "station", "level")
        assert found["PM2.5"].attrs["units"] == "ug/m3"
        np.testing.assert_array_equal(found["time"], FORECAST.times)
        np.testing.assert_allclose(found["level"], LEVELS)
        assert found["station"].values.tolist() == ["s0", "s1", "s2"]
        np.testing.assert_array_equal(found["longitude"], SERIES.stations["longitude"])
        np.testing.assert_array_equal(found["chance_above"], ALERT.chance)
        assert found["day"].values.astype("datetime64[D]").tolist() == ALERT.days.tolist()
        assert found["chance_above"].attrs == {"standard": "who-2021", "limit": "15 ug/m3"}
    assert "chance_above" not in forecast_dataset(FORECAST)


@pytest.mark.parametrize(
    ("name", "said"),
    [("f.txt", "must end in .csv, .json, .nc, got f.txt"), ("no/f.csv", "a folder that exists")],
)
def test_another_ending_or_no_folder_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(GnnlabError, match=said):
        write_forecast(tmp_path / name, FORECAST)


def test_an_alert_is_a_table_of_stations_and_days() -> None:
    head, columns, first, *_ = alert_text(FORECAST, ALERT).splitlines()
    assert head == "chance that a day's mean of PM2.5 is above 15 ug/m3 (who-2021)"
    assert columns.split() == ["2024-03-03", "station"]
    assert first.split() == [f"{100 * ALERT.chance[0, 0]:.0f}", "%", "s0"]
    sure = Forecast("some", SERIES, np.full((30, 3, 19), 1e4, np.float32))
    assert ">= 95 %  s0" in alert_text(sure, daily_alert(sure, "who-2021"))
    none = Forecast("some", SERIES, QUANTILES[:3])
    text = alert_text(none, daily_alert(none, "who-2021"))
    assert text.endswith("no day is forecast to its end")
