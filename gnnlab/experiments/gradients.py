"""How the last state of a recurrent network depends on earlier ones, by distance in time."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import jacrev, vmap

from gnnlab.data import load_nodes
from gnnlab.errors import GnnlabError
from gnnlab.experiments.depth import DepthRecipe, depth_row
from gnnlab.experiments.last_digit import (
    BATCH,
    LastDigit,
    PalindromeRecipe,
    batch,
    nonlinearity_of,
    train_step,
)
from gnnlab.nn.cells import Cell
from gnnlab.nn.initialization import DEFAULT_FORGET_BIAS
from gnnlab.training import optimizer

SEQUENCES = 8  # whose Jacobians are taken
FRESH = 1_000  # palindromes, for the accuracy
SATURATED = 0.99  # from this |h| on, tanh is nearly flat
VANISHES, EXPLODES = 0.95, 1.05  # growth per step: to the half, to the double within 14 steps


class Jacobians(NamedTuple):
    """What a step back in time does to a gradient, along some sequences.

    Attributes:
        norms: spectral norm (largest singular value) of ∂s_T/∂s_t, s the carried state: h, of an
            LSTM (h, c); [sequence, distance] for T - t = 1 to T, in float64.
        norms_of_h: of ∂h_T/∂h_t, of an LSTM with c_t held; the same for other cells.
        saturated: share of |h_1| to |h_T| above ``SATURATED``, over units and sequences; ``None``
            of rectified units, which do not saturate there.
    """

    norms: Float[Tensor, "sequence distance"]
    norms_of_h: Float[Tensor, "sequence distance"]
    saturated: float | None


@torch.no_grad()
def state_jacobians(cell: Cell, x: Float[Tensor, "time sequence channel"]) -> Jacobians:
    """How the last state depends on each earlier one: J_T J_{T-1} ... J_{t+1}, multiplied out.

    States start from zero. An LSTM hands on c beside h, so that only the product over (h, c) is
    whole: the one over h alone leaves out what goes by way of c.

    Args:
        cell: of one predecessor.
        x: what it reads.

    Raises:
        GnnlabError: weights that are not finite, or a product that float64 cannot hold.
        ValueError: an empty sequence, no sequence, or channels that are not the cell's.

    >>> from gnnlab.nn.cells import ElmanCell
    >>> cell = ElmanCell(1, 2, bias=False)
    >>> _ = torch.nn.init.eye_(cell.weight_hh)
    >>> state_jacobians(cell, torch.zeros(3, 1, 1)).norms
    tensor([[1., 1., 1.]], dtype=torch.float64)
    """
    if x.dim() != 3 or 0 in x.shape or x.shape[2] != cell.in_channels:
        raise ValueError(
            f"x must be [time, sequence, {cell.in_channels}], of at least 1 step and 1 sequence, "
            f"got {list(x.shape)}"
        )
    if not all(parameter.isfinite().all() for parameter in cell.parameters()):
        raise GnnlabError("weights must be finite, got NaN or infinity: training has diverged")
    cell = deepcopy(cell).double()
    n = cell.channels

    def step(state: Tensor, projected: Tensor) -> Tensor:
        """Of one sequence: the state as one vector."""
        parts = state[None].split(n, dim=1)
        return torch.cat(cell.update(projected[None], parts), dim=1)[0]

    projected = [cell.project(x_t) for x_t in x.double()]
    states = [projected[0].new_zeros(x.shape[1], cell.carried * n)]
    for each in projected:
        states.append(vmap(step)(states[-1], each))

    product = torch.eye(cell.carried * n).to(states[0])
    norms, norms_of_h = [], []
    for t in range(len(x), 0, -1):
        product = product @ vmap(jacrev(step))(states[t - 1], projected[t - 1])
        if not product.isfinite().all():
            raise GnnlabError(
                f"a gradient must stay below 1.8e308, got more {len(x) - t + 1} steps back: "
                "a shorter length will do"
            )
        norms.append(torch.linalg.matrix_norm(product, ord=2))
        norms_of_h.append(torch.linalg.matrix_norm(product[:, :n, :n], ord=2))
    hidden = torch.stack(states[1:])[..., :n]
    rectified = getattr(cell, "nonlinearity", "tanh") == "relu"
    return Jacobians(
        torch.stack(norms, dim=1),
        torch.stack(norms_of_h, dim=1),
        None if rectified else float((hidden.abs() > SATURATED).double().mean()),
    )


def growth_per_step(norms: Sequence[float]) -> float:
    """The factor a step of norms at distance 1, 2, ...: log norm by distance, least squares.

    It is 0 if the last norm is: nothing arrives there. One norm alone is compared with nothing: 0.

    >>> round(growth_per_step([2.0, 1.0, 0.5]), 12)
    0.5
    """
    values = np.asarray(norms, dtype=np.float64)
    distance = np.arange(1, len(values) + 1)
    kept = values > 0
    if kept.sum() < 2 or not kept[-1]:
        return 0.0
    return float(np.exp(np.polyfit(distance[kept], np.log(values[kept]), deg=1)[0]))


def verdict(growth: float) -> str:
    """The word for a growth per step: below ``VANISHES``, above ``EXPLODES``, or between.

    >>> verdict(0.9), verdict(1.0), verdict(1.1)
    ('vanishes', 'holds', 'explodes')
    """
    if growth < VANISHES:
        return "vanishes"
    return "explodes" if growth > EXPLODES else "holds"


def gradient_rows(
    model: str,
    init: str,
    length: int,
    seeds: Iterable[int] = range(1),
    hidden: int = 128,
    steps: int = 200,
    on_step: Callable[[], None] | None = None,
) -> list[dict[str, Any]]:
    """Two rows, before and after training to tell the last digit of palindromes.

    Networks and training (one-hot digits, batches of 128, RMSprop) are those of
    :mod:`gnnlab.experiments.palindromes`, for ``steps`` batches. Only the forget bias of an LSTM is
    ``DEFAULT_FORGET_BIAS``, with init ``"normal"`` 0: that of palindromes is chosen to remember
    them, and gradients would tell of it, not of the init.
    Both rows are of the same ``SEQUENCES`` fresh palindromes for each seed. A vanilla RNN that
    starts from the identity has rectified units, any other network tanh.

    Args:
        model: ``"rnn"``, ``"gru"`` or ``"lstm"``.
        init: see :func:`gnnlab.nn.initialization.initialize`.
        length: of the palindromes, at least 3; a network reads all digits but the last, so that
            T = length - 1.
        seeds: which seeds to run.
        hidden: number of hidden channels.
        steps: number of batches.
        on_step: called after each.

    Returns:
        Of each row ``norm_by_distance`` and ``norm_by_distance_of_h``, medians over sequences and
        seeds of the norms of :class:`Jacobians`, by T - t from 1 to T; ``growth_per_step`` of the
        former with its ``verdict``; means over seeds of ``saturated`` (``None`` of
        rectified units) and of ``accuracy``, on ``FRESH`` palindromes; and what it was made with,
        ``forget_bias`` (of an LSTM before training, else ``None``) and ``nonlinearity`` included.

    Raises:
        GnnlabError: a training that diverges, or a product that float64 cannot hold.
        ValueError: an unknown model or init, a length below 3, another size below 1, no seed.
    """
    if length < 3:
        raise ValueError(f"a length must be at least 3, got {length}")
    recipe = PalindromeRecipe(init=init, hidden=hidden, steps=steps)
    seeds = list(seeds)
    if not seeds:
        raise ValueError("gradients need at least 1 seed, got none")
    found = [_before_and_after(model, length, seed, recipe, on_step) for seed in seeds]
    made = {
        "model": model,
        "init": init,
        "nonlinearity": nonlinearity_of(model, init),
        "forget_bias": _forget_bias(init) if model == "lstm" else None,
        "length": length,
        "hidden": hidden,
        "seeds": seeds,
    }
    return [
        {**made, "steps": steps if trained else 0, "trained": trained, **_medians(measured)}
        for trained, measured in zip((False, True), zip(*found, strict=True), strict=True)
    ]


def deep_gcn_rows() -> list[dict[str, Any]]:
    """The same in space: of GCNs on karate, what reaches a node's features by hop distance.

    Rows of :func:`gnnlab.experiments.depth.depth_row`: plain ones of 4 to 32 layers, and GCNII.
    """
    club, recipe = load_nodes("karate"), DepthRecipe(epochs=50)
    depths = ((4, "none"), (8, "none"), (16, "none"), (32, "none"), (32, "gcnii"))
    return [depth_row(club, layers, remedy, [0], recipe) for layers, remedy in depths]


def _forget_bias(init: str) -> float:
    return 0.0 if init == "normal" else DEFAULT_FORGET_BIAS


class _Measured(NamedTuple):
    jacobians: Jacobians
    accuracy: float


def _before_and_after(
    model: str,
    length: int,
    seed: int,
    recipe: PalindromeRecipe,
    on_step: Callable[[], None] | None,
) -> tuple[_Measured, _Measured]:
    digits = np.random.default_rng(seed)
    network = LastDigit(
        model, recipe, torch.Generator().manual_seed(seed), _forget_bias(recipe.init)
    )
    test = batch(length, recipe.encoding, digits, FRESH)
    before = _measured(network, *test)
    chosen = optimizer(recipe.optimizer, network.parameters(), recipe.rate)
    for step in range(1, recipe.steps + 1):
        x, last = batch(length, recipe.encoding, digits, BATCH)
        if train_step(network, chosen, x, last) is None:
            raise GnnlabError(f"a loss must be finite, got NaN or infinity in step {step}")
        if on_step:
            on_step()
    return before, _measured(network, *test)


def _measured(network: LastDigit, x: Tensor, last: Tensor) -> _Measured:
    cell: Any = network.chain.cells[0]
    with torch.no_grad():
        right = network(x).argmax(dim=1) == last
    return _Measured(state_jacobians(cell, x[:, :SEQUENCES]), float(right.double().mean()))


def _medians(found: Sequence[_Measured]) -> dict[str, Any]:
    """Over sequences and seeds."""
    norms, norms_of_h = (
        np.median(np.concatenate(parts), axis=0).tolist()
        for parts in (
            [each.jacobians.norms for each in found],
            [each.jacobians.norms_of_h for each in found],
        )
    )
    growth = growth_per_step(norms)
    saturated = [each.jacobians.saturated for each in found if each.jacobians.saturated is not None]
    return {
        "norm_by_distance": _by_distance(norms),
        "norm_by_distance_of_h": _by_distance(norms_of_h),
        "growth_per_step": growth,
        "verdict": verdict(growth),
        "saturated": float(np.mean(saturated)) if saturated else None,
        "accuracy": float(np.mean([each.accuracy for each in found])),
    }


def _by_distance(norms: Sequence[float]) -> dict[str, float]:
    return {str(distance): norm for distance, norm in enumerate(norms, start=1)}
