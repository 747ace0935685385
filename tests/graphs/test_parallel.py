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
