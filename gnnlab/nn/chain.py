"""Recurrent networks over sequences, as graph networks on chains."""

from collections.abc import Iterator, Sequence
from typing import Any, Optional, Union

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gnnlab.nn.cells import Cell, ElmanCell, GRUCell, LSTMCell, State
from gnnlab.nn.cells.lstm_chain import along_chains, fits
from gnnlab.nn.dag import passed_on, states_of_ends
from gnnlab.nn.sequences import Chains, Sequences

KINDS = ("rnn", "gru", "lstm")


class ChainNetwork(nn.Module):
    """A recurrent network, called as ``torch.nn.RNN``, ``GRU`` and ``LSTM``, with their outputs.

    A sequence is a directed chain, a batch many chains side by side. Layers above one another are
    a time x layer grid: the output of each chain is the input of the one above; ``bidirectional``
    is a second chain that runs backward. ``network.cells`` has a cell for each chain, layer by
    layer, forward before backward.

    Args:
        kind: ``"rnn"`` (Elman), ``"gru"`` or ``"lstm"``.
        input_size: channels of the input.
        hidden_size: channels of each hidden state.
        num_layers: how many chains are above one another.
        nonlinearity: of ``"rnn"``: ``"tanh"`` or ``"relu"``.
        bias: whether cells have biases.
        batch_first: whether inputs are [batch, time, channel], not [time, batch, channel].
        dropout: probability of zeroing an element between layers, in training only.
        bidirectional: whether a second chain of each layer runs backward.

    Shapes:
        input: [time, batch, channel] (see ``batch_first``), [time, channel] of one sequence, or a
        ``PackedSequence``. hx: initial states [layer * direction, batch, hidden_size], of an LSTM a
        pair (h, c). Returns output, in the form of the input, and the last states, in that of hx.

    Raises:
        ValueError: an unknown kind, sizes that do not fit, an empty sequence.

    >>> network = ChainNetwork("gru", 3, 4)
    >>> output, last = network(torch.ones(5, 2, 3))
    >>> output.shape, last.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    def __init__(
        self,
        kind: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ):
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity must be tanh or relu, got {nonlinearity!r}")
        if num_layers < 1:
            raise ValueError(f"num_layers must be >= 1, got {num_layers}")
        if not 0 <= dropout <= 1:
            raise ValueError(f"dropout must be between 0 and 1, got {dropout}")
        self.kind, self.input_size, self.hidden_size = kind, input_size, hidden_size
        self.num_layers, self.nonlinearity, self.bias = num_layers, nonlinearity, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, dropout, bidirectional
        self.directions = 2 if bidirectional else 1
        self.cells = nn.ModuleList(
            self._cell(input_size if layer == 0 else self.directions * hidden_size)
            for layer in range(num_layers)
            for _ in range(self.directions)
        )

    def _cell(self, in_channels: int) -> Cell:
        if self.kind == "rnn":
            return ElmanCell(in_channels, self.hidden_size, self.nonlinearity, self.bias)
        cell = GRUCell if self.kind == "gru" else LSTMCell
        return cell(in_channels, self.hidden_size, self.bias)

    def forward(
        self, input: Sequences, hx: Optional[Union[Tensor, State]] = None
    ) -> tuple[Sequences, Union[Tensor, State]]:
        """Output and last states."""
        chains = Chains(input, self.batch_first, self.input_size)
        initial = self._initial(hx, chains)
        below, last = chains.x, []
        for first in range(0, len(self.cells), self.directions):
            if first:
                below = F.dropout(below, self.dropout, self.training)
            outputs = []
            for number in range(first, first + self.directions):
                turned = chains.turned if number > first else _as_it_is
                cell: Any = self.cells[number]
                output, end = _along(cell, turned(below), chains, initial[number])
                outputs.append(turned(output))
                last.append(end)
            below = torch.cat(outputs, dim=1) if self.bidirectional else outputs[0]
        ends = tuple(chains.last_states(torch.stack(each)) for each in zip(*last, strict=True))
        return chains.output(below), ends if self.kind == "lstm" else ends[0]

    def _initial(
        self, hx: Optional[Union[Tensor, State]], chains: Chains
    ) -> Sequence[Optional[State]]:
        """What the chain of each cell starts from."""
        if hx is None:
            return len(self.cells) * [None]
        given = (hx,) if isinstance(hx, Tensor) else tuple(hx)
        carried = 2 if self.kind == "lstm" else 1
        if len(given) != carried:
            what = "a pair (h, c)" if carried == 2 else "one tensor"
            raise ValueError(f"hx of {self.kind} must be {what}, got {len(given)}")
        batch = [] if chains.one else [chains.batch]
        wanted = [len(self.cells), *batch, self.hidden_size]
        for each in given:
            if list(each.shape) != wanted:
                raise ValueError(f"hx must be of shape {wanted}, got {list(each.shape)}")
        return list(zip(*(chains.states(each).unbind() for each in given), strict=True))

    def to_torch(self) -> nn.RNNBase:
        """The same network as ``torch.nn.RNN``, ``GRU`` or ``LSTM``, its weights copied.

        torch.nn has two biases a gate: ``bias_ih`` holds ours, ``bias_hh`` is 0 (of the GRU's new
        gate it is ``bias_hn``).
        """
        made = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[self.kind]
        nonlinearity = {"nonlinearity": self.nonlinearity} if self.kind == "rnn" else {}
        first: Any = self.cells[0]
        module = made(
            self.input_size,
            self.hidden_size,
            self.num_layers,
            bias=self.bias,
            batch_first=self.batch_first,
            dropout=self.dropout,
            bidirectional=self.bidirectional,
            device=first.weight_ih.device,
            dtype=first.weight_ih.dtype,
            **nonlinearity,
        ).train(self.training)
        with torch.no_grad():
            for cell, theirs in _side_by_side(self, module):
                theirs["weight_ih"].copy_(cell.weight_ih)
                theirs["weight_hh"].copy_(cell.weight_hh)
                if self.bias:
                    theirs["bias_ih"].copy_(cell.bias)
                    theirs["bias_hh"].zero_()
                if self.bias and self.kind == "gru":
                    theirs["bias_hh"][2 * self.hidden_size :].copy_(cell.bias_hn)
        return module

    def extra_repr(self) -> str:
        """What it was made with."""
        return f"{self.kind!r}, {self.input_size}, {self.hidden_size}"


def _as_it_is(x: Tensor) -> Tensor:
    return x


def _along(cell: Cell, x: Tensor, chains: Chains, initial: Optional[State]) -> tuple[Tensor, State]:
    """Hidden states of all nodes, and the states that chains end with."""
    if type(cell) is LSTMCell and chains.of_one_length and fits(cell, x, initial):
        return along_chains(cell, x, len(chains.sizes), initial)
    states = passed_on(cell, x, chains.schedule, initial)
    return torch.cat([state[0] for state in states]), states_of_ends(states, chains.schedule)


def from_torch(module: nn.Module) -> ChainNetwork:
    """``torch.nn.RNN``, ``GRU`` or ``LSTM`` as a graph network, its weights copied.

    torch.nn's two biases of a gate are added up where that changes nothing: everywhere but in the
    GRU's new gate.

    Raises:
        ValueError: another module, or an LSTM with projections.

    >>> module = nn.LSTM(3, 4, num_layers=2)
    >>> x = torch.ones(5, 1, 3)
    >>> torch.allclose(from_torch(module)(x)[0], module(x)[0], atol=1e-6)
    True
    """
    if not isinstance(module, nn.RNN | nn.GRU | nn.LSTM):
        got = type(module).__name__
        raise ValueError(f"a module must be an nn.RNN, nn.GRU or nn.LSTM, got {got}")
    kind = module.mode.split("_")[0].lower()  # RNN_TANH, RNN_RELU, GRU, LSTM
    if module.proj_size:
        raise ValueError(f"an LSTM must be without projections, got proj_size {module.proj_size}")
    network = ChainNetwork(
        kind,
        module.input_size,
        module.hidden_size,
        module.num_layers,
        getattr(module, "nonlinearity", "tanh"),
        module.bias,
        module.batch_first,
        module.dropout,
        module.bidirectional,
    ).train(module.training)
    first: Any = module.weight_ih_l0
    network.to(first.device, first.dtype)
    with torch.no_grad():
        for cell, theirs in _side_by_side(network, module):
            cell.weight_ih.copy_(theirs["weight_ih"])
            cell.weight_hh.copy_(theirs["weight_hh"])
            if module.bias:
                cell.bias.copy_(theirs["bias_ih"] + theirs["bias_hh"])
            if module.bias and kind == "gru":
                new = slice(2 * module.hidden_size, None)
                cell.bias[new].copy_(theirs["bias_ih"][new])
                cell.bias_hn.copy_(theirs["bias_hh"][new])
    return network


def _side_by_side(
    network: ChainNetwork, module: nn.RNNBase
) -> Iterator[tuple[Any, dict[str, Tensor]]]:
    """Each cell, and what torch.nn has in its place."""
    names = ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if module.bias else ()))
    for number, cell in enumerate(network.cells):
        layer, backward = divmod(number, network.directions)
        end = f"_l{layer}" + ("_reverse" if backward else "")
        yield cell, {name: getattr(module, name + end) for name in names}
