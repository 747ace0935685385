"""Programs of benchmarks/, which are no package."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "forecasting"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a program by its name, those beside it within its reach."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module
