import json
import subprocess
import sys
from pathlib import Path

import onnxruntime
import pytest
from command_line import gnnlab
from small_town import write_town


def fit(model: str, *options: str) -> None:
    gnnlab(
        "forecast", "fit", "readings.csv", "--stations", "stations.csv", "--model", model,
        "--horizon", "4", "--out", "run", *options,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def town(in_empty_folder: None) -> None:
    write_town(days=8)


def test_a_network_is_written_and_nothing_else_said() -> None:
    fit("stid", "--epochs", "1")
    verb = ("-m", "gnnlab", "forecast", "export", "run", "model.onnx", "--json")
    result = subprocess.run([sys.executable, *verb], capture_output=True, text=True, check=True)
    assert result.stderr == "wrote model.onnx\n"
    found = json.loads(result.stdout)
    assert 0 < found.pop("difference") < 0.1
    assert 0 < found.pop("relative_difference") < 1e-5
    assert found == {"model": "stid", "file": "model.onnx", "windows": 16}
    (quantiles,) = onnxruntime.InferenceSession("model.onnx").get_outputs()
    assert quantiles.shape == ["batch", 4, 2, 19]


def test_how_far_it_is_from_torch_is_printed() -> None:
    fit("lstm", "--epochs", "1")
    result = gnnlab("forecast", "export", "run", "model.onnx")
    assert result.stdout.startswith("lstm: in 16 windows quantiles of ONNX and torch differ by at ")
    assert result.stderr == "wrote model.onnx\n"
    assert Path("model.onnx").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("run", "model", "message"),
    [
        ("run", "model.onnx", "run must be a run of one network, such as gru or gc-dcrnn, got rid"),
        ("nowhere", "model.onnx", "a run folder must hold run.toml, got nowhere"),
        ("run", "model.pt", "a network must end in .onnx, got model.pt"),
        ("run", "no/model.onnx", "a network needs a folder that exists, got no"),
        ("run", "run", "a network must be a file, got the folder run"),
    ],
)
def test_an_error_is_one_line(run: str, model: str, message: str) -> None:
    fit("ridge")
    result = gnnlab("forecast", "export", run, model, status=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"gnnlab: {message}")
    assert result.stdout == ""
    assert not Path(model).is_file()
