import json
import math
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from parabola import BATCHES, EPOCHS, RECIPE, Parabola, interrupted
from small_series import small_series
from torch import Tensor, nn

from gnnlab.data import chronological
from gnnlab.errors import GnnlabError, RunError
from gnnlab.training.checkpoint import Checkpoint
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import Architecture, NetworkForecaster, near


def same_weights(ours: nn.Module, theirs: nn.Module) -> bool:
    pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


def epochs_in(folder: Path) -> int:
    return len(json.loads((folder / "state.json").read_text())["values"]["history"])


@pytest.mark.parametrize("step", [BATCHES + 1, 2 * BATCHES, 4 * BATCHES + 2])
def test_interrupted_it_goes_on_bit_for_bit(tmp_path: Path, step: int) -> None:
    whole, broken, resumed = Parabola(), Parabola().breaking(step, interrupted), Parabola()
    history = whole.run()
    assert len(history) == EPOCHS
    with pytest.raises(KeyboardInterrupt):
        broken.run(Checkpoint(tmp_path))
    done = (step - 1) // BATCHES
    assert broken.lines == history[:done]
    assert epochs_in(tmp_path) == done
    resumed.seed = 3  # all draws come from the checkpoint
    assert resumed.run(Checkpoint(tmp_path, resume=True)) == history
    assert resumed.lines == history[done:]
    assert not resumed.network.training
    assert same_weights(resumed.network, whole.network)


def test_interrupted_in_the_first_epoch_it_begins_again(tmp_path: Path) -> None:
    whole, broken, resumed = Parabola(), Parabola().breaking(2, interrupted), Parabola()
    history = whole.run()
    with pytest.raises(KeyboardInterrupt):
        broken.run(Checkpoint(tmp_path / "new"))
    assert resumed.run(Checkpoint(tmp_path / "new", resume=True)) == history
    assert same_weights(resumed.network, whole.network)


def test_without_the_wish_to_resume_it_begins_again(tmp_path: Path) -> None:
    whole, other = Parabola(), Parabola()
    history = whole.run(Checkpoint(tmp_path))
    assert other.run(Checkpoint(tmp_path)) == history
    assert other.lines == history


def test_what_is_finished_is_only_read(tmp_path: Path) -> None:
    """Early stopping included: the epoch that was chosen, and when, are in the checkpoint."""
    stops = replace(RECIPE, epochs=200, patience=2, learning_rate=0.2)
    whole, resumed = Parabola(), Parabola()
    whole.recipe = resumed.recipe = stops
    history = whole.run(Checkpoint(tmp_path))
    assert 3 < len(history) < 200
    assert resumed.run(Checkpoint(tmp_path, resume=True)) == history
    assert resumed.steps == 0
    assert resumed.lines == []
    assert same_weights(resumed.network, whole.network)


def test_patience_goes_on_where_it_was(tmp_path: Path) -> None:
    stops = replace(RECIPE, epochs=200, patience=3, learning_rate=0.2)
    whole = Parabola()
    whole.recipe = stops
    history = whole.run()
    broken = Parabola().breaking(BATCHES * (len(history) - 1) + 1, interrupted)
    resumed = Parabola()
    broken.recipe = resumed.recipe = stops
    with pytest.raises(KeyboardInterrupt):
        broken.run(Checkpoint(tmp_path))
    assert resumed.run(Checkpoint(tmp_path, resume=True)) == history
    assert len(resumed.lines) == 1
    assert same_weights(resumed.network, whole.network)


def without_gradient(lost: Tensor) -> Tensor:
    """A loss as good as any; its gradient is NaN."""
    return lost + torch.sqrt(0 * lost)


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (lambda lost: lost * math.nan, "the loss must be finite, got nan: a learning rate below"),
        (lambda lost: lost / 0, "the loss must be finite, got inf"),
        (without_gradient, "the gradient must be finite, got nan"),
    ],
)
@pytest.mark.parametrize("step", [2 * BATCHES + 2, 3 * BATCHES])
def test_what_is_not_finite_ends_it_and_the_last_epoch_is_kept(
    tmp_path: Path, way: Callable[[Tensor], Tensor], message: str, step: int
) -> None:
    whole, broken, resumed = Parabola(), Parabola().breaking(step, way), Parabola()
    history = whole.run()
    with pytest.raises(GnnlabError, match=message):
        broken.run(Checkpoint(tmp_path))
    assert epochs_in(tmp_path) == 2
    assert resumed.run(Checkpoint(tmp_path, resume=True)) == history
    assert same_weights(resumed.network, whole.network)


def test_a_validation_that_is_not_finite_ends_it_and_the_last_epoch_is_kept(tmp_path: Path) -> None:
    broken = Parabola()
    plain = broken.validate
    broken.validate = lambda network: plain(network) if len(broken.lines) < 2 else math.nan
    with pytest.raises(GnnlabError, match="the validation must be finite, got nan"):
        broken.run(Checkpoint(tmp_path))
    assert epochs_in(tmp_path) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recipe": replace(RECIPE, batch_size=5)}, "recipe.batch_size must be 6, got 5"),
        ({"examples": 19}, "examples must be 20, got 19"),
        (
            {"network": Parabola(hidden=4).network},
            "weights.0.weight.0 must be 8, got 4",
        ),
    ],
)
def test_the_checkpoint_of_another_training_is_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    Parabola().run(Checkpoint(tmp_path, {"data": "a1"}))
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    other = Parabola()
    for name, value in change.items():
        setattr(other, name, value)
    with pytest.raises(RunError, match=re.escape(f"is of another training: {message}")):
        other.run(Checkpoint(tmp_path, {"data": "a1"}, resume=True))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_a_checkpoint_that_cannot_be_written_ends_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="could not be written"):
        Parabola().run(Checkpoint(tmp_path / "file"))


STEPS, HORIZONS, SEED = 500, (1, 6), 4
SIZES = Architecture(input_steps=6, hidden_channels=8, embedding_channels=2, dropout=0.3)
LONG = Recipe(epochs=5, share=1, batch_size=16)


def fitted(checkpoint: Checkpoint | None, recipe: Recipe = LONG, **how: Any) -> NetworkForecaster:
    return NetworkForecaster.fit(
        small_series(STEPS),
        chronological(STEPS),
        HORIZONS,
        **{"seed": SEED, "architecture": SIZES, **how},
        graph=near,
        recipe=recipe,
        checkpoint=checkpoint,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_killed_in_the_middle_of_an_epoch_a_fit_goes_on_bit_for_bit(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; import test_resuming"
    code += "; test_resuming.fitted(test_resuming.Checkpoint(Path(sys.argv[1])))"
    paths = [Path(__file__).parent, Path(small_series.__code__.co_filename).parent]
    child = subprocess.Popen([sys.executable, "-c", code, tmp_path, *paths])
    while not (tmp_path / "state.json").exists() or epochs_in(tmp_path) < 2:
        assert child.poll() is None
        time.sleep(0.01)
    child.kill()  # an epoch takes longer than it took to see the end of the one before
    assert child.wait() == -signal.SIGKILL
    done = epochs_in(tmp_path)
    assert 2 <= done < LONG.epochs
    told: list[float] = []
    resumed = fitted(Checkpoint(tmp_path, resume=True), tell=told.append)
    whole = fitted(None)
    assert len(told) == 1 + LONG.epochs - done
    assert resumed.history == whole.history
    assert same_weights(resumed.network, whole.network)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"seed": 5}, "seed must be 4, got 5"),
        (
            {"architecture": replace(SIZES, dropout=0.2)},
            "architecture.dropout must be 0.3, got 0.2",
        ),
    ],
)
def test_the_checkpoint_of_another_fit_is_refused(
    tmp_path: Path, how: dict[str, Any], message: str
) -> None:
    recipe = replace(LONG, epochs=1, share=0.1)
    fitted(Checkpoint(tmp_path), recipe)
    with pytest.raises(RunError, match=f"is of another training: {message}"):
        fitted(Checkpoint(tmp_path, resume=True), recipe, **how)
