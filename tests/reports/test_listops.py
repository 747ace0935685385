from typing import Any

from legends import assert_legend_is_beside

from gnnlab.reports.listops import draw_listops


def row(model: str, means: list[float | None], std: float | None) -> dict[str, Any]:
    scores = [None if mean is None else {"mean": mean, "std": std} for mean in means]
    return {
        "model": model,
        "parameters": 1234,
        "accuracy_by_depth": {str(depth): score for depth, score in enumerate(scores, 1)},
    }


def test_a_line_a_reader_without_depths_that_were_not_tested() -> None:
    found = {
        "rows": [row("tree", [0.9, None, 0.7], 0.1), row("text", [0.8, 0.6, 0.5], None)],
        "recipe": {"examples": 100, "max_depth": 3},
    }
    (axes,) = draw_listops(found).axes
    tree, text = (container.lines[0] for container in axes.containers)
    assert list(tree.get_xdata()) == [1, 3]
    assert list(tree.get_ydata()) == [90, 70]
    assert list(text.get_ydata()) == [80, 60, 50]
    assert "1,234 parameters" in axes.get_legend_handles_labels()[1][1]
    assert axes.get_xticks().tolist() == [1, 2, 3]
    assert axes.get_title() == "List operations, 100 examples"
    found["recipe"]["examples"] = 1
    assert draw_listops(found).axes[0].get_title() == "List operations, 1 example"
    chance = next(line for line in axes.lines if line.get_label() == "chance")
    assert set(chance.get_ydata()) == {10}
    bars = [container.lines[2][0].get_segments() for container in axes.containers]
    with_std, without = ([[round(y, 9) for _, y in bar] for bar in of_line] for of_line in bars)
    assert with_std == [[80, 100], [60, 80]]
    assert without == [[80, 80], [60, 60], [50, 50]]


def test_the_legend_covers_nothing() -> None:
    rows = [row(name, [0.3, 0.2], 0.1) for name in ("Tree-LSTM on trees", "LSTM on text")]
    found = {"rows": rows, "recipe": {"examples": 100, "max_depth": 2}}
    assert_legend_is_beside(draw_listops(found))
