"""Where and with what a result came about."""

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

PACKAGES = ("torch", "torch-geometric", "numpy", "scikit-learn")
OF_PEERS = ("torch-spatiotemporal", "torch-geometric-temporal")
ROOT = Path(__file__).parents[2]


def circumstances(command: str, packages: Sequence[str] = PACKAGES) -> dict[str, Any]:
    """What a result file says beside its numbers; of packages those that are installed."""
    return {
        "threads": torch.get_num_threads(),
        "machine": f"{platform.machine()}, {processor()}, Python {platform.python_version()}",
        "versions": {name: found for name in packages if (found := _version(name))},
        "code_sha256": code_sha256(),
        "command": command,
    }


def peak_megabytes() -> float:
    """The most memory that this process held so far (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def processor() -> str:
    """Its name (Linux)."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def code_sha256() -> str:
    """Of all Python files of gnnlab and of this benchmark."""
    sha256 = hashlib.sha256()
    for folder in (ROOT / "gnnlab", Path(__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            sha256.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return sha256.hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
