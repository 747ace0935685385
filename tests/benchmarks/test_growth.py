from types import ModuleType

import pytest

from gnnlab.data import load_series


@pytest.fixture
def growth(program) -> ModuleType:
    module: ModuleType = program("growth")
    return module


def test_a_graph_has_as_many_neighbours_everywhere(growth) -> None:
    graph = growth.joined(load_series("simulated-city", stations=20, years=1))
    degrees = [(graph.edges == node).sum() for node in range(20)]
    assert min(degrees) == growth.NEIGHBORS
    assert graph.num_nodes == 20


def test_a_picture_has_a_line_a_model_beside_what_is_in_proportion(growth) -> None:
    rows = [
        {
            "model": model,
            "stations": stations,
            "edges": None if model == "ridge" else 8 * stations,
            "seconds": stations / 10,
            "peak_megabytes": 2.0 * stations,
        }
        for model in growth.COLORS
        for stations in (200, 1000)
    ]
    left, right = growth.draw(rows).axes
    assert len(left.get_lines()) == 3
    assert len(right.get_lines()) == 4
    *_, proportion = left.get_lines()
    assert [*proportion.get_ydata()] == pytest.approx([20, 100])
    assert [*right.get_lines()[0].get_ydata()] == pytest.approx([0.4, 2])
