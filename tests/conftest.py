"""Real data for tests, or the reason why there is none."""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers share the cores; before torch is loaded

import hypothesis
import pytest

from gnnlab.data import NodeDataset, SensorSeries, load
from gnnlab.errors import DataError

hypothesis.settings.register_profile("gnnlab", deadline=None)  # first calls load whole libraries
hypothesis.settings.load_profile("gnnlab")


def _load(name: str) -> NodeDataset | SensorSeries:
    try:
        return load(name)
    except DataError as error:
        pytest.skip(f"no real data here: {error}")


@pytest.fixture(scope="session")
def cora() -> NodeDataset:
    return _load("cora")


@pytest.fixture(scope="session")
def citeseer() -> NodeDataset:
    return _load("citeseer")


@pytest.fixture(scope="session")
def beijing() -> SensorSeries:
    return _load("beijing-air")


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that fails is not waited for."""
    monkeypatch.setattr(sys.modules["gnnlab.data.download"], "RETRIES", 0)
