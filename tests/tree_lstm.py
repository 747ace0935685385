"""The child-sum Tree-LSTM at one node, as plainly as it can be written."""

from collections.abc import Sequence

from torch import Tensor

from gnnlab.nn.cells import TreeLSTMCell


def tree_lstm(
    cell: TreeLSTMCell, x: Tensor, children: Sequence[tuple[Tensor, ...]]
) -> tuple[Tensor, Tensor]:
    """(h, c) from the node's input and its children's (h, c): Tai et al. (2015), eq. 2 to 8."""
    wi, wf, wg, wo = cell.weight_ih.chunk(4)
    ui, uf, ug, uo = cell.weight_hh.chunk(4)
    bi, bf, bg, bo = cell.bias.chunk(4)
    h = sum((h for h, _ in children), x.new_zeros(cell.channels))
    i = (wi @ x + ui @ h + bi).sigmoid()
    o = (wo @ x + uo @ h + bo).sigmoid()
    g = (wg @ x + ug @ h + bg).tanh()
    c = i * g
    for child, memory in children:
        c = c + (wf @ x + uf @ child + bf).sigmoid() * memory
    return o * c.tanh(), c
