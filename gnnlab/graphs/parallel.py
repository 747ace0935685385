"""Work on all cores that an interrupt can end."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

THREADS = os.cpu_count() or 1
PAUSE = 0.1  # seconds from one word of progress to the next


def on_all_cores(
    work: Callable[..., Any],
    shares: Iterable[Any],
    *,
    stop: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
    threads: int = THREADS,
) -> list[Any]:
    """``[work(share) for share in shares]``, side by side; ``work`` should release the GIL.

    Args:
        work: called with each share.
        shares: what to call it with.
        stop: set when an interrupt or an error comes, for ``work`` to look at now and then.
        progress: called with the part of the shares that is done.
        threads: how many shares to work on at once.

    Raises:
        KeyboardInterrupt: at once; shares that have begun go on until they look at ``stop``.

    >>> on_all_cores(len, ["a", "bc"])
    [1, 2]
    """
    stop, shares = stop or threading.Event(), list(shares)
    results: list[Any] = [None] * len(shares)
    numbers = iter(range(len(shares)))
    # Futures are neither many nor waited for: an interrupt meanwhile would leave locks held, and
    # the threads that need them would wait forever.
    ended: SimpleQueue[BaseException | None] = SimpleQueue()
    over = threading.Event()

    def run() -> None:
        for number in numbers:
            if over.is_set():
                return
            error = None
            try:
                results[number] = work(shares[number])
            except BaseException as caught:
                error = caught
            ended.put(error)

    pool = ThreadPoolExecutor(threads)
    try:
        for _ in range(min(threads, len(shares))):
            pool.submit(run)
        left, told = len(shares), time.monotonic()
        while left:
            try:
                error = ended.get(timeout=PAUSE)
            except Empty:
                pass
            else:
                if error is not None:
                    raise error
                left -= 1
            if progress and (not left or time.monotonic() - told >= PAUSE):
                progress(1 - left / len(shares))
                told = time.monotonic()
    except BaseException:
        stop.set()
        over.set()
        raise
    finally:
        pool.shutdown(wait=not over.is_set())
    return results
