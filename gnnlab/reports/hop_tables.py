"""Answers about hops as text."""

from fractions import Fraction
from math import isqrt, sqrt
from typing import Any

from gnnlab.graphs import Graph
from gnnlab.hops import weight_terms
from gnnlab.reports.words import counted

SHOWN = 8  # names in a line
SHOWN_MATRIX = 20  # nodes, beyond which a matrix fits no screen
FIRST_ROWS, LAST_ROWS = 30, 10  # that are shown of a long table


def pair_table(answer: dict[str, Any]) -> str:
    """What is known of one pair, line by line."""
    source, target, hops = answer["from"], answer["to"], answer["hops"]
    if hops is None:
        said = f"there is no path from {source} to {target}: no number of layers helps"
        return f"{title(answer)}\n{said}"
    more = answer["path_count"] - len(answer["paths"])
    lines = [
        title(answer),
        f"from {source} to {target}: {counted(hops, 'hop')}",
        f"a GNN needs {counted(hops, 'layer')} until {target} sees {source}",
        f"{counted(answer['path_count'], 'shortest path')}:",
        *(f"  {'-'.join(path)}" for path in answer["paths"]),
        *([f"  and {more:,} more"] if more else []),
    ]
    rows = [["layer", "walks of A", "of A + I", "weight", "who hears of it first"]]
    for layer in answer["layers"]:
        rows.append(
            [
                str(layer["layer"]),
                f"{layer['walks']:,}",
                f"{layer['walks_with_self_loops']:,}",
                f"{layer['weight']:.6g}",
                listed(layer["reached"]),
            ]
        )
    return "\n".join(
        [
            *lines,
            "",
            *aligned(rows),
            "",
            f"walks: ways to go from {source} to {target} in exactly that many steps; with A + I, "
            "a step may stay",
            f"weight: ((D^-1/2 (A + I) D^-1/2)^layer)[{target}, {source}], the share of {source} "
            f"in {target} without activations",
            "so walks tell whether a layer reaches, the weight how little of it arrives through "
            "busy nodes",
        ]
    )


def node_table(answer: dict[str, Any]) -> str:
    """What is known of one node: whom it reaches, and what it sees."""
    source = answer["from"]
    lines = [title(answer), f"from {source}, by hops:"]
    rows = [["hops", "nodes", ""]]
    by_hops: dict[int, list[str]] = {}
    for label, hops in answer["hops"].items():
        by_hops.setdefault(hops, []).append(label)
    for hops, nodes in answer["nodes_by_hops"].items():
        rows.append([str(hops), f"{nodes:,}", listed(by_hops[hops])])
    lines += aligned(rows)
    if answer["unreachable"]:
        lines.append(f"{counted(answer['unreachable'], 'node')} cannot be reached")
    depth, told = answer["receptive_field_depth"], answer["receptive_field"][-1]["layer"]
    first = f" (the first {told} of {depth:,})" if told < depth else ""
    lines.append(f"what {source} sees, by layers{first}:")
    rows = [["layers", "nodes", "share"]]
    rows += [
        [str(row["layer"]), f"{row['nodes']:,}", f"{100 * row['share']:.1f} %"]
        for row in answer["receptive_field"]
    ]
    return "\n".join([*lines, *aligned(rows)])


def graph_table(answer: dict[str, Any]) -> str:
    """The distribution of hops, and for a small graph all of them."""
    parts = answer["components"]
    lines = [title(answer)]
    if parts["count"] != 1:
        lines.append(
            f"{counted(parts['count'], 'component')}, the largest of "
            f"{counted(parts['largest'], 'node')}"
        )
    if len(answer.get("hop_matrix", ())) in range(1, SHOWN_MATRIX + 1):
        lines += ["hops to row from column:", *_matrix(answer)]
    if not answer["reachable_pairs"]:
        return "\n".join([*lines, "no node reaches another"])
    about = "" if answer["method"] == "exact" else "about "
    error, pairs_error = (
        f" (+- {100 * answer[key]:.2g} %)" if answer[key] else ""
        for key in ("relative_error", "reachable_pairs_error")
    )
    rows = [["hops", "pairs", "within", "a GNN of that depth sees", "median", "90th percentile"]]
    within = 0
    fields = {field["layers"]: field for field in answer["receptive_field"]}
    for hops, pairs in answer["pairs_by_hops"].items():
        within += pairs
        field = fields.get(int(hops))
        rows.append(
            [
                hops,
                f"{pairs:,}",
                f"{100 * within / answer['reachable_pairs']:.1f} %",
                *(
                    f"{100 * field[key]:.1f} %" if field else ""
                    for key in ("mean", "median", "percentile_90")
                ),
            ]
        )
    lines += [
        "ordered pairs of different nodes, and the share of the graph in a receptive field:",
        *aligned(rows),
        f"{about}{answer['reachable_pairs']:,} connected pairs{pairs_error}, mean {about}"
        f"{answer['mean_hops']:.4f} hops{error}",
        f"effective diameter (90 %) {about}{answer['effective_diameter_90']:.3f}",
        f"diameter {'at least ' if about else ''}{answer['diameter']}"
        + (
            f", radius {'-' if answer['radius'] is None else answer['radius']}"
            if "radius" in answer
            else ""
        ),
    ]
    pairs_of_all = answer["nodes"] * (answer["nodes"] - 1)
    if not about and answer["reachable_pairs"] == pairs_of_all:
        lines.append(
            f"a GNN needs {counted(answer['diameter'], 'layer')} until every node sees every other"
        )
    return "\n".join(lines)


def work(graph: Graph, source: str, target: str, layers: int) -> str:
    """(Â^k)[target, source] written out as a sum over walks, in fractions.

    Raises:
        ValueError: a graph with weights, or more than 50 walks.
    """
    terms = weight_terms(graph, graph.node(source), graph.node(target), layers)
    if not terms:
        return f"no walk of A + I from {source} to {target} has {counted(layers, 'step')}"
    lines = [
        f"(A_hat^{layers})[{target}, {source}], A_hat = D^-1/2 (A + I) D^-1/2: each walk from "
        f"{source} to {target} of {counted(layers, 'step')} of A + I adds "
        "1 / (sqrt(first degree) x degrees between x sqrt(last degree))"
    ]
    first, last = terms[0].radicands
    for term in terms:
        between = [graph.label(node) for node in term.nodes[1:-1]]
        factors = [
            f"1/sqrt({first})",
            *(f"1/{1 + len(graph.predecessors.of(node))}" for node in term.nodes[1:-1]),
            f"1/sqrt({last})",
        ]
        walk = "-".join([source, *between, target]) if layers else source
        lines.append(f"  {walk}: {' x '.join(factors)} = {_rooted(term.share, first * last)}")
    total = sum((term.share for term in terms), Fraction(0))
    value = float(total) / sqrt(first * last)
    lines.append(f"  sum: {_rooted(total, first * last)} = {value:.6g}")
    return "\n".join(lines)


def _rooted(share: Fraction, radicand: int) -> str:
    """Share / sqrt(radicand), without the root where it is whole."""
    root = isqrt(radicand)
    if root * root == radicand:
        return str(share / root)
    return f"{share.numerator}/({share.denominator} sqrt({radicand}))"


def title(answer: dict[str, Any]) -> str:
    """The graph in a line."""
    kind = "directed" if answer["directed"] else "undirected"
    return (
        f"{answer['graph']}: {counted(answer['nodes'], 'node')}, "
        f"{counted(answer['edges'], 'edge')}, {kind}"
    )


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - SHOWN
    return " ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def aligned(rows: list[list[str]]) -> list[str]:
    """A head and rows, columns of equal width, the last flush left; many without their middle."""
    if len(rows) > 1 + FIRST_ROWS + LAST_ROWS + 1:
        gap = ["...", *[""] * (len(rows[0]) - 1)]
        rows = [*rows[: 1 + FIRST_ROWS], gap, *rows[-LAST_ROWS:]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join(
            [*(cell.rjust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
    ]


def _matrix(answer: dict[str, Any]) -> list[str]:
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
    if any(None in row for row in answer["hop_matrix"]):
        lines.append("- means that there is no path")
    return lines
