from pathlib import Path

import numpy as np
import pytest
from legends import assert_legend_is_beside
from matplotlib.image import imread

from gnnlab.data import Split, load
from gnnlab.errors import GnnlabError
from gnnlab.experiments.node_classification import Recipe, train_gcn
from gnnlab.experiments.node_scores import Prediction
from gnnlab.graphs import Graph, example6, grid, karate
from gnnlab.reports.figures import check_figure, new_figure, save
from gnnlab.reports.hops import draw_hops
from gnnlab.reports.node_classification import (
    confusion,
    draw_run,
    hidden_layer,
    reliability_diagram,
)
from gnnlab.training import write_run


def shown_text(figure) -> list[str]:
    axes = figure.axes[0]
    return [axes.get_title(), *(text.get_text() for text in axes.texts)]


def test_the_drawing_writes_hops_below_labels() -> None:
    assert shown_text(draw_hops(example6(), source=2, target=4)) == [
        "example6: hops from C, shortest paths to E",
        "A\n2",
        "B\n1",
        "C\n0",
        "D\n1",
        "E\n3",
        "F\n2",
    ]
    assert "C\n3" in shown_text(draw_hops(example6()))


def test_what_is_out_of_reach_is_white_and_marked() -> None:
    graph = Graph(np.array([[0], [1]]), 3, labels=("A", "B", "C"), name="three")
    figure = draw_hops(graph, source=0, target=2)
    assert "C\n-" in shown_text(figure)
    nodes = figure.axes[0].collections[-1]
    assert nodes.get_facecolor()[2].tolist() == [1, 1, 1, 1]


def test_edges_of_the_shortest_paths_are_thick() -> None:
    lines = draw_hops(example6(), source=2, target=4).axes[0].collections[0]
    assert sum(width > 1 for width in lines.get_linewidth()) == 6
    assert len(draw_hops(karate(), source=0).axes[0].texts) == 34
    lines = draw_hops(grid(3, 3), source=0, target=8).axes[0].collections[0]
    assert sum(width > 1 for width in lines.get_linewidth()) == 12  # every edge, by six paths
    lines = draw_hops(grid(4, 5), source=0, target=19).axes[0].collections[0]
    assert sum(width > 1 for width in lines.get_linewidth()) == 31  # by 35 paths


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_is_written_in_the_format_of_its_ending(tmp_path: Path, ending: str) -> None:
    save(draw_hops(example6()), tmp_path / f"hops.{ending}")
    assert (tmp_path / f"hops.{ending}").stat().st_size > 1000


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match=r"must end in \.png, \.svg, \.pdf, got hops\.doc"):
        save(new_figure(1, 1), tmp_path / "hops.doc")
    with pytest.raises(GnnlabError, match=r"needs a folder that exists, got .*nowhere"):
        save(new_figure(1, 1), tmp_path / "nowhere" / "hops.png")


def test_a_folder_is_no_figure_whatever_its_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("town", "town.png"):
        Path(name).mkdir()
    for name in (".", "town", "town.png"):
        with pytest.raises(GnnlabError) as refused:
            check_figure(Path(name))
        assert str(refused.value) == f"a figure must be a file, got the folder {name}"


def test_another_ending_leaves_no_file_behind(tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match="must end in"):
        check_figure(tmp_path / "hops.doc")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("test", [[5], [5, 6, 7, 8, 9, 10]])
def test_a_layer_that_t_sne_cannot_spread_is_drawn_on_one_point(test: list[int]) -> None:
    karate = load("karate")
    split = Split("mine", np.array([0, 33]), np.array([1]), np.array(test))
    alike = Prediction(split, np.zeros((34, 4)), np.zeros((34, 2)))
    assert hidden_layer(karate, alike).axes[0].get_title().startswith("karate: hidden layer")


def test_bars_of_a_reliability_diagram_are_named_beside_them() -> None:
    karate = load("karate")
    logits = np.random.default_rng(0).normal(size=(34, 2))
    predictions = [Prediction(karate.split, np.zeros((34, 4)), logits)]
    assert_legend_is_beside(reliability_diagram(karate, predictions))
    title = confusion(karate, predictions).axes[0].get_title()
    assert title.endswith(f"({len(karate.split.test)} test nodes, 1 network)")


def test_a_run_gets_its_four_figures(tmp_path: Path) -> None:
    write_run(tmp_path / "run", train_gcn(load("karate"), [0, 1], Recipe(epochs=3)))
    draw_run(tmp_path / "run")
    figures = sorted((tmp_path / "run" / "figures").iterdir())
    assert [path.name for path in figures] == [
        "confusion.png",
        "curves.png",
        "hidden.png",
        "reliability.png",
    ]
    for path in figures:
        assert imread(path)[..., :3].std() > 0.05  # not a blank page
