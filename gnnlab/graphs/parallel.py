"""Work on all cores that an interrupt can end."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

THREADS = os.cpu_count() or 1


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
    stop = stop or threading.Event()
    pool = ThreadPoolExecutor(threads)
    try:
        futures = [pool.submit(work, share) for share in shares]
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            if progress:
                progress(1 - len(pending) / len(futures))
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=not stop.is_set(), cancel_futures=True)
    return [future.result() for future in futures]
