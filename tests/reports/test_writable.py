import os
from pathlib import Path

import pytest

from gnnlab.errors import GnnlabError
from gnnlab.reports.figures import check_figure
from gnnlab.reports.writable import check_writable


@pytest.mark.parametrize("check", [check_figure, lambda path: check_writable(path, "a figure")])
def test_what_cannot_be_written_is_refused(tmp_path: Path, check) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(GnnlabError, match=r"a figure must be a file, got the folder .*x\.png"):
        check(tmp_path / "x.png")
    with pytest.raises(GnnlabError, match=r"a figure needs a folder that exists, got .*nowhere"):
        check(tmp_path / "nowhere" / "x.png")
    with pytest.raises(GnnlabError, match=r"n\.png cannot be written: File name too long"):
        check(tmp_path / f"{300 * 'n'}.png")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc takes no file, not even root's")
def test_a_folder_that_takes_no_file_is_refused() -> None:
    with pytest.raises(GnnlabError, match=r"/proc/x\.png cannot be written: No such file"):
        check_writable(Path("/proc/x.png"), "a figure")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_what_one_may_not_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"old")
    (tmp_path / "mine.png").chmod(0o400)
    tmp_path.chmod(0o500)
    for name in ("mine.png", "new.png"):
        with pytest.raises(GnnlabError, match=f"{name} cannot be written: Permission denied"):
            check_writable(tmp_path / name, "a figure")


def test_looking_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(b"old")
    for name in ("old.png", "new.png"):
        check_writable(tmp_path / name, "a figure")
    assert (tmp_path / "old.png").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.png"]
