"""What ``gnnlab hops`` found, as a chapter of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from gnnlab.errors import GraphError
from gnnlab.experiments.hops import SMALL
from gnnlab.graphs import Graph, named_graph
from gnnlab.reports.hop_tables import graph_table, node_table, pair_table, title
from gnnlab.reports.hops import draw_distribution, draw_hops, draw_receptive_field
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.text import preformatted

Answer = Mapping[str, Any]


def hops_chapter(answer: Answer, album: Album) -> Chapter:
    """Its table, and the graph where it is small and has a name, else distributions.

    Of a pair in another graph there is no picture, for an answer does not hold the edges.
    """
    answer = dict(answer)
    if "nodes_by_hops" in answer:  # JSON has no whole numbers as names
        answer["nodes_by_hops"] = {int(hop): n for hop, n in answer["nodes_by_hops"].items()}
    if "to" in answer:
        table, what = pair_table(answer), f"from {answer['from']} to {answer['to']}"
    elif "from" in answer:
        table, what = node_table(answer), f"from {answer['from']}"
    else:
        table, what = graph_table(answer), "all pairs"
    blocks = [preformatted("\n".join([table, "", *answer.get("work", ())]).rstrip())]
    if figure := _figure(answer):
        said = title(answer)
        blocks.insert(0, album.add("hops", figure, f"Hops, {what}: {said}.", f"{said}: {what}."))
    return Chapter(f"Hops: {answer['graph']}, {what}", [], [Section("How far apart", blocks)])


def _figure(answer: dict[str, Any]) -> Figure | None:
    graph = _graph(answer)
    if graph is not None:
        ends = [None if end is None else graph.node(end) for end in _ends(answer)]
        return draw_hops(graph, *ends)
    if "pairs_by_hops" in answer:
        return draw_distribution(answer)
    return draw_receptive_field(answer) if "nodes_by_hops" in answer else None


def _graph(answer: Answer) -> Graph | None:
    """The graph of that name, if it is small and as large as what the answer is of."""
    if answer["nodes"] > SMALL:
        return None
    try:
        graph = named_graph(answer["graph"], directed=answer["directed"])
    except GraphError:
        return None
    same = (graph.num_nodes, graph.num_edges) == (answer["nodes"], answer["edges"])
    return graph if same else None


def _ends(answer: Answer) -> tuple[str | None, str | None]:
    return answer.get("from"), answer.get("to")
