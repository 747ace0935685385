"""The README's Python runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[-2][:40])
def test_a_block_runs_and_prints_what_it_says(
    block: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if 'load("cora")' in block:
        request.getfixturevalue("cora")
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    promised = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    printed = done.stdout.splitlines()
    assert [line for line in printed if line in promised] == promised


def test_there_are_blocks_for_hops_training_and_a_graph_of_ones_own() -> None:
    assert len(BLOCKS) >= 4
