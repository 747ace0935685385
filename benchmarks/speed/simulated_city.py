"""The simulated city: seconds for 40 stations and one year, one thread, median of 5.

python benchmarks/speed/simulated_city.py [--json FILE]
"""

import argparse
import statistics
import time
from pathlib import Path

import torch
from pairs import write_json

from gnnlab.data import simulated_city


def seconds() -> float:
    start = time.perf_counter()
    simulated_city(stations=40, years=1, seed=0)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    seconds()
    median = statistics.median(seconds() for _ in range(5))
    print(f"40 stations, 1 year: {median:.2f} s")
    write_json([{"what": "simulated city, 40 stations, 1 year", "seconds": median}], arguments.json)


if __name__ == "__main__":
    main()
