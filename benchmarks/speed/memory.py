"""The memory that work takes, in a process of its own."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path


def peak_gigabytes() -> float:
    """The most memory that this process held so far (Linux; getrusage would tell its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def in_a_process(work: Callable, *arguments: object) -> tuple:
    """What ``work`` puts into a queue, from a process whose peak of memory is its own."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(*arguments, queue))
    process.start()
    answer = queue.get()
    process.join()
    return answer
