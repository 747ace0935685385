"""Training by small batches, until validation no longer gains."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from gnnlab.errors import GnnlabError
from gnnlab.training.checkpoint import STATE, Checkpoint, State
from gnnlab.training.processes import add_up_gradients, added_up, alone, draw_apart, first

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch import Tensor, nn

    Loss = Callable[["Tensor"], tuple["Tensor", int]]

RISING = 50  # steps
STEP = 8_192  # pairs of an example and a station that a step sees, of more than 128 stations
EPOCH = 1_000_000  # pairs that an epoch goes through, where there are more


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Args:
        epochs: at most.
        patience: epochs without gain after which to stop.
        share: of the examples that an epoch goes through, drawn anew each time.
        batch_size: examples a step.
        learning_rate: of AdamW, at its highest: it rises in the first `RISING` steps and falls,
            as a cosine does, to 0 at the end of the last epoch.
        weight_decay: of AdamW.
        largest_gradient: a gradient of all weights that is longer is shortened to this.
        averaging: how much of the mean of weights so far stays at each step; it is less in the
            first steps: (1 + n) / (10 + n) after n of them.

    Raises:
        ValueError: out of bounds.
    """

    epochs: int = 10
    patience: int = 5
    share: float = 0.25
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    largest_gradient: float = 1.0
    averaging: float = 0.99

    def __post_init__(self) -> None:
        for name in ("epochs", "patience", "batch_size"):
            if (value := getattr(self, name)) < 1:
                raise ValueError(f"{name} must be >= 1, got {value}")
        if not 0 < self.share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, got {self.share}")
        if not 0 <= self.averaging < 1:
            raise ValueError(f"averaging must be at least 0 and below 1, got {self.averaging}")

    def of_stations(self, stations: int, examples: int) -> Recipe:
        """The same where each example is of all of many stations: smaller batches, shorter epochs.

        A step sees at most `STEP` pairs of an example and a station, an epoch goes through at most
        `EPOCH`; but a step has an example at least, and an epoch a batch as it was asked for.

        >>> recipe = Recipe().of_stations(1000, examples=7641)
        >>> recipe.batch_size, round(recipe.share * 7641)
        (8, 1000)
        """
        most = max(EPOCH // stations, self.batch_size) / examples
        together = max(min(self.batch_size, STEP // stations), 1)
        return replace(self, share=min(self.share, most), batch_size=together)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of one of some steps, which count from 0.

        >>> Recipe(learning_rate=0.1).rate(100, 200)
        0.05
        """
        falling = 0.5 + 0.5 * math.cos(math.pi * step / steps)
        return self.learning_rate * falling * min(1.0, (step + 1) / RISING)


class Line(NamedTuple):
    """One line of a history; epochs count from 1."""

    epoch: int
    loss: float
    validation: float


def train(
    network: nn.Module,
    examples: int,
    loss: Loss,
    validate: Callable[[Any], float],
    recipe: Recipe,
    on_epoch: Callable[[Line], None],
    *,
    fabric: Fabric | None = None,
    checkpoint: Checkpoint | None = None,
) -> list[Line]:
    """Leave a network with the mean weights of the epoch that validation prefers.

    What validation sees, and what is left, is the exponential mean of the weights. Untrained
    weights stay if no epoch is better. All draws are from torch's global generator.

    Several processes share the examples of each batch; apart from what they draw in it, they do
    what one would.

    Args:
        network: to train; left in evaluation mode, on the CPU.
        examples: how many there are.
        loss: the sum of losses over some examples, by their numbers, and over how many terms;
            there is no step where there are none.
        validate: how bad such a network is; called in evaluation mode, without gradients; of
            several processes all must find the same.
        recipe: see there.
        on_epoch: called after each epoch that is trained here.
        fabric: of the processes; ``None`` is this one alone, on the CPU.
        checkpoint: where the state is left after each epoch, and maybe gone on from: then the
            weights are bit for bit those of training without a break, on the same machine and by as
            many processes and threads.

    Returns:
        The epochs, with those before a break.

    Raises:
        GnnlabError: a loss, a gradient or a validation that is not finite.
        RunError: a checkpoint that is damaged, of another training, or cannot be written.
    """
    import torch

    def judged() -> float:
        with torch.no_grad():
            return _finite("validation", validate(run.averaged.module.eval()), recipe)

    fabric, seed = fabric or alone(), torch.initial_seed()
    network.load_state_dict(fabric.broadcast(network.state_dict()))
    run = _Run(fabric.to_device(network), recipe)
    if checkpoint:
        shapes = {name: list(each.shape) for name, each in network.state_dict().items()}
        checkpoint = checkpoint.of(recipe=asdict(recipe), examples=examples, weights=shapes)
    if checkpoint and (state := first(fabric, checkpoint.read)):
        run.load(state)
    else:
        run.choose(0, judged())
    while (epoch := len(run.history)) < recipe.epochs and epoch - run.chosen < recipe.patience:
        order = fabric.broadcast(torch.randperm(examples))
        draw_apart(fabric, seed, epoch)
        network.train()
        total, terms = 0.0, 0
        batches = order[: max(1, round(recipe.share * examples))].split(recipe.batch_size)
        for number, numbers in enumerate(batches, epoch * len(batches)):
            run.optimizer.param_groups[0]["lr"] = recipe.rate(number, recipe.epochs * len(batches))
            lost, count = _step(run, loss, numbers, recipe, fabric)
            total, terms = total + lost, terms + count
        line = Line(epoch + 1, total / terms if terms else math.nan, judged())
        run.history.append(line)
        run.choose(line.epoch, line.validation)
        if checkpoint:
            first(fabric, lambda: checkpoint.write(run.state()))
        on_epoch(line)
    network.load_state_dict(run.weights)
    network.eval().cpu()
    return run.history


def epochs_in(checkpoint: Checkpoint) -> int:
    """How many epochs trainings have left behind in its folder and those within.

    Raises:
        RunError: what one left is damaged.
    """
    folders = [state.parent for state in checkpoint.folder.rglob(STATE)]
    found = [replace(checkpoint, folder=folder).values() for folder in folders]
    return sum(len(each.get("history", ())) for each in found)


class _Run:
    """What changes as training goes on."""

    def __init__(self, network: nn.Module, recipe: Recipe):
        import torch
        from torch.optim.swa_utils import AveragedModel

        def mean(average: Tensor, now: Tensor, count: Tensor | int) -> Tensor:
            stays = min(recipe.averaging, (1 + int(count)) / (10 + int(count)))
            return torch.lerp(now, average, stays)

        self.network, self.averaged = network, AveragedModel(network, avg_fn=mean)
        self.optimizer = torch.optim.AdamW(
            network.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.history: list[Line] = []
        self.chosen, self.best = 0, math.inf
        self.weights: dict[str, Tensor] = {}  # those of the chosen epoch

    def choose(self, epoch: int, validation: float) -> None:
        """Take an epoch if it is better than all before."""
        if validation < self.best:
            self.best, self.chosen = validation, epoch
            self.weights = deepcopy(self.averaged.module.state_dict())

    def state(self) -> State:
        """All of it, and of torch's generator."""
        import torch

        tensors = {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "chosen": self.weights,
            "moments": {
                f"{number}.{name}": moment
                for number, moments in self.optimizer.state_dict()["state"].items()
                for name, moment in moments.items()
            },
            "random": {"torch": torch.get_rng_state()},
        }
        history = [line._asdict() for line in self.history]
        return State(tensors, {"best": self.best, "chosen": self.chosen, "history": history})

    def load(self, state: State) -> None:
        """Go back to a state."""
        import torch

        tensors, values = state
        self.network.load_state_dict(tensors["network"])
        self.averaged.load_state_dict(tensors["averaged"])
        self.weights = dict(tensors["chosen"])
        moments: dict[int, dict[str, Tensor]] = defaultdict(dict)
        for path, moment in tensors.get("moments", {}).items():
            number, name = path.split(".")
            moments[int(number)][name] = moment
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": moments})
        torch.set_rng_state(tensors["random"]["torch"])
        self.best, self.chosen = values["best"], values["chosen"]
        self.history = [Line(**line) for line in values["history"]]


def _step(
    run: _Run, loss: Loss, numbers: Tensor, recipe: Recipe, fabric: Fabric
) -> tuple[float, int]:
    """One step by one batch: its loss, the sum over all processes, and over how many terms."""
    import torch

    mine = numbers[fabric.global_rank :: fabric.world_size]
    with fabric.autocast():
        lost, count = loss(mine) if len(mine) else (torch.zeros(()), 0)
    total, terms = added_up(fabric, float(lost.detach()), count)
    if not terms:
        return 0.0, 0
    _finite("loss", total / terms, recipe)
    run.optimizer.zero_grad()
    if count:
        (lost / terms).backward()
    add_up_gradients(fabric, run.network)
    length = torch.nn.utils.clip_grad_norm_(run.network.parameters(), recipe.largest_gradient)
    _finite("gradient", float(length), recipe)
    run.optimizer.step()
    run.averaged.update_parameters(run.network)
    return total, terms


def _finite(what: str, value: float, recipe: Recipe) -> float:
    """The value, which is what it must be."""
    if not math.isfinite(value):
        raise GnnlabError(
            f"the {what} must be finite, got {value}: a learning rate below "
            f"{recipe.learning_rate} may help"
        )
    return value
