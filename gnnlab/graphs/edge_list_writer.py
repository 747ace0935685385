"""Edge lists with commas between the columns, as they are read again."""

import csv
import re
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.graph import Graph

_SPECIAL = re.compile(r'[,"#\t]')  # of a separator, a quote or a comment
_NO_NAME = re.compile(r"-\d+|\d{19,}|", re.ASCII)  # the last one is a name of no letters


def write_edge_list(graph: Graph, path: Path) -> None:
    """Write a line an edge: source, target and, if the graph has them, weight, below a header.

    Raises:
        GraphError: a node without an edge, which no line could name, no edge at all, or a name that
            would be read as another.
    """
    alone = np.setdiff1d(np.arange(graph.num_nodes), graph.edges)
    check_none_alone([graph.label(node) for node in alone.tolist()])
    if not graph.num_edges:
        raise GraphError("an edge list must hold at least one edge, got none")
    names = [graph.label(node) for node in range(graph.num_nodes)]
    _check_names(names)
    cells = [_cell(name) for name in names]
    source, target = graph.edges.tolist()
    weight = repeat("") if graph.weight is None else (f",{each}" for each in graph.weight.tolist())
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("source,target\n" if graph.weight is None else "source,target,weight\n")
        file.writelines(
            f"{cells[one]},{cells[other]}{last}\n"
            for one, other, last in zip(source, target, weight, strict=False)
        )


def check_none_alone(alone: Sequence[str]) -> None:
    """See that an edge list can name all nodes: none is without an edge.

    Raises:
        GraphError: there are such nodes.
    """
    if alone:
        more = f" and {len(alone) - 5} more" if len(alone) > 5 else ""
        raise GraphError(
            "every node must have an edge to be in an edge list, got none at "
            f"{', '.join(alone[:5])}{more} (write it as .csr, which keeps such nodes and all names)"
        )


def _check_names(names: Sequence[str]) -> None:
    """Raise GraphError if names would be read as others."""
    longest = csv.field_size_limit()
    for name in names:
        if (
            _NO_NAME.fullmatch(name)
            or name != name.strip()
            or "\n" in name
            or "\r" in name
            or len(name) > longest
            or name.encode(errors="replace").decode() != name
        ):
            raise GraphError(
                f"a name in an edge list must be 1 to {longest:,} characters of a line without "
                f"blanks around them, and no number below 0 or above 10^18, got {_shown(name)}"
            )
    if all(name.isascii() and name.isdecimal() for name in names):
        for name in names:
            if name != str(int(name)):
                raise GraphError(
                    "in an edge list all of whose names are numbers none may begin with 0, "
                    f"got {_shown(name)}"
                )


def _cell(name: str) -> str:
    """A name in quotes, if it needs them.

    >>> print(_cell("Ann"), _cell("Bob, jr"), _cell('Mill "2" A'))
    Ann "Bob, jr" "Mill ""2"" A"
    """
    doubled = name.replace('"', '""')
    return f'"{doubled}"' if _SPECIAL.search(name) else name


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "...")
