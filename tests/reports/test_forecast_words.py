from copy import deepcopy
from typing import Any

from gnnlab.reports.forecast_words import verdict


def row(horizon: int, ours: float, rule: float, low: float, high: float) -> dict[str, Any]:
    return {
        "horizon": horizon,
        "ahead": f"{horizon} hours",
        "mae": {"ours": ours, "persistence": rule, "climatology": rule + 1},
        "best_rule": "persistence",
        "less": {"mean": ours - rule, "low": low, "high": high},
        "coverage90": 0.9,
        "worst_week90": 0.8,
        "below_median": 0.5,
        "high_mae": 20.0,
        "high_bias": 1.0,
    }


def day(hits: float, csi: float) -> dict[str, Any]:
    return {
        "days_ahead": 1,
        "days": 200,
        "above": 50,
        "said": 60,
        "probability_of_detection": hits,
        "false_alarm_ratio": 0.25,
        "critical_success_index": csi,
    }


ANSWER: dict[str, Any] = {
    "model": "ours",
    "unit": "ug/m3",
    "high": 80.0,
    "intervals": {"flattered": False},
    "horizons": [row(6, 8, 10, -2.5, -1.5), row(12, 9, 12, -4, -2), row(24, 12, 12.1, -1, 0.8)],
    "at": {
        "horizon": 24,
        "ahead": "24 hours",
        "seasons": {"DJF": 12.0, "JJA": 11.0},
        "stations": [
            {"name": name, "mae": {"ours": mae, "persistence": 13.0}}
            for name, mae in (("a", 11.0), ("b", 12.0), ("c", 12.5))
        ],
    },
    "exceedance": {"lacking": "no standard"},
}


def changed(**parts: Any) -> dict[str, Any]:
    return deepcopy(ANSWER) | parts


def rows(**parts: Any) -> list[dict[str, Any]]:
    return [each | parts for each in deepcopy(ANSWER["horizons"])]


def test_better_than_any_rule_only_where_the_interval_says_so() -> None:
    said = verdict(ANSWER)
    assert said.good[0] == (
        "6 hours and 12 hours ahead it errs less than any simple rule. Most at 12 hours: the mean "
        "absolute error is 9 ug/m3, that of persistence 12, 25 % less (90 % interval: 2 to 4 less)."
    )
    assert said.bad == [
        "24 hours ahead it cannot be told from a simple rule. At 24 hours the mean absolute error "
        "is 12 ug/m3, that of persistence 12.1 (90 % interval: 1 less to 0.8 more)."
    ]


def test_worse_than_a_rule() -> None:
    said = verdict(changed(horizons=[row(24, 12, 10, 1.5, 2.5)]))
    assert said.bad[0] == (
        "24 hours ahead a simple rule is better. At 24 hours the mean absolute error is 12 ug/m3, "
        "that of persistence 10 (90 % interval: 1.5 to 2.5 more)."
    )


def test_of_few_weeks_it_is_not_known_whether_it_is_better() -> None:
    unknown = [row(12, 8, 10, -1, 1), row(24, 9, 12, -1, 1)]
    for each in unknown:
        each["less"] |= {"low": None, "high": None}
    said = verdict(changed(horizons=unknown))
    assert said.bad[0] == (
        "12 hours and 24 hours ahead it is not known whether it errs less than a simple rule: what "
        "it is judged on is shorter than 10 weeks, or than 10 times as far as it looks ahead. At "
        "24 hours the mean absolute error is 9 ug/m3, that of persistence 12."
    )
    assert not any("simple rule" in each for each in said.good)
    alone = verdict(changed(horizons=[each | {"coverage90": None} for each in unknown]))
    assert alone.good == ["Nothing that these numbers show."]


def test_intervals_that_keep_their_promise_and_that_do_not() -> None:
    assert verdict(ANSWER).good[1] == (
        "6 hours, 12 hours and 24 hours ahead its 90 % intervals hold what they promise, 90 % of "
        "what came."
    )
    narrow = verdict(changed(horizons=rows(coverage90=0.8, worst_week90=0.6)))
    assert (
        "6 hours, 12 hours and 24 hours ahead its 90 % intervals are too narrow: they hold 80 % of "
        "what came, in the worst week 60 % (6 hours ahead)."
    ) in narrow.bad
    unknown = verdict(changed(horizons=rows(coverage90=0.8, worst_week90=None)))
    assert any("they hold 80 % of what came." in each for each in unknown.bad)
    wide = verdict(changed(horizons=rows(coverage90=0.97)))
    assert any("wider than need be: they hold 97 %" in each for each in wide.bad)
    assert len(wide.good) == len(narrow.good) == 1


def test_intervals_that_were_calibrated_on_the_same_weeks_are_not_praised() -> None:
    said = verdict(changed(intervals={"flattered": True}))
    assert said.good[1].endswith("which flatters: they were calibrated on the same weeks.")


def test_medians_that_are_not_in_the_middle() -> None:
    said = verdict(changed(horizons=rows(below_median=0.62)))
    assert any(
        "medians are too high to be the middle: at 6 hours 62 %" in each for each in said.bad
    )
    said = verdict(changed(horizons=rows(below_median=0.4)))
    assert any("medians are too low to be the middle: at 6 hours 40 %" in each for each in said.bad)


def test_alarms_are_good_only_where_they_beat_the_best_rule() -> None:
    limit = {"standard": "who-2021", "limit": 15, "unit": "ug/m3"}
    models = {"ours": [day(0.8, 0.6)], "persistence": [day(0.7, 0.5)]}
    said = verdict(changed(exceedance={**limit, "models": models}))
    assert said.good[-1] == (
        "Of 50 station-days above 15 ug/m3 (who-2021), 25 % of all, it says 80 % the evening "
        "before; 25 % of the days that it says do not come. Its critical success index is 0.60, of "
        "persistence 0.50."
    )
    models["persistence"] = [day(0.9, 0.7)]
    said = verdict(changed(exceedance={**limit, "models": models}))
    assert any("index is 0.60, of persistence 0.70" in each for each in said.bad)


def test_where_nearly_all_days_are_above_alarms_are_not_judged() -> None:
    limit = {"standard": "who-2021", "limit": 15, "unit": "ug/m3"}
    for above in (0, 199):
        models = {"ours": [day(0.8, 0.6) | {"above": above}]}
        said = verdict(changed(exceedance={**limit, "models": models}))
        assert (
            f"Whether it tells days above 15 ug/m3 (who-2021) is not known: {above} of 200 "
            "station-days were above."
        ) in said.bad
    assert verdict(changed(exceedance={**limit, "models": {"ours": []}})) == verdict(ANSWER)


def test_what_was_high_comes_out_too_low() -> None:
    said = verdict(changed(horizons=rows(high_bias=-15.0)))
    assert (
        "What was high comes out too low: 24 hours ahead, what came above 80 ug/m3, the highest "
        "tenth, was forecast 15 too low on average."
    ) in said.bad


def test_seasons_and_stations_that_are_worse() -> None:
    at = deepcopy(ANSWER["at"])
    at["seasons"] = {"DJF": 30.0, "JJA": 10.0}
    at["stations"][2]["mae"] = {"ours": 20.0, "persistence": 13.0}
    said = verdict(changed(at=at)).bad
    assert (
        "From Dec to Feb it errs 3.0 times as much as from Jun to Aug: by 30 ug/m3 24 hours ahead, "
        "not 10."
    ) in said
    assert (
        "At c it errs most: by 20 ug/m3 24 hours ahead, where the median of stations is 12." in said
    )
    assert "At 1 of 3 stations a simple rule errs less 24 hours ahead: c." in said


def test_nothing_that_is_good_is_said_so() -> None:
    said = verdict(changed(horizons=[row(24, 12, 10, 1.5, 2.5) | {"coverage90": None}]))
    assert said.good == ["Nothing that a simple rule does not do as well."]
