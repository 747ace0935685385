"""The one training loop."""

from collections.abc import Callable, Iterator, Sequence
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


Weights = dict[str, Tensor]  # a state_dict


class Epoch(NamedTuple):
    """One line of a training history; epochs count from 1."""

    epoch: int
    train_loss: Tensor
    validation: Validation


@dataclass(frozen=True)
class Fit:
    """What training brought: the chosen epoch of each network, its weights, and the history."""

    chosen: Tensor
    weights: Weights
    history: list[Epoch]


def fit(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss: Callable[[], Tensor],
    validate: Callable[[Sequence[Weights]], Sequence[Validation]],
    epochs: int,
    on_epoch: Callable[[Epoch], None] | None = None,
    patience: int | None = None,
    validate_together: int = 1,
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
        validate: how good the model is with the weights of some epochs; without gradients.
        epochs: number of steps, at least 1.
        on_epoch: called when an epoch's validation is known.
        patience: stop after this many epochs in which no network became better; ``None``: never.
        validate_together: how many epochs are validated at once, the last ones perhaps fewer. It
            changes no result, though with ``patience`` some more steps may have been taken.

    Raises:
        ValueError: fewer than 1 epoch, or fewer than 1 validated at once.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be >= 1, got {epochs}")
    if validate_together < 1:
        raise ValueError(f"validate_together must be >= 1, got {validate_together}")
    history: list[Epoch] = []
    best: Validation
    chosen: Tensor
    weights: Weights
    for epoch, then in _trained(model, optimizer, loss, validate, epochs, validate_together):
        if not history:
            best, weights = epoch.validation, then
            chosen = torch.ones_like(best.score, dtype=torch.int)
        elif (better := epoch.validation.beats(best)).any():
            best = Validation(
                *(torch.where(better, *pair) for pair in zip(epoch.validation, best, strict=True))
            )
            chosen = torch.where(better, epoch.epoch, chosen)
            for name, tensor in then.items():
                weights[name][better] = tensor[better]
        history.append(epoch)
        if on_epoch:
            on_epoch(epoch)
        if patience is not None and epoch.epoch - int(chosen.max()) >= patience:
            break
    model.load_state_dict(weights)
    return Fit(chosen, weights, history)


def _trained(
    model: nn.Module,
    optimizer: optim.Optimizer,
    loss: Callable[[], Tensor],
    validate: Callable[[Sequence[Weights]], Sequence[Validation]],
    epochs: int,
    together: int,
) -> Iterator[tuple[Epoch, Weights]]:
    """Epoch by epoch, and the weights after it."""
    state = model.state_dict()  # of the same memory as the model, whose parameters must be there
    for first in range(1, epochs + 1, together):
        model.train()
        losses: list[Tensor] = []
        weights: list[Weights] = []
        for _ in range(min(together, epochs + 1 - first)):
            optimizer.zero_grad()
            now = loss()
            now.sum().backward()
            optimizer.step()
            losses.append(now.detach())
            del now  # else what it was computed from stays in memory through the next step
            weights.append({name: tensor.clone() for name, tensor in state.items()})
        model.eval()
        with torch.no_grad():
            validations = validate(weights)
        for number, parts in enumerate(zip(losses, validations, strict=True), first):
            yield Epoch(number, *parts), weights[number - first]
