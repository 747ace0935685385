"""A small training job: a network is to learn x^2 from a few examples."""

import signal
from collections.abc import Callable, Sequence
from typing import Self

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from gnnlab.training.checkpoint import Checkpoint
from gnnlab.training.forecasters.minibatches import Line, Recipe, train

EXAMPLES, EPOCHS = 20, 6
BATCHES = 4  # an epoch
RECIPE = Recipe(epochs=EPOCHS, share=1, batch_size=6, averaging=0.5, learning_rate=0.05)
X = torch.linspace(-1, 1, EXAMPLES, dtype=torch.float64)[:, None]


class Parabola:
    """The job, and how far it is.

    Args:
        hidden: size of the network.
        dropout: in it.
        observed: how many terms each example has.
    """

    def __init__(self, hidden: int = 8, dropout: float = 0.3, observed: Sequence[int] = ()) -> None:
        torch.manual_seed(1)
        layers = (nn.Linear(1, hidden), nn.Tanh(), nn.Dropout(dropout), nn.Linear(hidden, 1))
        self.network = nn.Sequential(*layers).double()
        self.observed = torch.tensor(observed or [1] * EXAMPLES)
        self.steps, self.lines = 0, list[Line]()
        self.seed, self.recipe, self.examples = 2, RECIPE, EXAMPLES
        self.step, self.way = 0, lambda lost: lost

    def breaking(self, step: int, way: Callable[[Tensor], Tensor]) -> Self:
        """The same, its loss changed at a step."""
        self.step, self.way = step, way
        return self

    def loss(self, numbers: Tensor) -> tuple[Tensor, int]:
        self.steps += 1
        observed = self.observed[numbers]
        errors = (self.network(X[numbers]) - X[numbers] ** 2)[:, 0]
        lost = (observed * errors.square()).sum()
        return (self.way(lost) if self.steps == self.step else lost), int(observed.sum())

    def validate(self, network: nn.Module) -> float:
        return float((network(X) - X**2).abs().mean())

    def run(self, checkpoint: Checkpoint | None = None, fabric: Fabric | None = None) -> list[Line]:
        torch.manual_seed(self.seed)
        return train(
            self.network,
            self.examples,
            self.loss,
            self.validate,
            self.recipe,
            self.lines.append,
            checkpoint=checkpoint,
            fabric=fabric,
        )


def interrupted(lost: Tensor) -> Tensor:
    """What a user's Ctrl-C does; a process in the background may not have been told to mind it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    return lost
