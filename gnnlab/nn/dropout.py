"""Dropout that draws from a generator of one's own."""

from collections.abc import Sequence
from typing import Any, Optional, Union, overload

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

from gnnlab.nn.sparse import SparseMatrix

_STEPS = 1 << 16  # a draw is 16 bits: four from each 64 that the generator makes

Generators = Union[torch.Generator, Sequence[torch.Generator], None]


@overload
def dropout(x: Tensor, p: float, training: bool = ..., generator: Generators = ...) -> Tensor: ...
@overload
def dropout(
    x: SparseMatrix, p: float, training: bool = ..., generator: Generators = ...
) -> SparseMatrix: ...
def dropout(
    x: Union[Tensor, SparseMatrix],
    p: float,
    training: bool = True,
    generator: Generators = None,
) -> Union[Tensor, SparseMatrix]:
    """``x`` with each element zeroed with probability ``p``, the others divided by 1 - p.

    Of a :class:`SparseMatrix` only the stored elements are drawn for: the others are zero anyway,
    so the result has the same distribution. ``p`` is rounded to a multiple of 2^-16, which makes
    the draws several times faster than torch's.

    Args:
        x: features of any shape, a dense tensor or a :class:`SparseMatrix`.
        p: a probability, 0 <= p < 1.
        training: ``False`` returns ``x`` as it is.
        generator: where the draws come from; ``None`` is torch's global one; a sequence draws for
            each entry of the first axis of ``x`` from a generator of its own.

    Raises:
        ValueError: p out of range, or another number of generators.

    >>> draws = torch.Generator().manual_seed(0)
    >>> dropout(torch.ones(6), 0.5, generator=draws)
    tensor([0., 0., 2., 0., 0., 0.])
    """
    dropped = _steps_dropped(p)
    if not training or dropped == 0:
        return x
    if isinstance(x, SparseMatrix):
        return x.with_values(dropout(x.values, p, training, generator))
    generators = generator if isinstance(generator, Sequence) else [generator]
    if isinstance(generator, Sequence) and len(generator) != len(x):
        raise ValueError(f"there must be {len(x)} generators, one an entry, got {len(generator)}")
    draws = _draws(x.numel() // len(generators), x.device, generators)
    draws, lowest = draws.reshape(x.shape), dropped - _STEPS // 2
    if (
        x.device.type != "cpu"
        or type(x) not in (Tensor, nn.Parameter)
        or x.dtype not in (torch.float32, torch.float64)
        or torch._C._are_functorch_transforms_active()
    ):
        return (x * (draws >= lowest)).mul_(scale_of_kept(p))
    if (torch.is_grad_enabled() and x.requires_grad) or forward_ad._current_level >= 0:
        return _Dropped.apply(x, draws, lowest, scale_of_kept(p))
    return _Dropped.forward(
        x, draws, lowest, scale_of_kept(p)
    )  # apply alone costs as much as a small array


def scale_of_kept(p: float) -> float:
    """What :func:`dropout` multiplies the elements with that it keeps: 1 / (1 - p), p rounded.

    >>> scale_of_kept(0.5)
    2.0
    """
    return _STEPS / (_STEPS - _steps_dropped(p))


def _steps_dropped(p: float) -> int:
    """Of the ``_STEPS`` draws those that drop an element."""
    if not 0 <= p < 1:
        raise ValueError(f"p must be at least 0 and below 1, got {p}")
    return min(round(p * _STEPS), _STEPS - 1)


def _draws(
    count: int, device: torch.device, generators: Sequence[Optional[torch.Generator]]
) -> Tensor:
    """Whole numbers from -2^15 to 2^15 - 1, equally likely, [generator, count]."""
    words = torch.empty(len(generators), -(-count // 4), dtype=torch.int64, device=device)
    for row, generator in zip(words.unbind(), generators, strict=True):
        row.random_(torch.iinfo(torch.int64).min, None, generator=generator)
    return words.view(torch.int16)[:, :count]


class _Dropped(torch.autograd.Function):
    """What is kept of x, in one pass; linear in x, so gradients and tangents go the same way."""

    @staticmethod
    def forward(x: Tensor, draws: Tensor, lowest: int, scale: float) -> Tensor:
        from gnnlab.nn.dropout_kernel import kept

        return kept(x, draws, lowest, scale)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, int, float], output: Tensor) -> None:
        _, *ctx.kept = inputs

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        return _Dropped.apply(gradients[0], *ctx.kept), None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Tensor:
        return _Dropped.apply(tangents[0], *ctx.kept)
