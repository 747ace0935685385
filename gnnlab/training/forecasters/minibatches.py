"""Training by small batches, until validation no longer gains."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gnnlab.errors import GnnlabError

if TYPE_CHECKING:
    from torch import Tensor, nn, optim

    Loss = Callable[["Tensor"], tuple["Tensor", int]]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Args:
        epochs: at most.
        patience: epochs without gain after which to stop.
        share: of the examples that an epoch goes through, drawn anew each time.
        batch_size: examples a step.
        learning_rate: of AdamW.
        weight_decay: of AdamW.
        largest_gradient: a gradient of all weights that is longer is shortened to this.
        averaging: how much of the mean of weights so far stays at each step; it is less in the
            first steps: (1 + n) / (10 + n) after n of them.

    Raises:
        ValueError: out of bounds.
    """

    epochs: int = 40
    patience: int = 8
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
) -> None:
    """Leave a network with the mean weights of the epoch that validation prefers.

    What validation sees, and what is left, is the exponential mean of the weights. Untrained
    weights stay if no epoch is better. All draws are from torch's global generator.

    Args:
        network: to train; left in evaluation mode.
        examples: how many there are.
        loss: the sum of losses over some examples, by their numbers, and over how many terms.
        validate: how bad such a network is; called in evaluation mode, without gradients.
        recipe: see there.
        on_epoch: called after each epoch.

    Raises:
        GnnlabError: a loss that is not finite.
    """
    import torch
    from torch.optim.swa_utils import AveragedModel

    def mean(average: Tensor, now: Tensor, count: Tensor | int) -> Tensor:
        return torch.lerp(now, average, min(recipe.averaging, (1 + int(count)) / (10 + int(count))))

    def judged() -> float:
        with torch.no_grad():
            return validate(averaged.module.eval())

    averaged = AveragedModel(network, avg_fn=mean)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    best, chosen, weights = judged(), 0, deepcopy(averaged.module.state_dict())
    for epoch in range(1, recipe.epochs + 1):
        network.train()
        total, terms = 0.0, 0
        drawn = torch.randperm(examples)[: max(1, round(recipe.share * examples))]
        for numbers in drawn.split(recipe.batch_size):
            lost, count = loss(numbers)
            _descend(network, optimizer, lost / count, recipe)
            averaged.update_parameters(network)
            total, terms = total + float(lost.detach()), terms + count
        validation = judged()
        on_epoch(Line(epoch, total / terms, validation))
        if validation < best:
            best, chosen, weights = validation, epoch, deepcopy(averaged.module.state_dict())
        elif epoch - chosen >= recipe.patience:
            break
    network.load_state_dict(weights)
    network.eval()


def _descend(network: nn.Module, optimizer: optim.Optimizer, loss: Tensor, recipe: Recipe) -> None:
    """One step."""
    import torch

    if not torch.isfinite(loss):
        raise GnnlabError(
            f"the loss must be finite, got {float(loss.detach())}: a learning rate below "
            f"{recipe.learning_rate} may help"
        )
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.largest_gradient)
    optimizer.step()
