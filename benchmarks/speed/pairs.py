"""Timing in pairs: ours and a peer's in turn, in one run, so that a busy machine slows both."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pair:
    """Median seconds of both, and the median of the ratios peer / ours, run by run."""

    what: str
    ours: float
    peer: float
    ratio: float
    runs: int


def time_pair(
    what: str, ours: Callable[[], object], peer: Callable[[], object], runs: int = 5
) -> Pair:
    """Run both once to warm up, then ``runs`` times in turn."""
    ours(), peer()
    times = [(_seconds(ours), _seconds(peer)) for _ in range(runs)]
    return Pair(
        what,
        ours=statistics.median(one for one, _ in times),
        peer=statistics.median(other for _, other in times),
        ratio=statistics.median(other / one for one, other in times),
        runs=runs,
    )


def report(pairs: list[Pair], path: Path | None) -> None:
    """Print the pairs as a table, and write them as JSON where a path is given."""
    print(f"{'what':<60} {'ours, s':>9} {'peer, s':>9} {'peer/ours':>10}")
    for pair in pairs:
        print(f"{pair.what:<60} {pair.ours:>9.3f} {pair.peer:>9.3f} {pair.ratio:>10.2f}")
    if path:
        path.write_text(json.dumps([asdict(pair) for pair in pairs], indent=2) + "\n")


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
