"""Training and scoring again, on the command line."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from command_line import answer, gnnlab

KEYS = [
    "dataset",
    "split",
    "model",
    "seeds",
    "test_accuracy",
    "validation_accuracy",
    "macro_f1",
    "recall_by_class",
    "calibration",
    "seconds",
    "data_sha256",
]


def test_train_and_evaluate_agree() -> None:
    arguments = ["--dataset", "karate", "--seeds", "2", "--epochs", "20", "--out", "run"]
    trained = answer("train", "gcn", *arguments)
    assert list(trained) == [*KEYS, "run"]
    assert trained["seeds"] == 2
    assert trained["run"] == "run"
    assert {path.name for path in Path("run/figures").iterdir()} == {
        "curves.png",
        "confusion.png",
        "hidden.png",
        "reliability.png",
    }
    evaluated = answer("evaluate", "run")
    assert list(evaluated) == KEYS
    assert evaluated["test_accuracy"] == trained["test_accuracy"]
    result = gnnlab("evaluate", "run")
    assert "the same numbers as in scores.json" in result.stderr
    assert f"{100 * trained['test_accuracy']['mean']:.2f} %" in result.stdout


def test_random_splits_optimisers_and_class_weights_are_settings_of_a_run() -> None:
    run = ["train", "gcn", "--dataset", "karate", "--seeds", "2", "--epochs", "5", "--out"]
    random = ["--split", "random", "--splits", "3", "--train-per-class", "2"]
    size = ["--validation-per-class", "4"]
    trained = answer(*run, "run", *random, *size, "--class-weight", "balanced")
    assert trained["seeds"] == 6
    assert trained["split"] == "3 random splits"
    assert answer("evaluate", "run")["test_accuracy"] == trained["test_accuracy"]
    histories = set()
    for name in ("adam", "sgd", "momentum", "rmsprop"):
        answer(*run, name, "--optimizer", name)
        assert f'optimizer = "{name}"' in Path(name, "run.toml").read_text()
        histories.add(Path(name, "history.csv").read_text())
    assert len(histories) == 4
    said = gnnlab(*run, "other", "--split", "random", status=1).stderr
    assert "more than 20 + 30 nodes of each class, got 17 of Mr. Hi; fewer are drawn with" in said
    assert "--train-per-class and --validation-per-class" in said
    assert "need --split random" in gnnlab(*run, "other", "--splits", "3", status=2).stderr


def test_without_out_a_run_gets_a_folder_of_its_own() -> None:
    gnnlab("train", "gcn", "--dataset", "karate", "--seeds", "1", "--epochs", "2")
    (run,) = Path("runs").iterdir()
    assert run.name.startswith("gcn-karate-20")
    assert (run / "run.toml").is_file()


def interrupted_training(*arguments: str, after: float) -> tuple[int, str]:
    """Exit status and messages of a training that gets Ctrl-C ``after`` seconds of work."""
    command = [sys.executable, "-m", "gnnlab", "train", "gcn", "--dataset", "karate", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.readline()
        assert said.startswith("training ")
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    return process.returncode, rest


def test_an_interrupted_training_saves_the_seeds_that_are_finished() -> None:
    status, said = interrupted_training(
        "--seeds", "100000", "--epochs", "20", "--out", "run", after=4
    )
    assert status == 130
    assert "of 100000 networks that were finished" in said
    assert "Traceback" not in said
    assert answer("evaluate", "run")["seeds"] >= 1


def test_a_training_interrupted_in_its_first_seed_says_that_nothing_was_saved() -> None:
    status, said = interrupted_training("--epochs", "1000000", "--out", "run", after=1)
    assert status == 130
    assert "nothing was saved" in said
    assert not Path("run").exists()
