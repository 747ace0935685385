from gnnlab.reports.learning_curves import draw_learning_curves

HISTORY = [
    {"epoch": 1, "loss": 0.5, "validation": 9.0},
    {"epoch": 2, "loss": 0.4, "validation": 7.0},
    {"epoch": 3, "loss": 0.3, "validation": 8.0},
]


def test_curves_are_those_of_the_history_and_the_best_epoch_is_marked() -> None:
    left, right = draw_learning_curves(HISTORY).axes
    (loss,) = left.get_lines()
    validation, best = right.get_lines()
    assert loss.get_ydata().tolist() == [0.5, 0.4, 0.3]
    assert validation.get_ydata().tolist() == [9, 7, 8]
    assert (best.get_xdata().tolist(), best.get_ydata().tolist()) == ([2], [7])
    assert right.get_title(loc="left") == "error in validation"


def test_one_epoch_is_a_curve() -> None:
    figure = draw_learning_curves(HISTORY[:1])
    figure.draw_without_rendering()
    assert figure.axes[0].get_lines()[0].get_xdata().tolist() == [1]
