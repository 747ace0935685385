"""The one training loop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn, optim


class Validation(NamedTuple):
    """How good models are: the higher score wins, between equal ones the lower loss.

    Both of one shape: [] for a model, [network] for a stack of them.
    """

    score: Tensor
    loss: Tensor

    def beats(self, other: "Validation") -> Tensor:
        """Where this is better, not merely as good."""
        equal = self.score == other.score
        lower = (self.loss < other.loss) | (other.loss.isnan() & ~self.loss.isnan())
        return (self.score > other.score) | (equal & lower)


class Epoch(NamedTuple):
    """One line of a training history; epochs count from 1."""

    epoch: int
    train_loss: Tensor
    validation: Validation


@dataclass(frozen=True)
class Fit:
    """What training brought: the chosen epoch of each network, its weights, and the history."""

    chosen: Tensor
    weights: dict[str, Tensor]
    history: list[Epoch]


def fit(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss: Callable[[], Tensor],
    validate: Callable[[], Validation],
    epochs: int,
    on_epoch: Callable[[Epoch], None] | None = None,
    patience: int | None = None,
) -> Fit:
    """Train ``model`` for ``epochs`` steps and keep the weights that validation prefers.

    The chosen epoch has the highest validation score, among equals the lowest validation loss,
    then the earliest. The model is left with the weights of that epoch, in evaluation mode.

    A model may be a stack of networks, each tensor of its state with a leading axis [network]:
    losses and scores are then of shape [network] and each network has its own chosen epoch. The
    networks do not mix, for no loss depends on another's weights and optimisers work element by
    element.

    Args:
        model: put into training mode before ``loss``, into evaluation mode before ``validate``.
        optimizer: over the model's parameters.
        loss: the training losses of the model as it stands, that can be differentiated.
        validate: how good the model is as it stands; it sees to ``no_grad`` itself.
        epochs: number of steps, at least 1.
        on_epoch: called after each epoch.
        patience: stop after this many epochs in which no network became better; ``None``: never.

    Raises:
        ValueError: fewer than 1 epoch.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be >= 1, got {epochs}")
    history: list[Epoch] = []
    best: Validation
    chosen: Tensor
    weights: dict[str, Tensor]
    for number in range(1, epochs + 1):
        model.train()
        optimizer.zero_grad()
        losses = loss()
        losses.sum().backward()
        optimizer.step()

        model.eval()
        epoch = Epoch(number, losses.detach(), validate())
        if number == 1:
            best, chosen = (
                epoch.validation,
                torch.ones_like(epoch.validation.score, dtype=torch.int),
            )
            weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        elif (better := epoch.validation.beats(best)).any():
            best = Validation(
                *(torch.where(better, *pair) for pair in zip(epoch.validation, best, strict=True))
            )
            chosen = torch.where(better, number, chosen)
            for name, tensor in model.state_dict().items():
                weights[name][better] = tensor[better]
        history.append(epoch)
        if on_epoch:
            on_epoch(epoch)
        if patience is not None and number - int(chosen.max()) >= patience:
            break
    model.load_state_dict(weights)
    return Fit(chosen, weights, history)
