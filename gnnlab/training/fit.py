"""The one training loop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn, optim


class Validation(NamedTuple):
    """How good a model is: the higher score wins, between equal ones the lower loss."""

    score: float
    loss: float

    def beats(self, other: "Validation") -> bool:
        """Whether this is better, not merely as good."""
        return (self.score, -self.loss) > (other.score, -other.loss)


class Epoch(NamedTuple):
    """One line of a training history; epochs count from 1."""

    epoch: int
    train_loss: float
    validation: Validation


@dataclass(frozen=True)
class Fit:
    """What training brought: the best epoch, its weights, and the history of all."""

    best: Epoch
    weights: dict[str, Tensor]
    history: list[Epoch]


def fit(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss: Callable[[], Tensor],
    validate: Callable[[], Validation],
    epochs: int,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> Fit:
    """Train ``model`` for ``epochs`` steps and keep the weights that validation prefers.

    The chosen epoch has the highest validation score, among equals the lowest validation loss,
    then the earliest. The model is left with the weights of that epoch, in evaluation mode.

    Args:
        model: put into training mode before ``loss``, into evaluation mode before ``validate``.
        optimizer: over the model's parameters.
        loss: the training loss of the model as it stands, a scalar that can be differentiated.
        validate: how good the model is as it stands; it sees to ``no_grad`` itself.
        epochs: number of steps, at least 1.
        on_epoch: called after each epoch.

    Raises:
        ValueError: fewer than 1 epoch.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be >= 1, got {epochs}")
    history: list[Epoch] = []
    best: Epoch
    weights: dict[str, Tensor] = {}
    for number in range(1, epochs + 1):
        model.train()
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()

        model.eval()
        epoch = Epoch(number, value.item(), validate())
        if number == 1 or epoch.validation.beats(best.validation):
            best = epoch
            weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        history.append(epoch)
        if on_epoch:
            on_epoch(epoch)
    model.load_state_dict(weights)
    return Fit(best, weights, history)
