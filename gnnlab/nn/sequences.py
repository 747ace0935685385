"""The forms in which sequences come, as chains side by side."""

from functools import cached_property
from typing import Union

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from gnnlab.nn.schedule import Schedule

Sequences = Union[Tensor, PackedSequence]


class Chains:
    """Sequences as chains: their nodes step by step, the longest chain first in each step.

    Args:
        sequences: [time, batch, channel], with ``batch_first`` [batch, time, channel], of one
            sequence [time, channel], or a ``PackedSequence``.
        batch_first: see there.
        channels: how many there must be.

    Attributes:
        x: the inputs, [node, channel].
        sizes: how many chains have a node at each step.
        batch: the number of chains.

    Raises:
        ValueError: another shape, or no step or no sequence.
    """

    def __init__(self, sequences: Sequences, batch_first: bool, channels: int):
        self._form = sequences
        self._batch_first = batch_first
        if isinstance(sequences, PackedSequence):
            self.x = sequences.data
            self.sizes = sequences.batch_sizes.tolist()
        else:
            if sequences.dim() not in (2, 3):
                raise ValueError(
                    f"an input must be of 2 or 3 dimensions, got shape {list(sequences.shape)}"
                )
            x = sequences[:, None] if sequences.dim() == 2 else sequences
            if batch_first and sequences.dim() == 3:
                x = x.transpose(0, 1)
            self.x, self.sizes = x.flatten(0, 1), x.shape[0] * [x.shape[1]]
            if not self.x.shape[0]:
                raise ValueError(
                    f"sequences must not be empty, got an input of shape {list(sequences.shape)}"
                )
        if self.x.shape[-1] != channels:
            raise ValueError(f"an input must have {channels} channels, got {self.x.shape[-1]}")
        self.batch = self.sizes[0]

    @property
    def one(self) -> bool:
        """Whether it is one sequence, given without an axis for a batch."""
        return isinstance(self._form, Tensor) and self._form.dim() == 2

    @property
    def of_one_length(self) -> bool:
        """Whether all chains have the same number of nodes."""
        return self.sizes[-1] == self.batch

    @cached_property
    def schedule(self) -> Schedule:
        """Of these chains, in either direction: a chain turned around has the same length."""
        return Schedule.of_chains(self.sizes)

    def turned(self, x: Float[Tensor, "node channel"]) -> Float[Tensor, "node channel"]:
        """Each chain from its end to its start."""
        if self.of_one_length:
            return x.view(len(self.sizes), self.batch, -1).flip(0).flatten(0, 1)
        return x.index_select(0, self._turned_order)

    @cached_property
    def _turned_order(self) -> Tensor:
        sizes = torch.tensor(self.sizes)
        start = sizes.cumsum(0) - sizes
        step = torch.arange(len(sizes)).repeat_interleave(sizes)
        chain = torch.arange(int(sizes.sum())) - start[step]
        length = torch.bincount(chain)
        return (start[length[chain] - 1 - step] + chain).to(self.x.device)

    def states(self, hx: Float[Tensor, "cell *batch channel"]) -> Tensor:
        """Initial states in the order of the chains, [cell, batch, channel]."""
        if self.one:
            return hx[:, None]
        order = getattr(self._form, "sorted_indices", None)
        return hx if order is None else hx.index_select(1, order)

    def last_states(self, states: Float[Tensor, "cell batch channel"]) -> Tensor:
        """Last states in the order of the input, [cell, batch, channel] or [cell, channel]."""
        if self.one:
            return states[:, 0]
        order = getattr(self._form, "unsorted_indices", None)
        return states if order is None else states.index_select(1, order)

    def output(self, x: Float[Tensor, "node channel"]) -> Sequences:
        """Outputs, [node, channel], in the form of the input."""
        if isinstance(self._form, PackedSequence):
            return self._form._replace(data=x)
        if self.one:
            return x
        x = x.view(len(self.sizes), self.batch, -1)
        return x.transpose(0, 1) if self._batch_first else x
