import os
import subprocess
import sys
import threading

import pytest

from gnnlab.graphs.parallel import on_all_cores


def test_results_come_in_the_order_of_the_shares_and_progress_ends_at_one() -> None:
    told: list[float] = []
    assert on_all_cores(lambda share: share**2, range(100), progress=told.append) == [
        share**2 for share in range(100)
    ]
    assert told[-1] == 1


def test_an_error_stops_what_has_begun_and_is_raised() -> None:
    stop = threading.Event()

    def work(share: int) -> None:
        if share == 0:
            raise ValueError("share 0")
        assert stop.wait(30), "never told to stop"

    with pytest.raises(ValueError, match="share 0"):
        on_all_cores(work, range(100), stop=stop)
    assert stop.is_set()


@pytest.mark.skipif(os.name != "posix", reason="timers that interrupt")
def test_an_interrupt_leaves_no_thread_behind() -> None:
    """A thread that waits for a lock that was held when it came would hold the process up."""
    code = (
        "import random, signal, time\n"
        "from gnnlab.graphs.parallel import on_all_cores\n"
        "signal.signal(signal.SIGALRM, signal.default_int_handler)\n"
        "for turn in range(25):\n"
        "    try:\n"
        "        signal.setitimer(signal.ITIMER_REAL, 0.02 + 0.4 * random.random())\n"
        "        on_all_cores(lambda _: time.sleep(1e-3), range(8_000), threads=2)\n"
        "    except KeyboardInterrupt:\n"
        "        continue\n"
        "    raise SystemExit('was not interrupted')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        try:
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
