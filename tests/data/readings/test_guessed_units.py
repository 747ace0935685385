from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.readings import read_forecasts, read_readings
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.guessed_units import check_guesses, usual_unit
from gnnlab.data.readings.rows import Rows
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import canonical_unit
from gnnlab.errors import DataError


def file(values: list[float], variable: str, name: str = "a.csv", guessed: bool = True) -> Rows:
    rows = np.arange(len(values))
    return Rows(
        Table(Path(name), {}),
        rows,
        3600 * rows,
        0 * rows,
        ["Park"],
        {variable: np.array(values, float)},
        {variable: canonical_unit(variable)},
        set(),
        {variable} if guessed else (),
    )


def hourly(value: str, hours: int = 24, header: str = "CO", station: str = "Park") -> str:
    times = (f"2021-01-{1 + hour // 24:02} {hour % 24:02}:00" for hour in range(hours))
    return f"time,station,{header}\n" + "".join(f"{time},{station},{value}\n" for time in times)


def test_the_usual_unit_is_taken_and_said() -> None:
    findings = Findings()
    assert usual_unit("CO", Table(Path("a.csv"), {}), findings) == "ug/m3"
    (issue,) = findings.issues
    assert (issue.kind, issue.rule, issue.first) == ("guessed unit", "CO in ug/m3", "a.csv")


# What the cleanest and the worst places have, by little less and by little more than that.
@pytest.mark.parametrize(
    ("variable", "low", "high"),
    [
        ("CO", (19, 21), (19_900, 20_100)),
        ("O3", (0.4, 0.6), (990, 1010)),
        ("PM2.5", (0.29, 0.31), (4900, 5100)),
        ("PM10", (0.29, 0.31), (4900, 5100)),
        ("NO2", (0.09, 0.11), (4900, 5100)),
        ("SO2", (0.09, 0.11), (4900, 5100)),
        ("NO", (0.09, 0.11), (4900, 5100)),
        ("NOx", (0.09, 0.11), (4900, 5100)),
        ("pressure", (395, 405), (1099, 1101)),
        ("temperature", (-71, -69), (44, 46)),
        ("dew point", (-81, -79), (34, 36)),
        ("humidity", (1.9, 2.1), (104, 106)),
    ],
)
def test_a_median_within_bounds_is_believed_and_one_beyond_is_not(
    variable: str, low: tuple[float, float], high: tuple[float, float]
) -> None:
    for value in (low[1], high[0]):
        check_guesses([file(24 * [value], variable)])
    for value in (low[0], high[1]):
        with pytest.raises(DataError, match=f"the unit of {variable} must be said"):
            check_guesses([file(24 * [value], variable)])


@pytest.mark.parametrize(
    ("values", "variable", "said"),
    [
        (
            [0.4, 0.6, np.nan],
            "CO",
            "0.5 ug/m3; --unit CO=mg/m3 or --unit CO=ppm, or --unit CO=ug/m3",
        ),
        ([0, 0, 0.03], "O3", "0.03 ug/m3; --unit O3=mg/m3 or --unit O3=ppm, or --unit O3=ug/m3"),
        ([0.035], "PM2.5", "0.035 ug/m3; --unit PM2.5=mg/m3, or --unit PM2.5=ug/m3"),
        ([101.3], "pressure", "101.3 hPa; --unit pressure=kPa, or --unit pressure=hPa"),
        ([0.6, 0.7, 1], "humidity", "0.7 %; --unit humidity=1, or --unit humidity=%"),
        ([1e9], "humidity", "1e+09 %; --unit humidity=%"),
    ],
)
def test_a_median_of_no_place_on_earth_wants_another_unit_or_to_be_said(
    values: list[float], variable: str, said: str
) -> None:
    with pytest.raises(DataError) as refused:
        check_guesses([file(24 * values, variable)])
    start = f"a.csv: the unit of {variable} must be said: no place on Earth has a median of "
    assert str(refused.value) == f"{start}{said} if it is so"


@pytest.mark.parametrize(
    ("values", "variable"),
    [
        (23 * [0.03], "O3"),
        ([*23 * [0.03], *99 * [0.0], *99 * [np.nan]], "O3"),
        ([*24 * [0.03], *25 * [40.0]], "O3"),
        ([], "O3"),
        (24 * [0.001], "traffic"),
    ],
)
def test_less_than_a_day_of_values_says_nothing_of_the_unit(
    values: list[float], variable: str
) -> None:
    check_guesses([file(values, variable)])


def test_files_with_little_are_judged_together_and_those_with_enough_alone() -> None:
    little = [file(12 * [0.5], "CO", f"{name}.csv") for name in "ab"]
    with pytest.raises(DataError, match=r"a\.csv: the unit of CO must be said"):
        check_guesses(little)
    check_guesses([little[0], file(13 * [400], "CO", "b.csv")])
    check_guesses([little[0], file(99 * [0.5], "CO", "b.csv", guessed=False)])
    for other in (24 * [400], 12 * [400]):
        with pytest.raises(DataError, match=r"b\.csv: the unit of CO must be said"):
            check_guesses([file(other, "CO"), file(24 * [0.5], "CO", "b.csv")])


def test_columns_of_stations_are_judged_together(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"2021-01-01 {hour:02}:00,0.5,400,{{0}}\n" for hour in range(24))
    path.write_text("time,Park,Lake,Hill\n" + rows.format(400))
    assert read_readings(path, target="CO").of("CO")[0].tolist() == [400, 400, 0.5]
    path.write_text("time,Park,Lake,Hill\n" + rows.format(0.5))
    with pytest.raises(DataError, match="the unit of CO must be said"):
        read_readings(path, target="CO")


def test_a_unit_that_is_said_is_believed(tmp_path: Path) -> None:
    said = tmp_path / "said.csv"
    said.write_text(hourly("0.5", header="CO (ug/m3)"))
    assert read_readings(said).of("CO")[0, 0] == 0.5
    plain = tmp_path / "plain.csv"
    plain.write_text(hourly("0.5"))
    assert read_readings(plain, units={"CO": "ug/m3"}).of("CO")[0, 0] == 0.5
    assert read_readings(plain, units={"CO": "mg/m3"}).of("CO")[0, 0] == 500
    with pytest.raises(DataError, match="--unit CO=mg/m3 or --unit CO=ppm, or --unit CO=ug/m3"):
        read_readings(plain)


def test_codes_for_no_value_say_nothing_of_the_unit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(hourly("-999", 48) + hourly("0.5", 23, station="Lake").partition("\n")[2])
    assert read_readings(path).of("CO")[0].tolist() == [0.5, pytest.approx(np.nan, nan_ok=True)]


@pytest.mark.parametrize(("unit", "refused"), [("", True), ("mg/m3", False)])
def test_rows_of_one_variable_have_their_unit_guessed_in_the_same_way(
    tmp_path: Path, unit: str, refused: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(hourly(f"co,0.5,{unit}", header="parameter,value,unit"))
    if refused:
        with pytest.raises(DataError, match="the unit of CO must be said"):
            read_readings(path)
    else:
        assert read_readings(path).of("CO")[0, 0] == 500


def test_forecasts_have_their_unit_guessed_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(hourly("400"))
    series = read_readings(path)
    runs = tmp_path / "runs.csv"
    runs.write_text(hourly("{},3", header="CO,lead").replace("time", "issued").format(*24 * [400]))
    assert isinstance(read_forecasts(runs, series, np.timedelta64(0, "h"))[0], ForecastRuns)
    runs.write_text(runs.read_text().replace("400", "0.4"))
    with pytest.raises(DataError, match="the unit of CO must be said"):
        read_forecasts(runs, series, np.timedelta64(0, "h"))
