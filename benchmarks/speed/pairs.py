"""Timing in pairs: ours and a peer's in turn, in one run, so that a busy machine slows both."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
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
    """Run both once to warm up, then ``runs`` times in turn, and print the result."""
    ours(), peer()
    times = [(_seconds(ours), _seconds(peer)) for _ in range(runs)]
    pair = Pair(
        what,
        ours=statistics.median(one for one, _ in times),
        peer=statistics.median(other for _, other in times),
        ratio=statistics.median(other / one for one, other in times),
        runs=runs,
    )
    print(
        f"{what:<60} ours {pair.ours:.3f} s, peer {pair.peer:.3f} s, peer/ours {pair.ratio:.2f}",
        flush=True,
    )
    return pair


def write_json(rows: Sequence[Pair | dict], path: Path | None) -> None:
    """Write pairs and other results where a path is given."""
    if path:
        plain = [asdict(row) if isinstance(row, Pair) else row for row in rows]
        path.write_text(json.dumps(plain, indent=2) + "\n")


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
