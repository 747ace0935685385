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
    return torch.lerp(new, hidden.to(new.dtype), update)  # autocast narrows new and update alone


def gru_along_time(
    x: Float[Tensor, "time batch node in_channel"],
    hidden: Float[Tensor, "batch node channel"],
    weight_input: Float[Tensor, "all_channel in_channel"],
    bias: Float[Tensor, " all_channel"],
    weight_gates: Float[Tensor, "gate_channel support_channel"],
    weight_candidate: Float[Tensor, "channel support_channel"],
    supports: Optional[Supports],
) -> Float[Tensor, "time batch node channel"]:
    """h_1 .. h_T of a GRU: h_t = u ∘ h + (1 - u) ∘ c with h = h_{t-1} and, of x_t,

    a, b = U x_t + β; u, r = σ(a + W ⋆ h), c = tanh(b + V ⋆ (r ∘ h)).

    W ⋆ h = Σ_m S_m h W_m over the supports S_m.

    Args:
        x: inputs, with what the supports bring of them where they are to be seen.
        hidden: h_0.
        weight_input: U, rows of u, r and c.
        bias: β.
        weight_gates: W of u and r, the W_m side by side.
        weight_candidate: V.
        supports: the S_m; ``None``: I alone.
    """
    tensors = (x, hidden, weight_input, bias, weight_gates, weight_candidate)
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
    x: Tensor,
    hidden: Tensor,
    weight_input: Tensor,
    bias: Tensor,
    weight_gates: Tensor,
    weight_candidate: Tensor,
) -> Tensor:
    def conv(weight: Tensor) -> Callable:
        return lambda state: F.linear(_diffused(supports, state), weight)

    n = hidden.shape[-1]
    outputs = []
    for projected in F.linear(x, weight_input, bias).unbind():
        of_gates, of_candidate = projected.split([2 * n, n], dim=-1)
        hidden = gru_step(
            of_gates, of_candidate, hidden, conv(weight_gates), conv(weight_candidate)
        )
        outputs.append(hidden)
    return torch.stack(outputs)


def _brought(supports: Optional[Supports], x: Tensor) -> Tensor:
    """What the supports bring, a row for each node of the batch.

    In one piece: of a part of larger rows, oneDNN takes a hundred times as long.
    """
    return _diffused(supports, x.contiguous()).flatten(0, 1)


def _diffused(supports: Optional[Supports], x: Tensor) -> Tensor:
    return x if supports is None else supports.diffuse(x)


class _AlongTime(torch.autograd.Function):
    """h_1 .. h_T and its gradients; x̄ stands for dL/dx.

    Backward, for t = T .. 1, with h = h_{t-1} and h̄' that of h_t:

    b̄ = h̄' ∘ (1 - u) ∘ (1 - c²), q̄ = Σ_m S_mᵀ b̄ V_mᵀ for q = r ∘ h,
    ā = (h̄' ∘ (h - c) ∘ u ∘ (1 - u), q̄ ∘ h ∘ r ∘ (1 - r)),
    h̄ = h̄' ∘ u + q̄ ∘ r + Σ_m S_mᵀ ā W_mᵀ,
    W̄_m += hᵀ S_mᵀ ā, V̄_m += qᵀ S_mᵀ b̄, Ū += x_tᵀ (ā, b̄), β̄ += (ā, b̄), x̄_t = (ā, b̄) Uᵀ.

    The S_mᵀ ā serve h̄ and W̄ both, so what the S_m brought forward need not be kept. A part of
    the batch goes all the way before the next one, so that it stays in the caches.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        hidden: Tensor,
        weight_input: Tensor,
        bias: Tensor,
        weight_gates: Tensor,
        weight_candidate: Tensor,
        supports: Optional[Supports],
    ) -> Tensor:
        steps, batch, nodes, _ = x.shape
        n = hidden.shape[-1]
        scale = x.new_ones(3 * n)
        scale[2 * n :] = 2  # for tanh(a) = 2σ(2a) - 1: torch's tanh takes ten times as long
        of_gates, of_candidate = (weight_input * scale[:, None]).split([2 * n, n])
        bias_gates, bias_candidate = (bias * scale).split([2 * n, n])
        twice = 2 * weight_candidate
        states = x.new_empty(steps + 1, batch, nodes, n)
        states[0] = hidden
        gates, candidates = (x.new_empty(steps, batch, nodes, size) for size in (2 * n, n))
        for part in _parts(batch, weight_gates.numel() // n * nodes):
            h = states[0, part]
            for t in range(steps):
                now = x[t, part].flatten(0, 1)
                given = linear(now, of_gates, bias_gates)
                total = linear(_brought(supports, h), weight_gates, added=given)
                u, r = torch.sigmoid(total, out=gates[t, part].flatten(0, 1)).split(n, dim=1)
                q = (r * h.flatten(0, 1)).view_as(h)
                given = linear(now, of_candidate, bias_candidate)
                total = linear(_brought(supports, q), twice, added=given)
                c = torch.mul(total.sigmoid_(), 2, out=candidates[t, part].flatten(0, 1)).sub_(1)
                after = states[t + 1, part]
                torch.lerp(c, h.flatten(0, 1), u, out=after.flatten(0, 1))
                h = after
        ctx.supports = supports
        ctx.save_for_backward(
            x, hidden, weight_input, bias, weight_gates, weight_candidate, gates, candidates, states
        )
        return states[1:].clone()  # may be overwritten, states not

    @staticmethod
    def backward(ctx: Any, *of_results: Tensor) -> tuple[Optional[Tensor], ...]:
        *inputs, gates, candidates, states = ctx.saved_tensors
        of_states = of_results[0]
        if torch.is_grad_enabled():  # with create_graph
            return *_differentiable(ctx.supports, inputs, ctx.needs_input_grad, of_states), None
        x, hidden, weight_input, bias, weight_gates, weight_candidate = inputs
        supports = None if ctx.supports is None else ctx.supports.transposed
        steps, batch, nodes, n = candidates.shape
        count = weight_gates.shape[1] // n
        # [n, support * 2n] and [n, support * n]: from what the S_mᵀ bring back to a state
        back_gates, back_candidate = _turned(weight_gates, count), _turned(weight_candidate, count)
        back_input = weight_input.t().contiguous()
        of_x = torch.empty_like(x) if ctx.needs_input_grad[0] else None
        of_hidden = torch.empty_like(hidden)
        of_input, of_bias = torch.zeros_like(back_input), torch.zeros_like(bias)
        of_gates, of_candidate = torch.zeros_like(back_gates), torch.zeros_like(back_candidate)
        for part in _parts(batch, weight_gates.numel() // n * nodes):
            of_h = torch.zeros_like(hidden[part]).flatten(0, 1)
            for t in reversed(range(steps)):
                of_h += of_states[t, part].reshape(-1, n)
                now, h, c, u_r = (
                    each[t, part].flatten(0, 1) for each in (x, states, candidates, gates)
                )
                u, r = u_r.split(n, dim=1)
                slopes = torch.empty(len(h), 3 * n, dtype=x.dtype)
                of_u, of_r, of_c = slopes.split(n, dim=1)
                torch.mul(of_h * (1 - u), 1 - c * c, out=of_c)
                torch.mul(of_h * (h - c), u * (1 - u), out=of_u)
                brought = _brought(supports, of_c.reshape(-1, nodes, n))
                of_candidate = linear((r * h).t(), brought.t(), added=of_candidate)
                of_q = linear(brought, back_candidate)
                torch.mul(of_q * h, r * (1 - r), out=of_r)
                brought = _brought(supports, slopes[:, : 2 * n].reshape(-1, nodes, 2 * n))
                of_gates = linear(h.t(), brought.t(), added=of_gates)
                of_h = linear(brought, back_gates, added=(of_h * u).addcmul_(of_q, r))
                of_input = linear(now.t(), slopes.t(), added=of_input)
                of_bias += slopes.sum(0)
                if of_x is not None:
                    of_x[t, part] = linear(slopes, back_input).view_as(of_x[t, part])
            of_hidden[part] = of_h.view_as(of_hidden[part])
        return (
            of_x,
            of_hidden,
            of_input.t(),
            of_bias,
            _turned(of_gates, count),
            _turned(of_candidate, count),
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
