from pathlib import Path

import pytest
from command_line import answer, gnnlab
from html_page import Page, assert_stands_alone
from small_town import write_town

from gnnlab.errors import RunError
from gnnlab.reports.page import page
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.answers import answer_chapter


def shown(found: dict, folder: Path) -> Page:
    return assert_stands_alone(page("x", [answer_chapter(found, "file.json", Album(folder))]))


def test_depth(tmp_path: Path) -> None:
    found = answer(
        "depth", "--dataset", "karate", "--layers", "1,2", "--seeds", "2", "--epochs", "3"
    )
    html = shown(found, tmp_path)
    assert len(html.all("img")) == 1
    assert "Depth: karate" in html.text
    best = max(row["test_accuracy"]["mean"] for row in found["rows"])
    assert f"{100 * best:.1f} +- " in html.text
    assert (tmp_path / "depth.png").is_file()


@pytest.mark.parametrize(
    ("asked", "words", "pictures"),
    [
        (("example6",), "a GNN needs 3 layers until every node sees every other", 1),
        (("example6", "--from", "C"), "what C sees, by layers", 1),
        (("example6", "--from", "C", "--to", "E", "--show-work"), "sum: 1/24 = 0.0416667", 1),
        (("ba:300,5,0",), "connected pairs", 1),
        (("ba:300,5,0", "--from", "3"), "what 3 sees, by layers", 1),
        (("ba:300,5,0", "--from", "3", "--to", "7"), "a GNN needs", 0),
    ],
)
def test_hops(asked: tuple[str, ...], words: str, pictures: int, tmp_path: Path) -> None:
    html = shown(answer("hops", "--graph", *asked), tmp_path)
    assert words in html.text
    assert len(html.all("img")) == pictures


def test_of_a_file_that_is_named_like_a_graph_no_other_graph_is_shown(tmp_path: Path) -> None:
    found = answer("hops", "--graph", "example6", "--from", "C", "--to", "E")
    html = shown(found | {"edges": 7}, tmp_path)
    assert "7 edges" in html.text
    assert not html.all("img")


def test_palindromes_gradients_and_list_operations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ("--seeds", "1", "--steps", "3", "--hidden", "8")
    found = answer("rnn", "palindromes", "--models", "rnn,lstm", "--lengths", "3", *small)
    html = shown(found, tmp_path)
    assert "vanilla RNN, 3" in html.text
    gcn = {"layers": 2, "remedy": "none", "gradient_by_hop": {"0": 1.0, "1": 0.5}}
    monkeypatch.setattr("gnnlab.experiments.gradients.deep_gcn_rows", lambda: [gcn])
    found = answer(
        "rnn", "gradients", "--models", "gru", "--lengths", "4", "--init", "xavier", *small
    )
    html = shown(found, tmp_path)
    assert found["rows"][0]["verdict"] in html.text
    asked = ("--seeds", "1", "--examples", "64", "--epochs", "1", "--depth", "1")
    html = shown(answer("rnn", "listops", *asked), tmp_path)
    assert "Tree-LSTM on trees" in html.text
    assert {each.stem for each in tmp_path.iterdir()} == {"palindromes", "gradients", "listops"}


def test_of_solved_palindromes_the_effort_is_told(tmp_path: Path) -> None:
    small = ("--seeds", "1", "--steps", "3", "--hidden", "8")
    found = answer("rnn", "palindromes", "--models", "rnn,lstm", "--lengths", "3", *small)
    effort = {"lengths": [3, 5], "steps": 0.5, "seconds": 1.5, "reported": 2.5}
    html = shown(found | {"effort": effort}, tmp_path)
    assert (
        "0.50 times the steps of the RNN and 1.50 times its seconds, at lengths 3, 5" in html.text
    )


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"a": 1, "b": 2}, "file.json must be what --json of depth, .* printed, got a, b"),
        ({"rows": []}, "file.json must be what --json"),
        ({"rows": [1]}, "file.json must be what --json"),
        (
            {"graph": "a", "nodes": 1, "edges": 0, "directed": False, "nodes_by_hops": [1]},
            "file.json must be a whole answer: AttributeError: ",
        ),
        (
            {"rows": [{"layers": 2, "remedy": "none"}]},
            "file.json must be a whole answer: KeyError: 'dataset'",
        ),
    ],
)
def test_anything_else_is_refused(found: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=message):
        answer_chapter(found, "file.json", Album(tmp_path))


def test_a_backtest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_town()
    asked = (
        "readings.csv",
        "--stations",
        "stations.csv",
        "--models",
        "persistence",
        "--horizons",
        "1",
    )
    found = answer("forecast", "backtest", *asked)
    html = shown(found, tmp_path)
    text = gnnlab("forecast", "backtest", *asked).stdout
    assert text.splitlines()[0] in html.text
