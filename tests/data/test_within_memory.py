from types import SimpleNamespace

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data.preparation import Preparation
from gnnlab.data.windows import Windows
from gnnlab.data.within_memory import within_memory
from gnnlab.errors import DataError


def test_a_series_that_fits_is_itself():
    series = small_series()
    assert within_memory(series, series.values.nbytes) is series


def test_a_larger_one_is_read_from_a_file_that_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path))
    series = small_series()
    mapped = within_memory(series, series.values.nbytes - 1)
    assert isinstance(mapped.values.base, np.memmap)
    np.testing.assert_array_equal(mapped.values, series.values)
    preparation = Preparation.fit(mapped, range(150))
    windows = Windows(mapped, range(150), preparation, horizon=6)
    for ours, in_memory in zip(
        windows[[0, 7]], Windows(series, range(150), preparation, horizon=6)[[0, 7]], strict=True
    ):
        np.testing.assert_array_equal(ours, in_memory)
    assert not list(tmp_path.iterdir())


def test_no_memory_is_refused():
    with pytest.raises(ValueError, match="at least 1 byte, got 0"):
        within_memory(small_series(), 0)


def test_a_cache_that_is_no_folder_or_too_full_is_refused_before_anything_is_written(
    tmp_path, monkeypatch
):
    series = small_series()
    (tmp_path / "file").touch()
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="the cache must be a folder"):
        within_memory(series, 1)
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "full"))
    full = SimpleNamespace(free=series.values.nbytes - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda path: full)
    with pytest.raises(DataError, match=r"must have 19,200 bytes free .* got 19,199"):
        within_memory(series, 1)
    assert not list((tmp_path / "full").iterdir())
