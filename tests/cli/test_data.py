"""``gnnlab data``."""

import hashlib
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from command_line import answer, gnnlab

from gnnlab.data import SensorSeries, card
from gnnlab.data.catalog import DataFile


def test_data_list_show_get_verify() -> None:
    listed = {one["name"]: one["state"] for one in answer("data", "list")["datasets"]}
    assert listed["pubmed"] == "refused"
    assert listed["example6"] == listed["karate"] == "built in"
    assert "Kipf, Welling" in gnnlab("data", "show", "cora").stdout
    assert "5,278" in gnnlab("data", "show", "cora").stdout
    (folder,) = gnnlab("data", "get", "example6").stdout.split()
    assert (Path(folder) / "edges.csv").is_file()
    assert answer("data", "verify", "example6")["intact"] is True
    assert "it comes with networkx" in gnnlab("data", "get", "karate").stderr
    assert answer("data", "verify", "karate")["files"] == {"karate of networkx": "intact"}
    assert answer("data", "show", "karate")["folder"] is None
    assert "no pinned sha256" in gnnlab("data", "show", "pubmed").stdout
    assert "None" not in gnnlab("data", "show", "pubmed").stdout


def test_verify_fails_where_files_are_missing(without_data: None) -> None:
    result = gnnlab("data", "verify", "cora", status=1)
    assert "ind.cora.allx" in result.stdout
    assert "gnnlab data get cora" in result.stderr


def test_get_says_which_sources_failed(without_data: None) -> None:
    said = gnnlab("data", "get", "cora", status=1).stderr
    assert "nowhere/planetoid/ does not have it" in said
    assert "could not be reached" in said


def test_a_data_set_of_sensors_is_shown_with_its_variables_and_stations() -> None:
    shown = gnnlab("data", "show", "beijing-air").stdout
    assert "35,064" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["PM2.5", "PM2.5", "ug/m3", "target", "2.08", "%", "79.79"] in rows
    assert ["Dingling", "116.22", "40.292", "background"] in rows
    described = answer("data", "show", "beijing-air")
    assert described["sources"][0].startswith("https://archive.ics.uci.edu/")
    assert described["variables"][0]["missing"] == 0.0208
    assert [one["type"] for one in described["stations"]].count("urban") == 8
    assert "variables" not in gnnlab("data", "show", "cora").stdout


def test_a_data_set_of_an_archive_is_fetched_and_verified_like_others(
    beijing: SensorSeries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(gnnlab("data", "get", "beijing-air").stdout.strip())
    assert len(list(folder.glob("PRSA_Data_*.csv"))) == 12
    assert answer("data", "verify", "beijing-air")["intact"] is True
    assert {one["name"]: one["state"] for one in answer("data", "list")["datasets"]}[
        "beijing-air"
    ] == "intact"
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path))
    assert "got 12 that are not" in gnnlab("data", "verify", "beijing-air", status=1).stderr


def test_an_archive_that_cannot_be_reached_is_named(without_data: None) -> None:
    said = gnnlab("data", "get", "beijing-air", status=1).stderr
    assert "quality+data.zip could not be reached" in said


def test_a_simulation_has_no_files() -> None:
    described = answer("data", "show", "simulated-city")
    assert (described["state"], described["files"], described["sha256"]) == ("built in", [], None)
    assert "size" not in gnnlab("data", "show", "simulated-city").stdout
    assert "comes with gnnlab" in gnnlab("data", "get", "simulated-city").stderr
    assert answer("data", "verify", "simulated-city") == {
        "name": "simulated-city",
        "files": {},
        "intact": True,
    }
    assert "has no files: it comes" in gnnlab("data", "verify", "simulated-city").stdout


def test_published_results_may_be_of_any_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"model": "GRU", "mean_absolute_error": 9.5, "seeds": 3, "source": "a paper"}
    changed = replace(card("beijing-air"), published=[row])
    monkeypatch.setattr("gnnlab.data.card", lambda _: changed)
    said = gnnlab("data", "show", "beijing-air").stdout
    assert "published  GRU: mean absolute error 9.5, seeds 3 (a paper)" in said


def test_verbs_of_nodes_refuse_sensors_in_words(beijing: SensorSeries) -> None:
    for verb in (("train", "gcn"), ("depth",)):
        said = gnnlab(*verb, "--dataset", "beijing-air", status=1).stderr
        assert "features and classes must be one of citeseer, cora, karate" in said
        assert "got 'beijing-air' (its kind: sensors)" in said


def test_the_bar_counts_the_bytes_of_an_archive_whose_size_no_card_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"hello"
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("greeting.txt", content)
    file = DataFile("greeting.txt", len(content), hashlib.sha256(content).hexdigest())
    changed = replace(card("beijing-air"), archive=str(tmp_path / "all.zip"), files=[file])
    monkeypatch.setattr("gnnlab.data.card", lambda _: changed)
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    monkeypatch.setenv("NO_COLOR", "1")
    got = gnnlab("data", "get", "beijing-air")
    assert f"{(tmp_path / 'all.zip').stat().st_size} bytes" in got.stderr
    assert (Path(got.stdout.strip()) / "greeting.txt").read_bytes() == content
