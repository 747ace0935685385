"""``gnnlab hops``: how many hops apart nodes are."""

from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import count, message, print_json
from gnnlab.cli.verb import Verb


@click.command(cls=Verb)
@click.option(
    "--graph", "name", required=True, metavar="NAME", help="A named graph, such as example6."
)
@click.option("--from", "source", metavar="NODE", help="Where the information is.")
@click.option("--to", "target", metavar="NODE", help="Where it is wanted.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the graph, coloured by hops, into a png, svg or pdf.",
)
def hops(
    name: str, source: str | None, target: str | None, plot: Path | None, as_json: bool
) -> None:
    """Print how many hops apart nodes are.

    And so how many layers a graph network needs between them.
    Of many shortest paths all are counted and the first ten listed.

    \b
    gnnlab hops --graph example6
    gnnlab hops --graph example6 --from C --to E
    """
    if (source is None) != (target is None):
        raise click.UsageError("--from and --to go together.")

    answer, text = answer_and_text(name, source, target, plot)
    if as_json:
        print_json(answer)
    else:
        click.echo(text)


def answer_and_text(
    name: str, source: str | None, target: str | None, plot: Path | None
) -> tuple[dict[str, Any], str]:
    """What the verb says about a pair or a whole graph, for programs and for people."""
    from gnnlab.graphs import named_graph

    graph = named_graph(name)
    answer = {
        "graph": graph.name,
        "nodes": graph.num_nodes,
        "edges": graph.num_edges,
        "directed": graph.directed,
    }
    if source is None or target is None:
        answer |= _all_pairs(graph)
        text = _matrix_text(answer)
    else:
        answer |= _one_pair(graph, source, target)
        text = _pair_text(answer)
    if plot is not None:
        from gnnlab.reports.figures import save
        from gnnlab.reports.hops import draw_hops

        ends = [None if label is None else graph.node(label) for label in (source, target)]
        save(draw_hops(graph, *ends), plot)
        message(f"drew {plot}")
    return answer, text


def _one_pair(graph: Any, source: str, target: str) -> dict[str, Any]:
    from gnnlab.hops import layers_needed, shortest_paths

    start, end = graph.node(source), graph.node(target)
    found = shortest_paths(graph, start, end)
    return {
        "from": source,
        "to": target,
        "hops": found.hops,
        "layers_needed": layers_needed(graph, start, end),
        "path_count": found.count,
        "paths": [[graph.label(node) for node in path] for path in found.paths],
    }


def _all_pairs(graph: Any) -> dict[str, Any]:
    from gnnlab.hops import eccentricities, hop_matrix

    matrix = hop_matrix(graph)
    far = eccentricities(matrix)
    return {
        "labels": [graph.label(node) for node in range(graph.num_nodes)],
        "hop_matrix": [
            [int(hops) if hops != float("inf") else None for hops in row] for row in matrix.tolist()
        ],
        "eccentricity": list(far.by_node),
        "diameter": far.diameter,
        "radius": far.radius,
    }


def _title(answer: dict[str, Any]) -> str:
    kind = "directed" if answer["directed"] else "undirected"
    return f"{answer['graph']}: {answer['nodes']} nodes, {answer['edges']} edges, {kind}"


def _pair_text(answer: dict[str, Any]) -> str:
    source, target = answer["from"], answer["to"]
    if answer["hops"] is None:
        said = f"there is no path from {source} to {target}: no number of layers helps"
        return f"{_title(answer)}\n{said}"
    shown = len(answer["paths"])
    more = answer["path_count"] - shown
    lines = [
        _title(answer),
        f"from {source} to {target}: {count(answer['hops'], 'hop')}",
        f"a GNN needs {count(answer['layers_needed'], 'layer')} until {target} sees {source}",
        f"{count(answer['path_count'], 'shortest path')}:",
        *(f"  {'-'.join(path)}" for path in answer["paths"]),
        *([f"  and {more:,} more"] if more else []),
    ]
    return "\n".join(lines)


def _matrix_text(answer: dict[str, Any]) -> str:
    labels = answer["labels"]
    rows = [
        [label, *("-" if hops is None else str(hops) for hops in row)]
        for label, row in zip(labels, answer["hop_matrix"], strict=True)
    ]
    footer = ["eccentricity", *("-" if far is None else str(far) for far in answer["eccentricity"])]
    table = [["", *labels], *rows, footer]
    first = max(len(row[0]) for row in table)
    width = max((len(cell) for row in table for cell in row[1:]), default=1)
    lines = [
        " ".join([row[0].ljust(first), *(cell.rjust(width) for cell in row[1:])]).rstrip()
        for row in table
    ]
    unreachable = any(None in row for row in answer["hop_matrix"])
    radius = "-" if answer["radius"] is None else answer["radius"]
    closing = [f"diameter {answer['diameter']}, radius {radius}"]
    if unreachable:
        closing.append(
            "- means that there is no path; the diameter is the greatest finite distance"
        )
    else:
        closing.append(
            f"a GNN needs {count(answer['diameter'], 'layer')} until every node sees every other"
        )
    return "\n".join([f"{_title(answer)}; hops to row from column", *lines, *closing])
