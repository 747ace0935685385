import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from gnnlab.experiments.rnn_graph import of_network
from gnnlab.graphs import unrolled
from gnnlab.reports.hops import PATH
from gnnlab.reports.rnn_graph import draw_rnn_graph


def drawn(length: int, layers: int, *, model: str = "rnn", bidirectional: bool = False) -> Figure:
    return draw_rnn_graph(of_network(model, length, layers, bidirectional))


def arrows(figure: Figure) -> list:
    return [text.arrow_patch for text in figure.axes[0].texts if not text.get_text()]


def named(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


@pytest.mark.parametrize("bidirectional", [False, True])
def test_each_node_and_edge_is_drawn_and_the_path_is_marked(bidirectional: bool) -> None:
    figure = drawn(4, 2, bidirectional=bidirectional)
    graph = unrolled(4, 2, bidirectional)
    assert named(figure) == list(graph.labels)
    assert len(figure.axes[0].collections) == graph.num_nodes
    assert len(arrows(figure)) == graph.num_edges
    thick = [arrow for arrow in arrows(figure) if arrow.get_linewidth() > 1]
    assert len(thick) == 4 + 2 - 1
    assert {to_hex(arrow.get_edgecolor()) for arrow in thick} == {PATH}
    assert figure.axes[0].get_title().endswith("4 steps and 2 layers: 5 hops from x1 to h4,2")


def test_nodes_stand_by_step_and_layer() -> None:
    figure = drawn(3, 2)
    place = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert (place["x3"], place["h1,1"], place["h3,2"]) == ((2, 0), (0, 1), (2, 2))


def test_of_a_long_and_deep_network_the_ends_are_drawn_and_the_rest_is_counted() -> None:
    figure = drawn(100, 12)
    labels = named(figure)
    assert {"x1", "x7", "x94", "x100", "h7,2", "h100,12", "h1,11"} <= set(labels)
    assert not {"x8", "x93", "h8,1", "h1,3", "h1,10"} & set(labels)
    axes = figure.axes[0]
    steps = [text.get_text() for text in axes.get_xticklabels()]
    assert steps[6:9] == ["step 7", "86 more\nsteps", "step 94"]
    layers = [text.get_text() for text in axes.get_yticklabels()]
    assert layers == ["input", "layer 1", "layer 2", "8 more\nlayers", "layer 11", "layer 12"]
    assert axes.get_title().endswith("111 hops from x1 to h100,12")
    along_time, upward = 4 * 14, 5 * 14  # those between dots left out
    assert len(arrows(figure)) == along_time + upward


def test_what_an_lstm_and_backward_states_hand_on_is_written_below() -> None:
    said = drawn(2, 1, model="lstm", bidirectional=True).axes[0].get_xlabel()
    assert said == "h and c go along time, h alone upward; h: forward, b: backward"
    assert drawn(2, 1, model="gru").axes[0].get_xlabel() == ""
