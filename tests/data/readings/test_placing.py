from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.calendar import offsets
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.grid import Grid, regular_grid
from gnnlab.data.readings.merged import Readings, joined
from gnnlab.data.readings.placing import on_grid
from gnnlab.data.readings.rows import Rows
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError

HOUR = 3600
NONE = np.nan


def readings(*rows: tuple[float, int, float], file: str = "a.csv") -> Readings:
    """Readings of one variable at hour, station number, value."""
    hours, who, values = (np.array(column) for column in zip(*rows, strict=True))
    return joined(
        [
            Rows(
                Table(Path(file), {}),
                np.arange(len(rows)),
                (hours * HOUR).round().astype(np.int64),
                who.astype(int),
                ["P", "Q", "R"][: who.max() + 1],
                {"x": values.astype(float)},
                {"x": "1"},
                {0},
            )
        ]
    )


def place(found: Readings) -> tuple[np.ndarray, list[tuple[str, int, str]]]:
    findings = Findings()
    _, values, _ = on_grid(found, "UTC", findings)
    issues = [(issue.kind, issue.count, issue.first) for issue in findings.issues]
    return values[:, :, 0], issues


def test_what_was_not_read_is_unobserved() -> None:
    values, issues = place(readings((0, 0, 1), (1, 0, 2), (3, 0, 4), (1, 1, 5), (2, 1, 6)))
    np.testing.assert_equal(values, [[1, NONE], [2, 5], [NONE, 6], [4, NONE]])
    assert issues == [("missing rows", 3, "Q, 1970-01-01T00:00:00 UTC")]


def test_order_does_not_matter_and_is_told() -> None:
    values, issues = place(
        readings((2, 0, 3), (0, 1, 4), (0, 0, 1), (1, 0, 2), (2, 1, 6), (1, 1, 5))
    )
    assert values.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert issues == [("unsorted rows", 2, "a.csv, row 3")]


def test_of_two_readings_the_last_counts_and_equal_ones_are_one() -> None:
    values, issues = place(
        readings(
            *((0, 0, 1), (1, 0, 2), (1, 0, 2)),
            *((2, 0, 3), (2, 0, 3), (2, 0, 4), (3, 0, 5), (3, 0, NONE)),
        )
    )
    assert values[:, 0].tolist() == [1, 2, 4, 5]
    assert issues == [
        ("duplicate rows", 1, "a.csv, row 3"),
        ("contradicting rows", 2, "a.csv, row 4"),
    ]


def test_several_stations_read_as_one_are_refused_and_corrections_are_not() -> None:
    one = [(hour, 0, hour) for hour in range(9)]
    other = [(hour, 0, hour + 20) for hour in range(9)]
    said = r"a\.csv, row 1: a station must have one value at a time, got 50% of rows"
    with pytest.raises(DataError, match=said):
        place(readings(*one, *other))
    assert place(readings(*one, *one))[1] == [
        ("unsorted rows", 1, "a.csv, row 10"),
        ("duplicate rows", 9, "a.csv, row 10"),
    ]
    corrected = joined([*readings(*one).files, *readings(*other, file="b.csv").files])
    values, issues = place(corrected)
    assert values[:, 0].tolist() == list(range(20, 29))
    assert issues == [("contradicting rows", 9, "a.csv, row 1")]


def test_jitter_is_moved_and_what_lies_between_is_left_out() -> None:
    rows = [(hour, 0, hour + 1) for hour in range(20)]
    rows[3], rows[7] = (3.02, 0, 4), (7.4, 0, 8)
    values, issues = place(readings(*rows))
    np.testing.assert_equal(values[:, 0], [*range(1, 8), NONE, *range(9, 21)])
    assert issues == [
        ("times beside a step", 1, "a.csv, row 4"),
        ("times between steps", 1, "a.csv, row 8"),
        ("missing rows", 1, "P, 1970-01-01T07:00:00 UTC"),
    ]


@pytest.mark.parametrize("step", [1, 60, 600, 900, HOUR, 3 * HOUR, 86_400])
def test_the_step_is_found_through_gaps_jitter_and_several_stations(step: int) -> None:
    random = np.random.default_rng(0)
    times = 7 * step + step // 3 + step * np.arange(200)
    late = random.integers(-20, 21, 400) if step >= 600 else np.zeros(400, int)
    seconds = np.concatenate([times, times]) + late
    kept = random.random(400) < 0.8
    kept[[0, 199]] = True
    grid = regular_grid(seconds[kept], np.repeat([0, 1], 200)[kept])
    start = times[0] if step < 600 else (times[0] + 30) // 60 * 60
    assert grid == Grid(int(start), step, 200)


@pytest.mark.parametrize(
    ("step", "start", "clock"),
    [
        (HOUR, 0, "UTC"),
        (HOUR, HOUR // 2, "Asia/Kolkata"),  # whole hours there
        (HOUR, HOUR // 2, "UTC"),
        (600, 0, "UTC"),
        (3 * HOUR, HOUR, "UTC"),  # at 1, 4, 7 ...
        (24 * HOUR, 0, "UTC"),
        (24 * HOUR, -HOUR, "Europe/Berlin"),  # midnight there, in winter
        (24 * HOUR, 9 * HOUR, "UTC"),
        (7 * 24 * HOUR, 24 * HOUR, "UTC"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_times_late_by_minutes_make_steps_of_the_clock(
    step: int, start: int, clock: str, seed: int
) -> None:
    most = min(180, step // 12)
    late = np.random.default_rng(seed).integers(most // 3, most + 1, 40)
    seconds = start + step * np.arange(40) + late
    ahead, _ = offsets(clock, 0)
    assert regular_grid(seconds, np.zeros(40, int), ahead) == Grid(start, step, 40)


@pytest.mark.parametrize(
    ("start", "step"),
    [
        (1200, HOUR),
        (480, HOUR),
        (6 * HOUR, 24 * HOUR),
        (HOUR, 24 * HOUR),
        (30, 420),  # seven minutes are no part of an hour: they begin anywhere
        (0, 3480),  # an hour would lose most readings
    ],
)
def test_times_that_are_not_next_to_a_mark_stay(start: int, step: int) -> None:
    seconds = start + step * np.arange(50)
    assert regular_grid(seconds, np.zeros(50, int)) == Grid(start, step, 50)


@pytest.mark.parametrize(
    ("late", "start"), [(19, 0), (21, 21), (30, 30), (60, 60), (24 * 60 - 1, 24 * 60 - 1)]
)
def test_days_go_back_to_midnight_by_twenty_minutes_and_never_on(late: int, start: int) -> None:
    seconds = 60 * late + 24 * HOUR * np.arange(50)
    assert regular_grid(seconds, np.zeros(50, int)) == Grid(60 * start, 24 * HOUR, 50)


@pytest.mark.parametrize("hours", [1, 2, 3, 4, 6, 8, 12])
def test_a_usual_step_counts_though_most_readings_are_a_minute_farther_apart(hours: int) -> None:
    late = 60 * np.resize([0, 1, 2], 300)  # 1, 1 and -2 minutes beside the step
    grid = regular_grid(hours * HOUR * np.arange(300) + late, np.zeros(300, int))
    assert grid is not None
    assert (grid.step, grid.length) == (hours * HOUR, 300)


def test_midnights_are_those_of_standard_time() -> None:
    midnight = 447_071  # hours from 1970 to 2021, in Berlin
    rows = readings(*((midnight + 24 * day + 0.25, 0, 1) for day in range(40)))
    grid, _, _ = on_grid(rows, "Europe/Berlin", Findings())
    assert grid == Grid(midnight * HOUR, 24 * HOUR, 40)


def test_days_of_another_clock_stay() -> None:
    seconds = 24 * HOUR * np.arange(50)  # midnights of UTC are one o'clock in Berlin
    assert regular_grid(seconds, np.zeros(50, int), HOUR) == Grid(0, 24 * HOUR, 50)


def test_no_reading_is_left_out_for_the_sake_of_a_whole_hour() -> None:
    late = 60 * np.resize([3, 5, 5, 9, 5], 40)
    seconds = HOUR * np.arange(40) + late
    assert regular_grid(seconds, np.zeros(40, int)) == Grid(300, HOUR, 40)


def test_it_is_said_how_far_readings_were_moved() -> None:
    times = [(hour + late / 60, 0, 1.0) for hour, late in enumerate([2, 1, 3, 2, 2])]
    findings = Findings()
    grid, _, _ = on_grid(readings(*times), "UTC", findings)
    assert grid == Grid(0, HOUR, 5)
    assert [(each.kind, each.count, each.rule) for each in findings.issues] == [
        ("times beside a step", 5, "moved to the step, up to 0:03:00 away")
    ]


def test_readings_before_1970_have_their_place() -> None:
    assert regular_grid(np.array([-7200, -3600, 0]), np.zeros(3, int)) == Grid(-7200, 3600, 3)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(0, 0, 1), (5, 1, 2)], "at least 2 times at a station, got one at each of 2"),
        (
            [(hour + 0.3 * (hour % 2), 0, 1) for hour in (0, 2, 4, 6, 7, 8, 9, 10)],
            r"a\.csv, row 5: readings must come in equal steps, got 25%",
        ),
        (
            [(0, 0, 1), (1, 0, 1), (2, 0, 1), (24 * 3650, 0, 1)],
            r"got 1970-01-01T00:00:00 \(a\.csv, row 1\) and 1979-12-30T00:00:00 \(a\.csv, row 4\)",
        ),
    ],
)
def test_times_that_are_not_regular_are_refused(rows, said: str) -> None:
    with pytest.raises(DataError, match=said):
        place(readings(*rows))


def test_units_that_differ_between_files_are_refused() -> None:
    files = [readings((0, 0, 1)).files[0], readings((0, 0, 1), file="b.csv").files[0]]
    files[1].units["x"] = "km"
    with pytest.raises(DataError, match=r"x must have one unit .* got 1 and, in b\.csv, km"):
        joined(files)
