"""The public names of ``gnnlab.data``."""

import subprocess
import sys

import pytest

import gnnlab.data


def test_each_public_name_is_there() -> None:
    for name in gnnlab.data.__all__:
        assert getattr(gnnlab.data, name) is not None
    assert len(set(gnnlab.data.__all__)) == len(gnnlab.data.__all__)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"'gnnlab\.data' has no attribute 'Window'"):
        _ = gnnlab.data.Window


def test_nothing_heavy_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys, gnnlab.data\n"
        "heavy = {'numba', 'osmium', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'torch', 'xarray'}\n"
        "print(heavy & set(sys.modules))\n"
        "gnnlab.data.Windows\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["set()", "True"]
