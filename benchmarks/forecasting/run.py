"""The forecasting benchmark: a row a TOML in ``rows/``, its result a JSON in ``results/``.

    python benchmarks/forecasting/run.py [ROW ...] [--quick] [--missing] [--workers N] [--check]

Each row is fitted and scored in a process of its own, with one thread, as many side by side as
there are workers. ``--quick`` runs the cheap rows, under 5 minutes. ``--missing`` leaves out what
has a result. Peers that are not installed are named and left out; one that was asked for by its
name makes status 1. ``--check`` writes nothing: it compares what comes out to the result file, and
ends with status 1 where there is none, or a mean absolute error differs by more than 2 %.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peers import PEERS

HERE = Path(__file__).parent
ROWS, RESULTS = HERE / "rows", HERE / "results"
TOLERANCE = 0.02  # of a mean absolute error, as a share: other processors round otherwise


def rows() -> dict[str, Mapping[str, Any]]:
    """All rows by name."""
    return {path.stem: tomllib.loads(path.read_text()) for path in sorted(ROWS.glob("*.toml"))}


def result_file(name: str, protocol: str) -> Path:
    """Where the result of a row lies."""
    return RESULTS / f"{protocol}.{name}.json"


def asked(
    known: Mapping[str, Mapping[str, Any]], names: Sequence[str], quick: bool, missing: bool
) -> Iterator[tuple[str, str]]:
    """Rows and protocols that are to be run."""
    for name, row in known.items():
        for protocol in row["protocols"]:
            wanted = name in names if names else not quick or row.get("quick", False)
            wanted = wanted and not (quick and protocol != "chrono-70-10-20")
            if wanted and not (missing and result_file(name, protocol).exists()):
                yield name, protocol


def installed(name: str, row: Mapping[str, Any]) -> bool:
    """Whether all is there that a row needs; says what is not."""
    lacking = PEERS[row["model"]].missing if row.get("peer") else []
    if lacking:
        print(f"{name}: left out, missing {', '.join(lacking)}; peers.py says how to install them")
    return not lacking


def run(name: str, protocol: str, check: bool) -> bool:
    """Run a row in a process of its own; whether all is as it should be."""
    print(f"{protocol}, {name}: begins", flush=True)
    done = subprocess.run(
        [sys.executable, __file__, "--one", name, protocol],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if done.returncode:
        print(f"{protocol}, {name}: {done.stderr.strip()}", flush=True)
        return False
    found = json.loads(done.stdout.splitlines()[-1])
    told = ", ".join(f"{each['horizon']} h {each['mae']:.2f}" for each in found["scores"])
    print(f"{protocol}, {name}: {told}; {found['seconds_to_fit']:.0f} s to fit", flush=True)
    path = result_file(name, protocol)
    if check and not path.exists():
        print(f"{protocol}, {name}: there is no result file to compare to, {path.name}")
        return False
    if check:
        return same(name, json.loads(path.read_text()), found)
    path.write_text(json.dumps(found, indent=1) + "\n")
    return True


def same(name: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether errors are those of the result file, within the tolerance; says where not."""
    fine = True
    for ours, theirs in zip(found["scores"], expected["scores"], strict=True):
        if abs(ours["mae"] / theirs["mae"] - 1) > TOLERANCE:
            fine = False
            print(
                f"{name}: the mean absolute error {ours['horizon']} h ahead must be "
                f"{theirs['mae']:.2f} as in the result file, got {ours['mae']:.2f}"
            )
    return fine


def main() -> int:
    known = rows()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="ROW", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="run those that take seconds")
    parser.add_argument("--missing", action="store_true", help="run those without a result file")
    parser.add_argument("--check", action="store_true", help="compare to result files, write none")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="rows side by side")
    parser.add_argument("--one", nargs=2, metavar=("ROW", "PROTOCOL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        from row import measured

        name, protocol = arguments.one
        command = f"python benchmarks/forecasting/run.py {name}"
        print(json.dumps(measured(name, known[name], protocol, command)))
        return 0
    for name in arguments.names:
        if name not in known:
            parser.error(f"a row must be one of {', '.join(known)}, got {name}")
    if arguments.workers < 1:
        parser.error(f"workers must be >= 1, got {arguments.workers}")
    RESULTS.mkdir(exist_ok=True)
    start = time.monotonic()
    wanted = [*asked(known, arguments.names, arguments.quick, arguments.missing)]
    there = {name: installed(name, known[name]) for name, _ in wanted}
    jobs = [(name, protocol) for name, protocol in wanted if there[name]]
    with ThreadPoolExecutor(arguments.workers) as workers:
        fine = [*workers.map(lambda job: run(*job, arguments.check), jobs)]
    minutes = (time.monotonic() - start) / 60
    print(f"{len(jobs)} rows in {minutes:.0f} minutes, {arguments.workers} side by side")
    lacking = arguments.names and not all(there.values())
    return 1 if lacking or not all(fine) else 0


if __name__ == "__main__":
    sys.exit(main())
