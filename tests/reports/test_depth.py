from typing import Any

import pytest
from legends import assert_legend_is_beside
from matplotlib.axes import Axes

from gnnlab.reports.depth import draw_depth


def row(layers: int, remedy: str, *energy: float) -> dict[str, Any]:
    return {
        "layers": layers,
        "remedy": remedy,
        "test_accuracy": {"mean": 0.8, "std": None},
        "coverage": layers / 4,
        "relative_dirichlet_energy": list(energy),
        "mean_average_distance": [0.5] * layers,
        "gradient_by_hop": {str(hop): 0.1 * (hop <= layers) for hop in range(5)},
    }


def written_ticks(axes: Axes) -> list[str]:
    axes.figure.draw_without_rendering()
    low, high = axes.get_ylim()
    ticks = axes.yaxis.get_major_ticks() + axes.yaxis.get_minor_ticks()
    seen = [tick for tick in ticks if low <= tick.get_loc() <= high]
    return [tick.label1.get_text() for tick in seen if tick.label1.get_text()]


@pytest.mark.parametrize(
    "energy", [[0.12], [0.3, 0.35], [0.14, 0.135, 0.16], [0.02, 0.4, 0.3], [1e-9, 1e-3, 1]]
)
def test_an_axis_of_energies_has_several_numbers(energy: list[float]) -> None:
    figure = draw_depth("karate", [row(len(energy), "none", *energy)])
    assert 2 <= len(written_ticks(figure.axes[1])) <= 15


def test_one_layer_is_a_point_and_many_are_a_line() -> None:
    figure = draw_depth("karate", [row(1, "none", 0.1), row(2, "none", 0.1, 0.2)])
    for axes in figure.axes[1:3]:
        one, two = axes.lines
        assert one.get_marker() == "."
        assert two.get_marker() == "None"
        assert len(two.get_xdata()) == 2
    assert figure.axes[2].get_xticks().tolist() == [1, 2]
    assert set(figure.axes[3].get_xticks() % 1) == {0}  # hops


def test_lines_are_named_beside_them() -> None:
    depths, remedies = (1, 2, 3, 4, 5, 6), ("none", "residual", "pairnorm", "gcnii")
    rows = [row(n, remedy, *[0.1] * n) for remedy in remedies for n in depths]
    figure = draw_depth("karate", rows)
    learned = figure.axes[0]
    assert [text.get_text() for text in learned.get_legend().get_texts()][-1] == (
        "test accuracy, gcnii"
    )
    learned.get_legend().remove()
    assert_legend_is_beside(figure)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(names) == 24
    assert names[:2] == ["1, none", "1, residual"]
