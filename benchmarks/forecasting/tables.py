"""Tables of README.md from the results.

    python benchmarks/forecasting/tables.py [--check]

A table stands between ``<!-- forecasts: PROTOCOL WHAT of ROW,ROW -->`` and ``<!-- end -->``, where
WHAT is a key of `NUMBERS`, ``models`` or ``cost``; without ``of`` and names it has all rows, the
worst one first. After ``<!-- results: FILE -->`` stands that of another result file, see
`more_tables`. ``--check`` writes nothing, and ends with status 1 where a table is not that of the
results.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from more_tables import TABLES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGES = (HERE / "README.md", ROOT / "README.md", ROOT / "docs" / "which-model.md")
TABLE = re.compile(r"(<!-- forecasts: (\S+) (\S+)(?: of (\S+))? -->\n).*?(<!-- end -->)", re.DOTALL)
OTHER = re.compile(r"(<!-- results: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _with_deviation(value: float, deviation: float | None) -> str:
    return f"{value:.2f}" if deviation is None else f"{value:.2f} ± {deviation:.2f}"


def _skill(row: Mapping[str, Any]) -> str:
    """Over the best baseline, whose error is the row's less the difference."""
    baseline = row["mae"] - row["difference"]
    return f"{1 - row['mae'] / baseline:.3f}"


def _difference(row: Mapping[str, Any]) -> str:
    if not row["difference"]:
        return "-"  # it is the best baseline, or there is no number
    p = row["difference_p"]
    said = "" if p is None else " (p < 0.001)" if p < 0.001 else f" (p {p:.3f})"
    return f"{row['difference']:+.2f}{said}"


NUMBERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "mae": lambda row: _with_deviation(row["mae"], row["mae_std"]),
    "rmse": lambda row: f"{row['rmse']:.2f}",
    "crps": lambda row: f"{row['crps']:.2f}",
    "coverage90": lambda row: f"{100 * row['coverage90']:.1f}",
    "interval_score90": lambda row: f"{row['interval_score90']:.0f}",
    "skill": _skill,
    "difference": _difference,
}


def results(protocol: str) -> dict[str, Mapping[str, Any]]:
    """By the names of rows, the largest error at the first horizon first."""
    found = {
        path.name.removeprefix(f"{protocol}.").removesuffix(".json"): json.loads(path.read_text())
        for path in sorted((HERE / "results").glob(f"{protocol}.*.json"))
    }
    return dict(sorted(found.items(), key=lambda item: item[1]["scores"][0]["mae"], reverse=True))


def table(protocol: str, what: str, names: Sequence[str] = ()) -> str:
    """In Markdown, a line a row, in the order of the names, or of `results`."""
    for name in names:
        if not (HERE / "rows" / f"{name}.toml").is_file():
            raise ValueError(f"a row must be one of rows/, got {name}")
    found = results(protocol)
    rows = {name: found[name] for name in names or found if name in found}
    if not rows:
        return ""
    if what == "models":
        return _lines(
            ["", "", "seeds"],
            [
                [name, found["row"]["what"], str(found["row"]["seeds"])]
                for name, found in rows.items()
            ],
        )
    if what == "cost":
        return _lines(
            ["", "s to fit", "ms a forecast", "MB at most", "parameters", "POD", "FAR", "CSI"],
            [[name, *_cost(found)] for name, found in rows.items()],
        )
    horizons = [f"{each['horizon']} h" for each in next(iter(rows.values()))["scores"]]
    number = NUMBERS[what]
    return _lines(
        ["", *horizons],
        [[name, *map(number, found["scores"])] for name, found in rows.items()],
    )


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [head, ["---"] * len(head), *rows])


def _cost(found: Mapping[str, Any]) -> list[str]:
    days, parameters = found["days"], found["parameters"]
    return [
        f"{found['seconds_to_fit']:.1f}",
        f"{1000 * found['seconds_a_forecast']:.1f}",
        f"{found['peak_megabytes']:.0f}",
        f"{parameters:,}" if parameters else "-",
        *(
            "-" if days[name] is None else f"{days[name]:.2f}"
            for name in ("probability_of_detection", "false_alarm_ratio", "critical_success_index")
        ),
    ]


def written(page: str) -> str:
    """The page with its tables made anew."""

    def made(found: re.Match[str]) -> str:
        head, protocol, what, names, end = found.groups()
        return head + table(protocol, what, names.split(",") if names else ()) + end

    def made_of_file(found: re.Match[str]) -> str:
        head, name, end = found.groups()
        path = HERE / "results" / f"{name}.json"
        if not path.exists():
            return head + end
        return head + _lines(*TABLES[name.partition(".")[0]](json.loads(path.read_text()))) + end

    return OTHER.sub(made_of_file, TABLE.sub(made, page))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check, status = parser.parse_args().check, 0
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        if (anew := written(page)) == page:
            continue
        if check:
            print(f"{path}: a table is not that of the results; see {Path(__file__).name}")
            status = 1
        else:
            path.write_text(anew, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
