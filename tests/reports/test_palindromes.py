from typing import Any

from gnnlab.reports.palindromes import draw_palindromes


def row(model: str, length: int, *accuracies: float) -> dict[str, Any]:
    mean = sum(accuracies) / len(accuracies)
    return {
        "model": model,
        "length": length,
        "init": "xavier",
        "encoding": "onehot",
        "hidden": 128,
        "seeds": list(range(len(accuracies))),
        "accuracy": {"mean": mean, "std": None if len(accuracies) == 1 else 0.25},
    }


def test_a_line_a_model_by_length_and_the_line_of_chance() -> None:
    rows = [row("rnn", 10, 0.25, 0.75), row("rnn", 5, 1, 1), row("lstm", 5, 1, 1)]
    (axes,) = draw_palindromes(rows).axes
    vanilla, lstm = axes.containers
    assert vanilla.lines[0].get_xydata().tolist() == [[5, 1], [10, 0.5]]
    assert vanilla.lines[2][0].get_segments()[1].tolist() == [[10, 0.25], [10, 0.75]]
    assert lstm.lines[0].get_xydata().tolist() == [[5, 1]]
    chance = next(line for line in axes.lines if line.get_label() == "chance")
    assert set(chance.get_ydata()) == {0.1}
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert set(labels) == {"chance", "vanilla RNN, init xavier", "LSTM, init xavier"}
    assert axes.get_title().endswith("one-hot digits, 128 hidden channels, mean of 2 seeds")


def test_one_seed_has_no_deviation() -> None:
    (axes,) = draw_palindromes([row("gru", 5, 1)]).axes
    assert axes.containers[0].lines[2][0].get_segments()[0].tolist() == [[5, 1], [5, 1]]
    assert axes.get_title().endswith("mean of 1 seed")
