"""Tables of results that are not rows of the benchmark, by the names of their files."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

Table = tuple[Sequence[str], Sequence[Sequence[str]]]  # its head, and its lines
TRUE = "true site"
SURE = 0.05  # a p-value below it


def chickenpox(found: Mapping[str, Any]) -> Table:
    """Errors of the counties' own targets, and what the peer's example prints for them."""
    head = ["", "mean squared error", "as the example prints it"]
    return head, [[row["model"], _mse(row), f"{row['as it prints']:.3f}"] for row in found["rows"]]


def _mse(row: Mapping[str, Any]) -> str:
    deviation = row.get("mse_std")
    return f"{row['mse']:.3f}" + ("" if deviation is None else f" ± {deviation:.3f}")


def growth(found: Sequence[Mapping[str, Any]]) -> Table:
    """What fits of more and more stations take."""
    head = ["", "stations", "edges", "s to fit", "GB at most"]
    return head, [
        [
            row["model"],
            f"{row['stations']:,}",
            f"{row['edges']:,}" if row["edges"] else "-",
            f"{row['seconds']:.0f}",
            f"{row['peak_megabytes'] / 1e3:.1f}",
        ]
        for row in sorted(found, key=lambda row: (row["model"] != "ridge", row["model"]))
    ]


def site_graph(found: Mapping[str, Any]) -> Table:
    """Mean errors along each graph, and in how many cities it is surely worse than the true one."""
    rows = found["rows"]
    horizons = sorted({row["horizon"] for row in rows})
    names = list(dict.fromkeys(row["model"] for row in rows))
    head = ["", *(f"{horizon} h" for horizon in horizons)]
    return head, [[name, *(_graph(rows, name, each) for each in horizons)] for name in names]


def _graph(rows: Sequence[Mapping[str, Any]], name: str, horizon: int) -> str:
    some = [row for row in rows if row["model"] == name and row["horizon"] == horizon]
    mae = f"{fmean(row['mae'] for row in some):.2f}"
    if name == TRUE:
        return mae
    sure = [row["difference"] for row in some if row["difference_p"] < SURE]
    worse, better = sum(each > 0 for each in sure), sum(each < 0 for each in sure)
    return f"{mae}; worse in {worse}, better in {better} of {len(some)}"


def plain(table: Table) -> str:
    """A table for a terminal."""
    head, lines = table
    rows = [head, *lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


TABLES: Mapping[str, Callable[[Any], Table]] = {
    "chickenpox": chickenpox,
    "growth": growth,
    "site-graph": site_graph,
}
