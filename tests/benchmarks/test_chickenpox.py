import json
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch


@pytest.fixture
def chickenpox(program) -> ModuleType:
    return program("chickenpox")


def _file(folder: Path, values: np.ndarray) -> Path:
    """Each county hears of the one before it, and of itself."""
    counties = range(values.shape[1])
    ring = [[each, (each + step) % len(counties)] for each in counties for step in (0, 1)]
    path = folder / "chickenpox.json"
    path.write_text(json.dumps({"edges": ring, "FX": values.tolist()}))
    return path


def _waves(counties: int, weeks: int = 104, noise: float = 0.0, alike: bool = True) -> np.ndarray:
    """Next = a * this - b * the week before, in each county, with the same a and b or others."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(weeks, counties))
    turn = np.full(counties, 1.6) if alike else np.linspace(0.5, 1.9, counties)
    for week in range(2, weeks):
        values[week] *= noise
        values[week] += turn * values[week - 1] - values[week - 2]
    return values


def test_windows_are_those_of_the_peer_s_loader(chickenpox, tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(24, 3))
    data = chickenpox.read(_file(tmp_path, values))
    x = [values[week : week + 4].T for week in range(20)]
    assert (len(data.train.y), len(data.test.y)) == (4, 16)
    np.testing.assert_allclose(torch.cat([data.train.x, data.test.x]), x, rtol=1e-6)
    np.testing.assert_allclose(torch.cat([data.train.y, data.test.y]), values[4:], rtol=1e-6)


def test_the_example_compares_each_county_with_all(chickenpox) -> None:
    found, y = torch.randn(7, 20), torch.randn(7, 20)
    cost = sum(torch.mean((a[:, None] - b) ** 2) for a, b in zip(found, y, strict=True)) / 7
    assert chickenpox.all_targets(found, y).item() == pytest.approx(cost.item(), rel=1e-5)
    assert chickenpox.own_targets(y, y) == 0
    assert chickenpox.all_targets(y, y) > 1


def test_least_squares_finds_what_is_linear(chickenpox, tmp_path: Path) -> None:
    same = chickenpox.read(_file(tmp_path, _waves(3)))
    others = chickenpox.read(_file(tmp_path, _waves(8, alike=False)))

    def mse(answer, data) -> float:
        return chickenpox.scores(answer(data.train, data.test.x), data.test.y)["mse"]

    one, each = chickenpox.least_squares, chickenpox.least_squares_of_each
    assert mse(one, same) < 1e-8
    assert mse(each, same) < 1e-8
    assert mse(each, others) < 1e-8
    assert mse(one, others) > 1e-3


def test_ours_reads_weeks_in_their_order(chickenpox) -> None:
    ours = chickenpox.Ours(torch.tensor([[0], [1]]), 2, steps=4)
    seen = []
    ours.recurrent.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    x = torch.arange(3 * 2 * 4.0).view(3, 2, 4)
    ours(x)
    assert torch.equal(seen[0], x.permute(0, 2, 1)[..., None])


@pytest.mark.parametrize("steps", [1, 4])
def test_ours_hears_of_neighbours(steps: int, chickenpox, tmp_path: Path) -> None:
    """What a county has is the next week in the county after it."""
    values = np.random.default_rng(0).normal(size=(300, 6))
    for week in range(1, 300):
        values[week] = 0.9 * np.roll(values[week - 1], 1) + 0.4 * values[week]
    data = chickenpox.read(_file(tmp_path, values))
    ours = partial(chickenpox.Ours, data.edges, 6, steps)
    row = chickenpox.network_row("ours", data, ours, chickenpox.own_targets, seeds=1)
    alone = chickenpox.least_squares_of_each(data.train, data.test.x)
    assert row["mse"] < 0.5 * chickenpox.scores(alone, data.test.y)["mse"]


def test_the_program_prints_a_row_a_model(chickenpox, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(chickenpox, "EPOCHS", 2)
    monkeypatch.setattr(chickenpox, "find_spec", lambda name: None)
    path = _file(tmp_path, _waves(3, noise=0.1))
    asked = ["chickenpox.py", "--file", str(path), "--seeds", "2", "--json", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", asked)
    chickenpox.main()
    assert "PyG-Temporal DCRNN: missing torch_geometric_temporal" in capsys.readouterr().out
    rows = json.loads((tmp_path / "out").read_text())["rows"]
    ours = ["ours, DCGRU, 1 step", "ours, DCGRU, 4 steps"]
    assert [row["model"] for row in rows] == [*ours, *chickenpox.PLAIN]
    assert rows[0]["seeds"] == 2
    assert rows[0]["mse_std"] > 0


def test_a_file_that_is_not_there_is_named(chickenpox, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "none.json"
    monkeypatch.setattr("sys.argv", ["chickenpox.py", "--file", str(path)])
    with pytest.raises(SystemExit, match=r"none\.json.*--file can name a file"):
        chickenpox.main()
