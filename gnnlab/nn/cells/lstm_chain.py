"""An LSTM along chains of one length, with its gradient written out."""

from typing import Any, Optional

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.nn.cells.cell import State
from gnnlab.nn.cells.lstm import LSTMCell, lstm_step


def fits(cell: LSTMCell, x: Tensor, initial: Optional[State]) -> bool:
    """Whether :func:`along_chains` does for these: on a CPU, and nothing follows torch's calls."""
    tensors = (x, *cell.parameters(), *(initial or ()))
    return (
        all(each.device.type == "cpu" and each.dtype == x.dtype for each in tensors)
        and x.dtype in (torch.float32, torch.float64)
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
        and not torch.jit.is_tracing()
        and not torch._C._are_functorch_transforms_active()
        and forward_ad._current_level < 0
    )


def along_chains(
    cell: LSTMCell,
    x: Float[Tensor, "node in_channel"],
    steps: int,
    initial: Optional[State] = None,
) -> tuple[Float[Tensor, "node channel"], State]:
    """Hidden states of all nodes and (h, c) of the last step, as level by level but faster.

    Args:
        cell: what a node computes.
        x: inputs step by step, [steps * chain, in_channels].
        steps: nodes of each chain.
        initial: (h, c) that the chains start from, [chain, channels] each; ``None``: zeros.

    >>> h, (last, c) = along_chains(LSTMCell(3, 4), torch.ones(6, 3), steps=2)
    >>> h.shape, c.shape, torch.equal(h[3:], last)
    (torch.Size([6, 4]), torch.Size([3, 4]), True)
    """
    chains = len(x) // steps
    hidden, memory = initial or 2 * (x.new_zeros(chains, cell.channels),)
    output, memory = _Chains.apply(x, hidden, memory, cell.weight_ih, cell.weight_hh, cell.bias)
    return output, (output[-chains:], memory)


class _Chains(torch.autograd.Function):
    """h_1 .. h_T and c_T of x_1 .. x_T, h_0 and c_0, and their gradients; x̄ stands for dL/dx.

    Forward, for t = 1 .. T, with a of the gates i, f, g, o:

    a = W x_t + U h_{t-1} + b; i, f, o = σ(a_i), σ(a_f), σ(a_o); g = tanh(a_g),
    c_t = f ∘ c_{t-1} + i ∘ g, h_t = o ∘ tanh(c_t).

    Backward, for t = T .. 1, where h̄_t and c̄_t begin as what the outputs have:

    c̄_t += h̄_t ∘ o ∘ (1 - tanh²(c_t)),
    ā_i = c̄_t ∘ g ∘ i ∘ (1 - i), ā_f = c̄_t ∘ c_{t-1} ∘ f ∘ (1 - f),
    ā_g = c̄_t ∘ i ∘ (1 - g²), ā_o = h̄_t ∘ tanh(c_t) ∘ o ∘ (1 - o),
    c̄_{t-1} = c̄_t ∘ f, h̄_{t-1} += Uᵀ ā.

    At the end, over all steps at once: x̄ = Wᵀ ā, W̄ = Σ ā xᵀ, Ū = Σ ā h_{t-1}ᵀ, b̄ = Σ ā.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        hidden: Tensor,
        memory: Tensor,
        weight_ih: Tensor,
        weight_hh: Tensor,
        bias: Optional[Tensor],
    ) -> tuple[Tensor, Tensor]:
        from gnnlab.nn.cells.lstm_kernels import update_hidden, update_memory

        chains, n = hidden.shape
        steps = len(x) // chains
        scale = x.new_ones(4 * n, 1)
        scale[2 * n : 3 * n] = 2  # for tanh(a) = 2σ(2a) - 1
        of_state = weight_hh * scale
        gates = _linear(x, weight_ih * scale, None if bias is None else bias * scale[:, 0])
        gates = gates.view(steps, chains, 4 * n)
        squashed = x.new_empty(steps, chains, n)
        h, c = x.new_empty(2, steps + 1, chains, n)
        h[0], c[0] = hidden, memory
        gates_, h_, c_, squashed_ = (each.numpy() for each in (gates, h, c, squashed))
        for t in range(steps):
            gates[t].add_(_linear(h[t], of_state)).sigmoid_()
            update_memory(gates_[t], c_[t], c_[t + 1])
            torch.tanh(c[t + 1], out=squashed[t])
            update_hidden(gates_[t], squashed_[t], h_[t + 1])
        ctx.save_for_backward(
            x, hidden, memory, weight_ih, weight_hh, bias, gates, h, c[:-1], squashed
        )
        return h[1:].flatten(0, 1).clone(), c[-1].clone()  # may be overwritten, h and c not

    @staticmethod
    def backward(ctx: Any, *of_results: Tensor) -> tuple[Optional[Tensor], ...]:
        *inputs, gates, h, c, squashed = ctx.saved_tensors
        if torch.is_grad_enabled():  # with create_graph
            return _differentiable(inputs, ctx.needs_input_grad, of_results)
        from gnnlab.nn.cells.lstm_kernels import step_back

        x, _, _, weight_ih, weight_hh, _ = inputs
        steps, chains, n = squashed.shape
        of_output = of_results[0].reshape(steps, chains, n).contiguous()
        of_memory = of_results[1].clone(memory_format=torch.contiguous_format)
        of_hidden = torch.zeros_like(of_memory)
        of_total = torch.empty_like(gates)
        transposed = weight_hh.t().contiguous()
        arrays = [each.numpy() for each in (gates, c, squashed, of_output, of_total)]
        for t in reversed(range(steps)):
            gate, before, tanh, of_y, of_a = (each[t] for each in arrays)
            step_back(gate, before, tanh, of_y, of_hidden.numpy(), of_memory.numpy(), of_a)
            of_hidden = _linear(of_total[t], transposed)
        slopes = of_total.flatten(0, 1)
        needs = ctx.needs_input_grad
        return (
            _linear(slopes, weight_ih.t()) if needs[0] else None,
            of_hidden,
            of_memory,
            _linear(x.t(), slopes.t()).t() if needs[3] else None,
            _linear(h[:-1].flatten(0, 1).t(), slopes.t()).t() if needs[4] else None,
            slopes.sum(0) if needs[5] else None,
        )


def _differentiable(
    inputs: list[Any], needed: tuple[bool, ...], of_results: tuple[Tensor, ...]
) -> tuple[Optional[Tensor], ...]:
    """The gradients of :class:`_Chains` by autograd, which can differentiate them again."""
    # As views, for h_0 may have come of the same weights: only the way from here on counts.
    inputs = [each if each is None else each.view_as(each) for each in inputs]
    x, hidden, memory, weight_ih, weight_hh, bias = inputs
    outputs = []
    for projected in F.linear(x, weight_ih, bias).split(len(hidden)):
        hidden, memory = lstm_step(projected, hidden, memory, weight_hh)
        outputs.append(hidden)
    wanted = [each for each, needs in zip(inputs, needed, strict=True) if needs]
    found = iter(
        torch.autograd.grad((torch.cat(outputs), memory), wanted, of_results, create_graph=True)
    )
    return tuple(next(found) if needs else None for needs in needed)


def _linear(x: Tensor, weight: Tensor, bias: Optional[Tensor] = None) -> Tensor:
    """Of each row, W x + b; in float32 by oneDNN, as the products in torch.nn's LSTM.

    torch's own way takes twice as long on processors for which its BLAS has no AVX-512.
    """
    one_dnn = x.dtype == torch.float32 and torch.backends.mkldnn.enabled
    if one_dnn and hasattr(torch.ops.mkldnn, "_linear_pointwise"):  # where torch was built with it
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return F.linear(x, weight, bias)
