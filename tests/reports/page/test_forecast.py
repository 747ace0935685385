import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from html_page import Page, assert_stands_alone
from matplotlib.figure import Figure
from small_run import write_small_run
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.experiments.run_review import RunReview, review_run
from gnnlab.reports.forecast_words import verdict
from gnnlab.reports.page import page
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.forecast import forecast_chapter, title

HEADINGS = [
    "What it is good for",
    "What it is not good for",
    "Errors by horizon, hour and season",
    "Forecasts against what came",
    "Calibration, and coverage over time",
    "Days above a limit",
    "Stations",
    "Which stations it listens to",
    "What was read",
    "How it was made",
]
DRAWN = {
    "calendar", "calibration", "errors-by-horizon", "errors-by-hour", "errors-by-station",
    "exceedance", "fans", "listening", "map",
}  # fmt: skip


class Sketches(Album):
    """Pictures that take no time."""

    def add(self, name: str, figure: Figure, alt: str, caption: str) -> str:
        return super().add(name, Figure(figsize=(2, 2)), alt, caption)


def gone() -> SensorSeries:
    raise DataError("no such file")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "run"
    write_small_run(path, "ridge")
    return path


@pytest.fixture(scope="module")
def reviewed(folder: Path) -> RunReview:
    return review_run(folder, gone)


def shown(run: RunReview, folder: Path) -> Page:
    return assert_stands_alone(page("x", [forecast_chapter(run, Sketches(folder))]))


def headings(html: Page) -> list[str]:
    return [each for each in [*HEADINGS, "How it learned"] if each in html.text]


def test_the_page_of_a_ridge(reviewed: RunReview, tmp_path: Path) -> None:
    html = assert_stands_alone(page("x", [forecast_chapter(reviewed, Album(tmp_path))]))
    assert headings(html) == HEADINGS
    assert {each.stem for each in tmp_path.iterdir()} == DRAWN
    assert len(html.all("img")) == len(DRAWN)
    assert "This is not a test." in html.text
    assert "gnnlab forecast backtest" in html.text
    for sentence in (*verdict(reviewed.answer).good, *verdict(reviewed.answer).bad):
        assert sentence in html.text
    assert "the model has no graph of stations" in html.text
    assert "calibrated anew on what came before" in html.text
    for mae in reviewed.answer["horizons"][0]["mae"].values():
        assert f"{mae:.3g}" in html.text
    assert reviewed.configuration["data"]["sha256"] in html.text


def test_the_page_of_a_network_has_its_graph_and_its_curves(tmp_path: Path) -> None:
    write_small_run(tmp_path / "run", "gc-dcrnn", epochs=2)
    run = review_run(tmp_path / "run", gone)
    html = shown(run, tmp_path)
    assert "How it learned" in html.text
    assert "the model's graph, distance: great-circle distance" in html.text
    assert (tmp_path / "curves.png").is_file()
    best = min(run.history, key=lambda row: row["validation"])["epoch"]
    assert any(f"least error at epoch {best}" in (each["alt"] or "") for each in html.all("img"))


def test_a_learned_graph_and_other_kinds_are_named(reviewed: RunReview, tmp_path: Path) -> None:
    from gnnlab.graphs import Graph

    graph = Graph(np.array([[0], [1]]), 3, labels=["s0", "s1", "s2"])
    html = shown(replace(reviewed, graph=(graph, True)), tmp_path)
    assert "the strongest edges of the graph that the model learned" in html.text
    asked = {**reviewed.configuration, "graph": "wind"}
    html = shown(replace(reviewed, graph=(graph, False), configuration=asked), tmp_path)
    assert "the model's graph, wind: how often and fast the wind blows there" in html.text


def test_what_is_lacking_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_fit.KEPT", 900)
    write_small_run(tmp_path / "run", "ridge")
    run = review_run(tmp_path / "run", gone)
    html = shown(run, tmp_path)
    assert "The readings of the fit cannot be read again: no such file. So this page" in html.text
    assert "calibrated on the same steps, which flatters them" in html.text
    assert "climatology" not in {row["best_rule"] for row in run.answer["horizons"]}


def test_a_standard_that_does_not_fit(folder: Path, reviewed: RunReview, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a standard must be one of"):
        review_run(folder, gone, "who")
    html = shown(replace(reviewed, above="who-2021 limits no X"), tmp_path)
    assert "None is judged: who-2021 limits no X." in html.text
    assert not (tmp_path / "exceedance.png").exists()


def test_without_a_limit_of_its_own_a_target_is_not_held_against_the_default(
    tmp_path: Path,
) -> None:
    series = small_series(1600, stations=2)
    kinds = [replace(each, name="X" if each.name == "PM2.5" else each.name)
             for each in series.variables]  # fmt: skip
    write_small_run(tmp_path / "run", "persistence", replace(series, variables=kinds))
    run = review_run(tmp_path / "run", gone)
    assert isinstance(run.above, str)
    assert run.above.startswith("who-2021 has limits of ")
    with pytest.raises(DataError, match="who-2021 has limits of"):
        review_run(tmp_path / "run", gone, "who-2021")


def test_what_hears_nobody_is_told_so(tmp_path: Path) -> None:
    write_small_run(tmp_path / "run", "climatology")
    html = shown(review_run(tmp_path / "run", gone), tmp_path)
    assert "No station's forecast moves with another's readings." in html.text
    assert not (tmp_path / "listening.png").exists()


def test_of_many_stations_who_hears_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_listening.MOST", 2)
    html = shown(review_run(folder, gone), tmp_path)
    assert "2 stations that were changed, and whose forecasts that moves most" in html.text
    assert not (tmp_path / "listening.png").exists()


def test_wind_has_a_rose_and_perfect_weather_is_said(tmp_path: Path) -> None:
    series = small_series(1600, stations=2)
    draw = np.random.default_rng(0)
    wind = draw.normal(size=(1600, 2, 2)).astype(np.float32)
    from gnnlab.data import Variable

    values = np.concatenate([series.values[..., :2], wind], axis=-1)
    kinds = [*series.variables[:2], *(Variable(f"wind {each}", "m/s", "past") for each in "uv")]
    windy = replace(series, values=values, variables=kinds)
    windy = windy.with_kinds(future=["wind u"], perfect_weather=True)
    write_small_run(tmp_path / "run", "persistence", windy)
    run = review_run(tmp_path / "run", gone)
    html = shown(run, tmp_path)
    assert (tmp_path / "rose.png").is_file()
    assert title(run.answer) == "small (perfect weather): PM2.5 by persistence"
    assert title(run.answer) in html.text


def test_all_that_it_is_told_is_escaped(folder: Path, reviewed: RunReview, tmp_path: Path) -> None:
    answer = reviewed.answer | {"series": "<b>town</b>", "unit": "<i>"}
    html = page("x", [forecast_chapter(replace(reviewed, answer=answer), Sketches(tmp_path))])
    assert "<b>town" not in html
    assert "<i>" not in html
    assert re.search("&lt;b&gt;town&lt;/b&gt;: PM2.5", html)


def test_progress_is_told_in_order(folder: Path) -> None:
    told: list[float] = []
    review_run(folder, gone, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
