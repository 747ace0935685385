"""Optimisers by name."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from torch import optim

OPTIMIZERS: dict[str, Callable[..., optim.Optimizer]] = {
    "adam": partial(optim.Adam, fused=True),
    "sgd": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "rmsprop": optim.RMSprop,
}


# Of what Cora's validation nodes prefer for a GCN (benchmarks/accuracy/optimizers.py); Adam's is
# Kipf and Welling's.
LEARNING_RATES = {"adam": 0.01, "sgd": 1.0, "momentum": 0.3, "rmsprop": 0.01}


def optimizer(
    name: str, parameters: Iterable[Any], learning_rate: float | None = None
) -> optim.Optimizer:
    """The optimiser called ``name``.

    Args:
        name: ``"adam"`` (Kingma and Ba 2015), ``"sgd"``, ``"momentum"`` (SGD, heavy ball of 0.9)
            or ``"rmsprop"`` (Hinton 2012), the rest of its settings torch's.
        parameters: tensors, or groups of them as torch's optimisers take them.
        learning_rate: the size of a step; ``None`` is that of ``LEARNING_RATES``.

    Raises:
        ValueError: an unknown name.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {name!r}")
    rate = LEARNING_RATES[name] if learning_rate is None else learning_rate
    return OPTIMIZERS[name](parameters, lr=rate)
