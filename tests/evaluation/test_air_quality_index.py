import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.readings.units import to_canonical
from gnnlab.errors import DataError
from gnnlab.evaluation import air_quality_index, standard
from gnnlab.evaluation.air_quality_index import sub_index
from gnnlab.evaluation.standards import BreakPoints, Index

WITH_INDEX = ("eu-2024", "china-2012", "us-2024")


def series_of(columns: dict[str, np.ndarray], zone: str = "UTC") -> SensorSeries:
    """Hourly readings of one station, one column a pollutant, in ug/m3."""
    values = np.stack(list(columns.values()), axis=-1).astype(np.float32)[:, None]
    kinds = ["target", *["past"] * (len(columns) - 1)]
    return SensorSeries(
        values=values,
        variables=[
            Variable(name, "ug/m3", kind) for name, kind in zip(columns, kinds, strict=True)
        ],
        times=np.datetime64("2024-01-01", "s") + np.arange(len(values)) * np.timedelta64(1, "h"),
        stations=pandas.DataFrame({"longitude": [0.0], "latitude": [0.0]}, index=["here"]),
        time_zone=zone,
    )


def of_day(name: str, pollutant: str, value: float, unit: str = "ug/m3") -> float:
    """The index of a day (and the evening before and after) at one concentration."""
    readings, _ = to_canonical(np.full(72, value), pollutant, unit)
    return float(air_quality_index(series_of({pollutant: readings}), name, pollutant).iloc[1, 0])


def points_of(name: str, pollutant: str, average: str) -> tuple[BreakPoints, Index]:
    index = standard(name).index
    assert index is not None
    (points,) = (
        each
        for each in index.break_points
        if (each.pollutant, each.average) == (pollutant, average)
    )
    return points, index


@pytest.mark.parametrize("name", WITH_INDEX)
def test_break_points_ascend(name: str) -> None:
    index = standard(name).index
    assert index is not None
    assert index.title
    assert index.source
    for each in index.break_points:
        assert len(each.concentrations) == len(each.values)
        assert (np.diff(each.concentrations) > 0).all()
        assert (np.diff(each.values) > 0).all()


@pytest.mark.parametrize("name", WITH_INDEX)
def test_at_a_break_point_stands_its_value(name: str) -> None:
    index = standard(name).index
    assert index is not None
    for each in index.break_points:
        found = sub_index(np.array(each.concentrations, float), each, index)
        expected = [1, *each.values[:-1]] if index.kind == "bands" else each.values
        assert found.tolist() == list(expected)


def test_of_china_50_is_grade_1_and_100_is_grade_2() -> None:
    """HJ 633-2012 takes its second and third break points from GB 3095-2012."""
    for value, name in ((50, "china-2012-grade-1"), (100, "china-2012")):
        for pollutant in ("PM2.5", "PM10", "O3", "SO2"):
            limit = standard(name).limit(pollutant)
            points, index = points_of("china-2012", pollutant, limit.average)
            assert sub_index(np.array([limit.value], float), points, index).tolist() == [value]
    for pollutant in ("NO2", "CO"):  # the grades are the same
        assert (
            of_day("china-2012", pollutant, standard("china-2012").limit(pollutant).canonical)
            == 100
        )


@pytest.mark.parametrize("pollutant", ["PM2.5", "PM10", "O3", "NO2", "SO2", "CO"])
def test_of_the_us_100_is_the_short_standard(pollutant: str) -> None:
    limit = standard("us-2024").limit(pollutant)
    tolerated = {"PM2.5": 0.4, "PM10": 4, "CO": 0.4}.get(
        pollutant, 0
    )  # by the rounding of 40 CFR 50
    assert of_day("us-2024", pollutant, limit.value + tolerated, limit.unit) == 100
    step = {"O3": 0.001, "PM2.5": 0.1, "CO": 0.1}.get(pollutant, 1)
    assert of_day("us-2024", pollutant, limit.value + tolerated + step, limit.unit) == 101


def test_of_europe_good_and_fair_end_at_the_guidelines() -> None:
    for pollutant in ("PM2.5", "PM10", "NO2"):
        points, _ = points_of("eu-2024", pollutant, "hour")
        limits = [standard("who-2021").limit(pollutant, average) for average in ("year", "day")]
        assert [limit.value for limit in limits] == list(points.concentrations[1:3])


@pytest.mark.parametrize(
    ("pollutant", "value", "unit", "expected"),
    [("O3", 0.078, "ppm", 126), ("PM2.5", 35.9, "ug/m3", 102), ("CO", 8.4, "ppm", 90)],
)
def test_the_example_of_the_us_agency(
    pollutant: str, value: float, unit: str, expected: int
) -> None:
    """Technical assistance document for the reporting of daily air quality, worked example."""
    assert of_day("us-2024", pollutant, value, unit) == expected


def test_the_us_index_cuts_and_goes_on_beyond_500() -> None:
    values = [9.0, 9.09, 9.1, 325.4, 425.3, 35.499, -3.0, np.nan]
    found = sub_index(np.array(values), *points_of("us-2024", "PM2.5", "day"))
    np.testing.assert_array_equal(found, [50, 50, 51, 500, 699, 100, 0, np.nan])


def test_the_us_index_cuts_concentrations_of_each_pollutant_as_written() -> None:
    """40 CFR 58, appendix G, 12 (i): to 0.1 ug/m3, 1 ug/m3, 0.001 ppm, 1 ppb and 0.1 ppm."""
    index = standard("us-2024").index
    assert index is not None
    digit = {"PM2.5": 0.1, "PM10": 1, "O3": 0.001, "NO2": 1, "SO2": 1, "CO": 0.1}
    for points in index.break_points:
        last = np.array(points.concentrations[1::2], float)  # of each band
        high = np.array(points.values[1::2], float)
        just_below = last + 0.99 * digit[points.pollutant]
        assert sub_index(just_below, points, index)[:-1].tolist() == high[:-1].tolist()
        after = sub_index(last + digit[points.pollutant], points, index)
        assert (after[:-1] == high[:-1] + 1).all()


def test_readings_in_float32_are_cut_as_written() -> None:
    written = np.arange(0, 3000) / 10
    found = sub_index(
        written.astype(np.float32).astype(np.float64), *points_of("us-2024", "PM2.5", "day")
    )
    np.testing.assert_array_equal(found, sub_index(written, *points_of("us-2024", "PM2.5", "day")))
    assert found[91] == 51


def in_fractions(value: Fraction, points: BreakPoints, rounded: str) -> int | None:
    """The index by the formula of both agencies, without rounding of floating point."""
    corners = [Fraction(str(each)) for each in points.concentrations]
    for (low, high), (least, most) in zip(pairwise(corners), pairwise(points.values), strict=True):
        if low <= value <= high:
            found = least + Fraction(most - least) * (value - low) / (high - low)
            return math.ceil(found) if rounded == "up" else math.floor(found + Fraction(1, 2))
    return None


@pytest.mark.parametrize("name", ["china-2012", "us-2024"])
def test_halves_and_whole_numbers_are_rounded_as_written(name: str) -> None:
    index = standard(name).index
    assert index is not None
    for points in index.break_points:
        scale = 10 ** (1 if points.decimals is None else points.decimals)
        last = round(points.concentrations[-1] * scale)
        written = [Fraction(number, scale) for number in range(0, last + 1, max(last // 500, 1))]
        found = sub_index(np.array(written, float), points, index).tolist()
        for value, one in zip(written, found, strict=True):
            expected = in_fractions(value, points, index.rounded)
            assert math.isnan(one) if expected is None else one == expected


def test_sulphur_dioxide_of_the_us_is_an_hours_up_to_200_and_then_a_days() -> None:
    parts = np.zeros(24)
    parts[5] = 900  # ppb: one hour, a mean of 37.5
    hour, _ = to_canonical(parts, "SO2", "ppb")
    assert air_quality_index(series_of({"SO2": hour}), "us-2024").iloc[0, 0] == 200
    assert of_day("us-2024", "SO2", 400, "ppb") == round(201 + 99 * 95 / 299)


def test_ozone_of_the_us_is_the_higher_of_8_hours_and_1() -> None:
    parts = np.full(48, 0.02)
    parts[14] = 0.3  # ppm: its 8 hours have a mean of 0.055
    ozone, _ = to_canonical(parts, "O3", "ppm")
    found = air_quality_index(series_of({"O3": ozone}), "us-2024").iloc[0, 0]
    assert found == round(201 + 99 * 95 / 199)
    assert of_day("us-2024", "O3", 0.1, "ppm") == round(
        151 + 49 * 14 / 19
    )  # an hour below 0.125 ppm


@pytest.mark.parametrize(
    ("value", "expected"), [(35, 50), (35.1, 51), (95, 125), (320, 370), (499.9, 500), (900, 500)]
)
def test_chinas_index_is_rounded_up_and_ends_at_500(value: float, expected: int) -> None:
    assert of_day("china-2012", "PM2.5", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 1), (5, 1), (5.1, 2), (15, 2), (50, 3), (90, 4), (140, 5), (141, 6)]
)
def test_europes_index_is_a_band_an_hour(value: float, expected: int) -> None:
    series = series_of({"PM2.5": np.full(2, value)})
    assert air_quality_index(series, "eu-2024")["here"].tolist() == [expected] * 2


@given(st.integers(0, 2**32 - 1), st.sampled_from(WITH_INDEX))
@settings(max_examples=20)
def test_the_index_is_the_highest_of_all_pollutants(seed: int, name: str) -> None:
    draws = np.random.default_rng(seed)
    columns = {
        pollutant: np.where(draws.random(48) < 0.15, np.nan, draws.gamma(2, scale, 48))
        for pollutant, scale in (("PM2.5", 60), ("O3", 80), ("NO2", 40), ("CO", 900))
    }
    series = series_of(columns | {"pressure": np.full(48, 5000.0)})
    each = [
        air_quality_index(series, name, pollutant)
        for pollutant in columns
        if name != "eu-2024" or pollutant != "CO"  # which Europe's index leaves out
    ]
    found = air_quality_index(series, name)
    np.testing.assert_array_equal(found, np.fmax.reduce([frame.to_numpy() for frame in each]))
    known = found.to_numpy()[~np.isnan(found.to_numpy())]
    assert (known == np.round(known)).all()
    assert len(found) == (48 if name == "eu-2024" else 2)


def test_days_with_too_few_hours_have_no_index() -> None:
    values = np.full(48, 95.0)
    values[:5] = np.nan
    found = air_quality_index(series_of({"PM2.5": values}), "china-2012")["here"].tolist()
    assert math.isnan(found[0])
    assert found[1] == 125


def test_beijings_index(beijing: SensorSeries) -> None:
    found = air_quality_index(beijing, "china-2012", "PM2.5")
    days = beijing.of("PM2.5").astype(np.float64).reshape(-1, 24, 12)
    enough = (~np.isnan(days)).sum(axis=1) >= 20
    means = np.nanmean(np.where(enough[:, None], days, 0), axis=1)[enough]
    assert (found.to_numpy()[enough] > 100).mean() == pytest.approx((means > 75).mean())
    assert air_quality_index(beijing, "china-2012").max(axis=None) == 500
    assert air_quality_index(beijing, "us-2024").max(axis=None) > 500


def test_what_has_no_index_is_refused() -> None:
    series = series_of({"PM2.5": np.ones(24)})
    with pytest.raises(DataError, match=r"who-2021 has no index: .* eu-2024, china-2012, us-2024"):
        air_quality_index(series, "who-2021")
    with pytest.raises(DataError, match=r"the index of eu-2024 is of PM2.5, .*, got 'CO'"):
        air_quality_index(series, "eu-2024", "CO")
    with pytest.raises(DataError, match=r"needs one of PM2.5, .*, got a series of CO"):
        air_quality_index(series_of({"CO": np.ones(24)}), "eu-2024")
    with pytest.raises(DataError, match=r"a variable must be one of PM2.5, got 'O3'"):
        air_quality_index(series, "us-2024", "O3")
