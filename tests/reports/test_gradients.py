from typing import Any

from gnnlab.reports.gradients import draw_gradients


def row(model: str, length: int, trained: bool, norms: list[float]) -> dict[str, Any]:
    return {
        "model": model,
        "init": "xavier",
        "length": length,
        "steps": 7 if trained else 0,
        "trained": trained,
        "norm_by_distance": {str(k): norm for k, norm in enumerate(norms, start=1)},
    }


GCNS = [
    {"layers": 4, "remedy": "none", "gradient_by_hop": {"0": 0.5, "1": 0.1, "2": 0.0}},
    {"layers": 32, "remedy": "gcnii", "gradient_by_hop": {"0": 0.5, "1": 0.4, "2": 0.1}},
]


def test_the_longest_length_is_drawn_before_and_after_and_beside_it_gcns() -> None:
    rows = [
        row("rnn", 3, False, [9.0, 9.0]),
        row("rnn", 4, False, [1.0, 0.5, 0.25]),
        row("rnn", 4, True, [1.0, 2.0, 4.0]),
    ]
    before, after, space = draw_gradients(rows, GCNS).axes
    assert before.lines[0].get_xydata().tolist() == [[1, 1], [2, 0.5], [3, 0.25]]
    assert after.lines[0].get_xydata().tolist() == [[1, 1], [2, 2], [3, 4]]
    assert before.get_ylim() == after.get_ylim()
    assert after.get_title() == "after 7 steps of training"
    assert [line.get_label() for line in space.lines] == ["4 layers", "32 layers, gcnii"]
    assert all(axes.get_yscale() == "log" for axes in (before, after, space))


def test_one_step_and_one_layer_are_said_in_the_singular() -> None:
    rows = [row("rnn", 3, False, [1.0]), row("rnn", 3, True, [1.0]) | {"steps": 1}]
    _, after, space = draw_gradients(rows, [GCNS[0] | {"layers": 1}]).axes
    assert after.get_title() == "after 1 step of training"
    assert [line.get_label() for line in space.lines] == ["1 layer"]


def test_a_norm_of_0_has_no_place_on_a_logarithmic_scale() -> None:
    rows = [row("gru", 4, trained, [1.0, 0.0, 0.0]) for trained in (False, True)]
    before, _, space = draw_gradients(rows, GCNS).axes
    assert before.lines[0].get_xydata().tolist() == [[1, 1]]
    assert space.lines[0].get_xydata().tolist() == [[0, 0.5], [1, 0.1]]
