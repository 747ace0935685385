"""A gated recurrence over time whose state side sums along a graph, its gradient written out."""

from collections.abc import Callable
from typing import Any, Optional

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.nn.spatiotemporal.one_dnn import linear
from gnnlab.nn.spatiotemporal.supports import Supports

CHUNK = 1_000_000  # elements of what is diffused at once: they stay in the caches


def gru_step(
    of_gates: Tensor, of_candidate: Tensor, hidden: Tensor, gates: Callable, candidate: Callable
) -> Tensor:
    """H' = u ∘ h + (1 - u) ∘ c, with u, r = σ(of_gates + gates(h)), c = tanh(.. (r ∘ h))."""
    update, reset = torch.sigmoid(of_gates + gates(hidden)).chunk(2, dim=-1)
    new = torch.tanh(of_candidate + candidate(reset * hidden))
    return torch.lerp(new, hidden, update)


def gru_along_time(
    of_gates: Float[Tensor, "time batch node gate_channel"],
    of_candidate: Float[Tensor, "time batch node channel"],
    hidden: Float[Tensor, "batch node channel"],
    weight_gates: Float[Tensor, "gate_channel support_channel"],
    weight_candidate: Float[Tensor, "channel support_channel"],
    supports: Optional[Supports],
) -> Float[Tensor, "time batch node channel"]:
    """h_1 .. h_T of a GRU: u, r = σ(a_t + W ⋆ h), c = tanh(b_t + V ⋆ (r ∘ h)).

    h_t = u ∘ h + (1 - u) ∘ c with h = h_{t-1}; W ⋆ h = Σ_m S_m h W_m over the supports.

    Args:
        of_gates: a, what the input brings to u and r, side by side.
        of_candidate: b.
        hidden: h_0.
        weight_gates: W, the W_m side by side.
        weight_candidate: V.
        supports: the S_m; ``None``: I alone.
    """
    tensors = (of_gates, of_candidate, hidden, weight_gates, weight_candidate)
    if _fits(tensors):
        return _AlongTime.apply(*tensors, supports)
    return _plainly(supports, *tensors)


def _fits(tensors: tuple[Tensor, ...]) -> bool:
    """Whether all is on a CPU, and nothing follows torch's calls."""
    return (
        all(each.device.type == "cpu" and each.dtype == tensors[0].dtype for each in tensors)
        and tensors[0].dtype in (torch.float32, torch.float64)
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
        and not torch.jit.is_tracing()
        and not torch._C._are_functorch_transforms_active()
        and forward_ad._current_level < 0
    )


def _plainly(
    supports: Optional[Supports],
    of_gates: Tensor,
    of_candidate: Tensor,
    hidden: Tensor,
    weight_gates: Tensor,
    weight_candidate: Tensor,
) -> Tensor:
    def conv(weight: Tensor) -> Callable:
        return lambda x: F.linear(_diffused(supports, x), weight)

    outputs = []
    for of_u_r, of_c in zip(of_gates.unbind(), of_candidate.unbind(), strict=True):
        hidden = gru_step(of_u_r, of_c, hidden, conv(weight_gates), conv(weight_candidate))
        outputs.append(hidden)
    return torch.stack(outputs)


def _diffused(supports: Optional[Supports], x: Tensor) -> Tensor:
    return x if supports is None else supports.diffuse(x)


class _AlongTime(torch.autograd.Function):
    """h_1 .. h_T and its gradients; x̄ stands for dL/dx.

    Backward, for t = T .. 1, with h = h_{t-1} and h̄' that of h_t:

    c̄ = h̄' ∘ (1 - u), b̄_t = c̄ ∘ (1 - c²), q̄ = Σ_m S_mᵀ b̄_t V_mᵀ for q = r ∘ h,
    ā_t = (h̄' ∘ (h - c) ∘ u ∘ (1 - u), q̄ ∘ h ∘ r ∘ (1 - r)),
    h̄ = h̄' ∘ u + q̄ ∘ r + Σ_m S_mᵀ ā_t W_mᵀ,
    W̄_m += hᵀ S_mᵀ ā_t, V̄_m += qᵀ S_mᵀ b̄_t.

    The S_mᵀ ā_t serve h̄ and W̄ both, so what the S_m brought forward need not be kept.
    """

    @staticmethod
    def forward(
        ctx: Any,
        of_gates: Tensor,
        of_candidate: Tensor,
        hidden: Tensor,
        weight_gates: Tensor,
        weight_candidate: Tensor,
        supports: Optional[Supports],
    ) -> Tensor:
        steps, batch, nodes, n = of_candidate.shape
        states = hidden.new_empty(steps + 1, batch, nodes, n)
        states[0] = hidden
        gates, candidates = torch.empty_like(of_gates), torch.empty_like(of_candidate)
        for part in _parts(batch, weight_candidate.shape[1] * nodes):
            h = states[0, part]
            for t in range(steps):
                brought = _diffused(supports, h).view(-1, weight_gates.shape[1])
                added = of_gates[t, part].view(-1, 2 * n)
                u_r = torch.sigmoid(
                    linear(brought, weight_gates, added), out=gates[t, part].view(-1, 2 * n)
                )
                update, reset = u_r.view(*h.shape[:2], 2 * n).chunk(2, dim=-1)
                brought = _diffused(supports, reset * h).view(-1, weight_candidate.shape[1])
                added = of_candidate[t, part].view(-1, n)
                new = torch.tanh(
                    linear(brought, weight_candidate, added), out=candidates[t, part].view(-1, n)
                )
                h = torch.lerp(new.view_as(h), h, update, out=states[t + 1, part])
        ctx.supports = supports
        ctx.save_for_backward(
            of_gates,
            of_candidate,
            hidden,
            weight_gates,
            weight_candidate,
            gates,
            candidates,
            states,
        )
        return states[1:].clone()  # may be overwritten, states not

    @staticmethod
    def backward(ctx: Any, *of_results: Tensor) -> tuple[Optional[Tensor], ...]:
        *inputs, gates, candidates, states = ctx.saved_tensors
        of_states = of_results[0]
        if torch.is_grad_enabled():  # with create_graph
            return *_differentiable(ctx.supports, inputs, ctx.needs_input_grad, of_states), None
        weight_gates, weight_candidate = inputs[3:]
        supports = None if ctx.supports is None else ctx.supports.transposed
        steps, batch, nodes, n = candidates.shape
        count = weight_gates.shape[1] // n
        # [n, support * 2n] and [n, support * n]: from what the S_mᵀ bring back to a state
        back_gates = _turned(weight_gates, count)
        back_candidate = _turned(weight_candidate, count)
        of_gates, of_candidate = torch.empty_like(gates), torch.empty_like(candidates)
        of_hidden = torch.empty_like(states[0])
        of_back_gates, of_back_candidate = (
            torch.zeros_like(back_gates),
            torch.zeros_like(back_candidate),
        )
        for part in _parts(batch, back_gates.shape[1] * nodes):
            of_h = torch.zeros_like(states[0, part])
            for t in reversed(range(steps)):
                of_h += of_states[t, part]
                h, c = states[t, part], candidates[t, part]
                u, r = gates[t, part].chunk(2, dim=-1)
                of_a, of_b = of_gates[t, part], of_candidate[t, part]
                of_u, of_r = of_a.chunk(2, dim=-1)
                torch.mul(of_h * (1 - u), 1 - c * c, out=of_b)
                torch.mul(of_h * (h - c), u * (1 - u), out=of_u)
                brought = _diffused(supports, of_b).view(-1, count * n)
                q = (r * h).view(-1, n)
                of_back_candidate += q.t() @ brought
                of_q = linear(brought, back_candidate).view_as(h)
                torch.mul(of_q * h, r * (1 - r), out=of_r)
                brought = _diffused(supports, of_a).view(-1, count * 2 * n)
                of_back_gates += h.reshape(-1, n).t() @ brought
                of_h = torch.addcmul(of_h * u, of_q, r)
                of_h = linear(brought, back_gates, of_h.view(-1, n)).view_as(h)
            of_hidden[part] = of_h
        return (
            of_gates,
            of_candidate,
            of_hidden,
            _turned(of_back_gates, count),
            _turned(of_back_candidate, count),
            None,
        )


def _turned(weight: Tensor, count: int) -> Tensor:
    """The W_mᵀ side by side, of the W_m side by side."""
    rows, columns = weight.shape
    return weight.view(rows, count, columns // count).permute(2, 1, 0).reshape(-1, count * rows)


def _parts(batch: int, each: int) -> list[slice]:
    """Parts of a batch, few enough of its elements of size ``each`` at once."""
    length = max(1, CHUNK // max(1, each))
    return [slice(start, start + length) for start in range(0, batch, length)]


def _differentiable(
    supports: Optional[Supports], inputs: list[Any], needed: tuple[bool, ...], of_states: Tensor
) -> tuple[Optional[Tensor], ...]:
    """The gradients of :class:`_AlongTime` by autograd, which can differentiate them again."""
    # As views, for h_0 may have come of the same weights: only the way from here on counts.
    tensors = [each.view_as(each) for each in inputs]
    wanted = [each for each, needs in zip(tensors, needed, strict=False) if needs]
    states = _plainly(supports, *tensors)
    found = iter(torch.autograd.grad(states, wanted, of_states, create_graph=True))
    return tuple(next(found) if needs else None for needs in needed[:-1])
