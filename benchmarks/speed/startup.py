"""How long the command line takes to start, beside ``python -c "import networkx"``.

    python benchmarks/speed/startup.py [--json FILE]

The peer here is the yardstick: a ratio of 0.25 would be four times its time.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from pairs import time_pair, write_json


def run(*command: str) -> None:
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--json", type=Path, metavar="FILE")
arguments = parser.parse_args()

write_json(
    [
        time_pair(
            f"gnnlab {' '.join(verb)}, against import networkx",
            ours=lambda verb=verb: run("-m", "gnnlab", *verb),
            peer=lambda: run("-c", "import networkx"),
            runs=11,
        )
        for verb in (["--help"], ["hops", "--graph", "example6"])
    ],
    arguments.json,
)
