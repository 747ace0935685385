"""Dropout that draws from a generator of one's own."""

from typing import Optional, Union, overload

import torch
from torch import Tensor

from gnnlab.nn.sparse import SparseMatrix


@overload
def dropout(
    x: Tensor, p: float, training: bool = ..., generator: Optional[torch.Generator] = ...
) -> Tensor: ...
@overload
def dropout(
    x: SparseMatrix, p: float, training: bool = ..., generator: Optional[torch.Generator] = ...
) -> SparseMatrix: ...
def dropout(
    x: Union[Tensor, SparseMatrix],
    p: float,
    training: bool = True,
    generator: Optional[torch.Generator] = None,
) -> Union[Tensor, SparseMatrix]:
    """``x`` with each element zeroed with probability ``p``, the others divided by 1 - p.

    Of a :class:`SparseMatrix` only the stored elements are drawn for: the others are zero anyway,
    so the result has the same distribution.

    Args:
        x: features of any shape, a dense tensor or a :class:`SparseMatrix`.
        p: a probability, 0 <= p < 1.
        training: ``False`` returns ``x`` as it is.
        generator: where the draws come from; ``None`` is torch's global one.

    Raises:
        ValueError: p out of range.

    >>> draws = torch.Generator().manual_seed(0)
    >>> dropout(torch.ones(6), 0.5, generator=draws)
    tensor([0., 0., 2., 0., 0., 0.])
    """
    if not 0 <= p < 1:
        raise ValueError(f"p must be at least 0 and below 1, got {p}")
    if not training or p == 0:
        return x
    if isinstance(x, SparseMatrix):
        return x.with_values(dropout(x.values, p, training, generator))
    kept = torch.empty_like(x, requires_grad=False).bernoulli_(1 - p, generator=generator)
    return x * kept.div_(1 - p)
