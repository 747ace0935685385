from dataclasses import replace

from small_series import small_series

from gnnlab.experiments.forecast_backtest import forecast_backtest
from gnnlab.reports.forecast_backtest import forecast_text

SERIES = small_series(400)


def test_models_are_lines_and_horizons_columns() -> None:
    answer = forecast_backtest(SERIES, ["climatology", "damped-persistence"], [1, 24])
    text = forecast_text(answer)
    lines = text.splitlines()
    assert lines[0] == "small, PM2.5 (ug/m3): 3 stations, steps of 1 hour, 1 seed"
    assert lines[1].startswith("chrono-70-10-20: fitted on 280 steps to 2024-03-10 16:00, scored")
    head = lines.index("mean absolute error by steps ahead")
    assert lines[head + 1].split() == ["1", "24", "model"]
    first = answer["scores"][0]["mae"]
    assert lines[head + 2].split() == [
        f"{first:.2f}", f"{answer['scores'][1]['mae']:.2f}", "climatology"
    ]  # fmt: skip
    head = lines.index("skill over the better of damped-persistence and climatology")
    assert lines[head + 3].split()[0] == f"{answer['scores'][2]['skill']:.3f}"
    head = lines.index("continuous ranked probability score")
    assert lines[head + 2].split()[0] == f"{answer['scores'][0]['crps']:.2f}"
    head = lines.index("share of targets in 90 % intervals")
    assert lines[head + 3].split()[1] == f"{100 * answer['scores'][3]['coverage90']:.1f}%"
    head = lines.index("interval score of 90 % intervals: width + 20 x what lies outside")
    assert lines[head + 2].split()[1] == f"{answer['scores'][1]['interval_score90']:.1f}"
    assert "scored forecasts" not in text
    assert "less that of" not in text
    assert "perfect" not in text
    assert "weather" not in text
    assert "look-ahead" not in text


def test_deviations_missing_scores_and_fewer_forecasts_are_said() -> None:
    answer = forecast_backtest(SERIES, ["climatology", "persistence"], [1], seeds=2)
    answer["scores"][1] |= dict.fromkeys(
        ("mae", "skill", "crps", "coverage90", "interval_score90")
    ) | {"n": 0}
    text = forecast_text(answer)
    assert f"{answer['scores'][0]['mae']:.2f} +- 0.00  climatology" in text
    lines = text.splitlines()
    assert [line.split() for line in lines if line.endswith("  persistence")] == [
        *5 * [["-", "persistence"]], ["0", "persistence"]
    ]  # fmt: skip
    assert "scored forecasts: some models have none for some targets" in lines


def test_perfect_weather_and_folds_are_said() -> None:
    variables = [
        replace(each, kind="future") if each.name == "NO2" else each for each in SERIES.variables
    ]
    series = replace(SERIES, variables=variables, perfect_weather=True)
    lines = forecast_text(forecast_backtest(series, ["climatology"], [1], folds=2)).splitlines()
    assert lines[1] == "perfect weather: NO2 declared known ahead"
    assert [line.partition(":")[0] for line in lines[2:4]] == ["rolling-1-of-2", "rolling-2-of-2"]


def test_differences_are_said_with_their_intervals() -> None:
    names = ["ridge", "climatology", "persistence"]
    answer = forecast_backtest(SERIES, names, [1, 24], against="climatology")
    answer["scores"][0] |= {"difference": -0.512, "difference_low": -0.8, "difference_high": 0.04}
    answer["scores"][4] |= {"difference": 3, "difference_low": None, "difference_high": None}
    answer["scores"][5] |= {"difference": None}
    lines = forecast_text(answer).splitlines()
    head = lines.index(
        "mean absolute error less that of climatology, 90 % interval; blocks that are drawn: "
        "as many origins as steps ahead, at least 168 (a week)"
    )
    assert lines[head + 2].startswith("-0.51 [-0.80, +0.04]  ")
    assert lines[head + 3].split() == ["+3.00", "-", "persistence"]
    assert not any("climatology" in line for line in lines[head + 1 : head + 4])


def test_a_model_that_is_compared_to_itself_alone_has_no_table() -> None:
    text = forecast_text(forecast_backtest(SERIES, ["ridge"], [1], against="ridge"))
    assert "less that of" not in text


def test_what_is_shown_of_the_weather_ahead_is_said() -> None:
    series = small_series(400, runs=True)
    kinds = ["none", "issued"]
    answer = forecast_backtest(series, ["climatology"], [1], weather_ahead=kinds)
    lines = forecast_text(answer).splitlines()
    assert lines[1] == "weather ahead: none, issued"
    assert lines[6].endswith("  climatology (no weather ahead)")


def test_a_check_for_look_ahead_is_said() -> None:
    answer = forecast_backtest(SERIES, ["climatology"], [1], check_look_ahead=True)
    hour, count = answer["protocol"]["look_ahead"]["hours"][0], (80 // 4, 3 * 80 // 4)
    line = forecast_text(answer).splitlines()[2]
    said = f"no look-ahead: with noise for all that came after {hour[:10]} {hour[11:16]}, 0 of "
    assert line.startswith(said)
    forecasts, _, rest = line.removeprefix(said).partition(" ")
    assert 3 * count[0] < int(forecasts) <= 3 * count[1]
    assert rest == "forecasts issued up to then changed"
