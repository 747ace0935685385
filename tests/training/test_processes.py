import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from parabola import BATCHES, EPOCHS, Parabola
from torch import Tensor, nn
from two_processes import fits, parabola

from gnnlab.errors import RunError
from gnnlab.training.processes import (
    add_up_gradients,
    added_up,
    alone,
    draw_apart,
    first,
    joined,
)

Found = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where two processes left what they found."""
    out = tmp_path_factory.mktemp("two")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [*torchrun, "--nproc-per-node", "2", tests / "two_processes.py", out],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def two(folder: Path) -> list[Found]:
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)]


def plain(found: Any) -> Any:
    """As JSON gives it back."""
    return json.loads(json.dumps(found))


def test_torchrun_s_processes_are_joined(two: list[Found]) -> None:
    assert [found["world"] for found in two] == [[0, 2], [1, 2]]


def test_sums_and_gradients_are_those_of_all_in_each(two: list[Found]) -> None:
    for found in two:
        assert found["added_up"] == [pytest.approx(1.2, rel=1e-15), 3]
        assert found["gradients"] == [[[3, 3], [3, 3]], [0, 1, 2], [0]]


def test_what_the_first_makes_or_raises_reaches_the_others(two: list[Found]) -> None:
    for found in two:
        assert found["first"] == {"rank": 0}
        assert found["error"] == "said by 0"


def test_each_draws_other_numbers_and_the_first_those_of_one_alone(two: list[Found]) -> None:
    torch.manual_seed(5)
    one = torch.rand(1).item()
    assert two[0]["drawn"] == [one] * 3
    again, same, next_epoch = two[1]["drawn"]
    assert again == same
    assert len({one, again, next_epoch}) == 3
    assert two[0]["drawn in training"] != two[1]["drawn in training"]


@pytest.mark.parametrize("examples", [20, 19])
def test_two_train_as_one_does(two: list[Found], examples: int) -> None:
    """Whatever the batches: uneven, with nothing observed, and too small for two."""
    one = plain(parabola(None))
    their_own = ("world", "drawn", "drawn in training", "seen", "validated")
    assert two[0] == {**two[1], **{name: two[0][name] for name in their_own}}
    for name in (f"history of {examples}", f"weights by {examples}"):
        for ours, theirs in zip(one[name], two[0][name], strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=1e-9)


def test_each_example_is_seen_by_one(two: list[Found]) -> None:
    ours, theirs = (found["seen"] for found in two)
    assert len(ours) == EPOCHS * 4
    assert len(theirs) == EPOCHS * 3  # there is but one in the last batch
    assert sorted(chain(*ours[:4], *theirs[:3])) == [*range(19)]
    assert {len(numbers) for numbers in ours[:3] + theirs[:3]} == {3}


def test_two_fit_a_forecaster_as_one_does(two: list[Found]) -> None:
    one = plain(fits(None))
    np.testing.assert_allclose(two[0]["history of fit"], one["history of fit"], rtol=1e-4)
    np.testing.assert_allclose(two[0]["forecasts"], one["forecasts"], rtol=1e-4)
    shares = np.array([found["validated"] for found in two])
    assert (shares > 0).all()
    np.testing.assert_array_equal(shares.sum(axis=0), one["validated"])


def test_two_that_were_interrupted_go_on_bit_for_bit(two: list[Found], folder: Path) -> None:
    for found in two:
        assert found["resumed"] == found["whole"]
        assert found["new"] == found["whole"][0][3:]
    assert two[0]["whole"] == two[1]["whole"]
    assert {path.name for path in folder.glob("check*")} == {"checkpoint of 0"}  # the first writes


def test_errors_of_one_are_said_by_both(two: list[Found]) -> None:
    for found in two:
        foreign, infinite = found["errors"]
        assert foreign.endswith(
            "checkpoint of 0 is of another training: examples must be 20, got 19"
        )
        assert infinite.startswith("the loss must be finite, got inf")


@pytest.mark.parametrize("make", [lambda: nullcontext(alone()), joined])
def test_one_alone_keeps_what_it_has(make: Callable[[], AbstractContextManager[Fabric]]) -> None:
    with make() as fabric:
        assert (fabric.global_rank, fabric.world_size, fabric.device.type) == (0, 1, "cpu")
        assert added_up(fabric, 0.3, 2) == (0.3, 2)
        network = nn.ParameterList([torch.zeros(2), torch.zeros(1)])
        network[0].grad = torch.ones(2)
        add_up_gradients(fabric, network)
        assert network[0].grad.tolist() == [1, 1]
        assert network[1].grad is None
        state = torch.get_rng_state()
        draw_apart(fabric, 1, 2)
        assert torch.equal(torch.get_rng_state(), state)
        assert first(fabric, lambda: 7) == 7
        with pytest.raises(RunError, match="no"):
            first(fabric, lambda: refuse("no"))


def test_precision_is_that_of_products_in_the_loss_alone() -> None:
    dtypes = []

    class Watched(Parabola):
        def loss(self, numbers: Tensor) -> tuple[Tensor, int]:
            dtypes.append((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
            return super().loss(numbers)

        def validate(self, network: nn.Module) -> float:
            dtypes.append((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
            return super().validate(network)

    job = Watched()
    with joined(precision="bf16-mixed") as fabric:
        job.run(fabric=fabric)
    epoch = [torch.bfloat16] * BATCHES + [torch.float32]
    assert dtypes == [torch.float32] + epoch * EPOCHS
    assert {each.dtype for each in job.network.parameters()} == {torch.float64}


def refuse(message: str) -> None:
    raise RunError(message)
