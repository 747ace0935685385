import numpy as np

from gnnlab.experiments.hops import of_graph, of_node
from gnnlab.graphs import Graph, chain, grid
from gnnlab.reports.hops import draw_distribution, draw_receptive_field


def test_a_receptive_field_is_drawn_as_the_answer_says() -> None:
    answer = of_node(chain(5, directed=True), "1")
    left, right = draw_receptive_field(answer).axes
    assert [bar.get_height() for bar in left.patches] == [1, 1, 1, 1]
    assert right.lines[0].get_ydata().tolist() == [20, 40]
    assert right.get_ylabel() == "percent of the graph that 1 sees"


def test_a_distribution_is_drawn_as_the_answer_says() -> None:
    answer = of_graph(grid(12, 12), "exact", 1e9)
    left, right = draw_distribution(answer).axes
    assert [bar.get_height() for bar in left.patches] == list(answer["pairs_by_hops"].values())
    assert left.get_legend().get_texts()[0].get_text() == "mean 8.00"
    assert right.lines[1].get_ydata()[-1] == 100


def test_a_graph_without_pairs_is_drawn_and_says_so() -> None:
    answer = of_graph(Graph(np.zeros((2, 0), int), 200, name="apart"), "auto", 1e9)
    left, _ = draw_distribution(answer).axes
    assert left.get_title() == "no node reaches another"
