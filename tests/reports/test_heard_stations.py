import numpy as np
from matplotlib.figure import Figure

from gnnlab.experiments.forecast_listening import Listening
from gnnlab.reports.heard_stations import draw_listening


def draw(moved: np.ndarray) -> Figure:
    names = [f"s{number}" for number in range(len(moved))]
    return draw_listening(Listening(names, np.arange(len(moved)), moved, 4, [1]), "ug/m3")


def test_the_matrix_is_that_of_others_and_own_numbers_are_written() -> None:
    figure = draw(np.array([[34.0, 3, 0.25], [2, 9, 0], [4, 5, 9]]))
    axes, bar = figure.axes
    shown = axes.get_images()[0].get_array()
    assert np.ma.getmaskarray(shown).tolist() == np.eye(3, dtype=bool).tolist()
    assert shown.max() == 5
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert (texts[0, 0], texts[1, 0], texts[2, 0], texts[2, 1]) == ("34", "3.0", "0.25", "0.0")
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["s0", "s1", "s2"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "whose last day reads the usual",
        "whose forecast moves",
    )
    assert bar.get_ylabel() == "mean change of the median (ug/m3)"


def test_what_is_not_known_is_a_dash() -> None:
    axes = draw(np.array([[np.nan, 3], [2, 9]])).axes[0]
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "-", (1, 0): "3.0", (0, 1): "2.0", (1, 1): "9.0"}


def test_of_many_stations_numbers_are_left_out() -> None:
    assert not draw(np.ones((21, 21))).axes[0].texts
    assert len(draw(np.ones((20, 20))).axes[0].texts) == 400


def test_one_station_hears_no_other() -> None:
    assert np.ma.getmaskarray(draw(np.ones((1, 1))).axes[0].get_images()[0].get_array()).all()
