"""Every test of the command line runs in an empty folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def without_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_retries: None) -> None:
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", str(tmp_path / "nowhere"))
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")
