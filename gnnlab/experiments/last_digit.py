"""A network that tells the last digit of palindromes: its recipe, what it reads, a step of it."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim

from gnnlab.data import DIGITS, ENCODINGS, encoded, palindromes
from gnnlab.nn import ChainNetwork
from gnnlab.nn.initialization import DEFAULT_FORGET_BIAS, INITIALIZATIONS, initialize

BATCH = 128
LARGEST_NORM = 10.0  # of the gradient; a longer one is shortened
# Of what length 10 prefers, with seed 100 (sgd: 0.1, 0.3, 1); of momentum a tenth of that.
LEARNING_RATES = {"adam": 1e-3, "sgd": 0.3, "momentum": 0.03, "rmsprop": 1e-3}


@dataclass(frozen=True)
class PalindromeRecipe:
    """How a network is drawn and trained.

    For ``init`` see :func:`gnnlab.nn.initialization.initialize`, for ``encoding``
    :func:`gnnlab.data.encoded`, for ``optimizer`` :func:`gnnlab.training.optimizer`; a
    ``learning_rate`` of ``None`` is that of ``LEARNING_RATES``. ``hidden`` is the number of hidden
    channels, ``steps`` the number of batches at most. A vanilla RNN that starts from the identity
    has rectified units (Le et al. 2015), any other tanh.

    Raises:
        ValueError: an unknown name, a size below 1, a rate that is not finite and above 0.
    """

    init: str = "xavier"
    optimizer: str = "rmsprop"
    learning_rate: float | None = None
    encoding: str = "onehot"
    hidden: int = 128
    steps: int = 10_000

    def __post_init__(self) -> None:
        for name, given, known in (
            ("init", self.init, INITIALIZATIONS),
            ("optimizer", self.optimizer, LEARNING_RATES),
            ("encoding", self.encoding, ENCODINGS),
        ):
            if given not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, got {given!r}")
        for name in ("hidden", "steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be >= 1, got {getattr(self, name)}")
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ValueError(f"learning_rate must be finite and above 0, got {self.rate}")

    @property
    def rate(self) -> float:
        """The learning rate, be it given or the optimiser's."""
        given = self.learning_rate
        return LEARNING_RATES[self.optimizer] if given is None else given


def nonlinearity_of(model: str, init: str) -> str:
    """``"relu"`` of a vanilla RNN that starts from the identity, of all others ``"tanh"``."""
    return "relu" if (model, init) == ("rnn", "identity") else "tanh"


class LastDigit(nn.Module):
    """A recurrent network that tells the last digit from its last hidden state.

    Shapes: [digit, palindrome, channel] -> [palindrome, 10], logits. States start from zero.
    For ``forget_bias``, of LSTMs, see :func:`gnnlab.nn.initialization.initialize`.
    """

    def __init__(
        self,
        model: str,
        recipe: PalindromeRecipe,
        generator: torch.Generator,
        forget_bias: float = DEFAULT_FORGET_BIAS,
    ):
        super().__init__()
        channels = DIGITS if recipe.encoding == "onehot" else 1
        nonlinearity = nonlinearity_of(model, recipe.init)
        self.chain = ChainNetwork(model, channels, recipe.hidden, nonlinearity=nonlinearity)
        self.readout = nn.Linear(recipe.hidden, DIGITS)
        initialize(self, recipe.init, generator, forget_bias)

    def forward(self, x: Tensor) -> Tensor:
        """The logits of the last digit."""
        _, last = self.chain(x)
        hidden = last[0] if isinstance(last, tuple) else last
        return self.readout(hidden[-1])


def batch(
    length: int, encoding: str, generator: np.random.Generator, count: int
) -> tuple[Tensor, Tensor]:
    """Of fresh palindromes all digits but the last, encoded, and the last."""
    digits = palindromes(length, count, generator)
    return torch.from_numpy(encoded(digits[:, :-1], encoding)), torch.from_numpy(digits[:, -1])


def train_step(
    network: LastDigit, chosen: optim.Optimizer, x: Tensor, last: Tensor
) -> Tensor | None:
    """The logits before the step; ``None``, and no step, if the loss is not finite."""
    logits = network(x)
    loss = F.cross_entropy(logits, last)
    if not loss.isfinite():
        return None
    chosen.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), LARGEST_NORM)
    chosen.step()
    return logits
