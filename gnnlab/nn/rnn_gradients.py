"""The gradients of the vanilla recurrent network, written out; docs/rnn-gradients.md derives them.

    h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h),  h_0 = 0,  t = 1..T
    p = W_ph h_T + b_p,  ŷ = softmax(p),  L = -Σ_k y_k log ŷ_k

As plain as the formulas and as slow: to train, there is autograd.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class RNNWeights(NamedTuple):
    """The parameters of the network, or the gradient with respect to each.

    Shapes: ``w_hx`` [hidden, feature], ``w_hh`` [hidden, hidden], ``b_h`` [hidden], ``w_ph``
    [class, hidden], ``b_p`` [class]. torch.nn.RNN has two biases, of which b_h is the sum; the
    gradient of each is that of b_h.
    """

    w_hx: Tensor
    w_hh: Tensor
    b_h: Tensor
    w_ph: Tensor
    b_p: Tensor


def hidden_states(
    weights: RNNWeights, x: Float[Tensor, "time feature"]
) -> Float[Tensor, "time_and_start hidden"]:
    """h_0 = 0 and h_1 to h_T."""
    h = [torch.zeros_like(weights.b_h)]
    for x_t in x:
        h.append(torch.tanh(weights.w_hx @ x_t + weights.w_hh @ h[-1] + weights.b_h))
    return torch.stack(h)


def loss(
    weights: RNNWeights, x: Float[Tensor, "time feature"], y: Float[Tensor, " class"]
) -> Float[Tensor, ""]:
    """The cross-entropy L of one sequence, whose target ``y`` is 1 at its class, else 0."""
    p = weights.w_ph @ hidden_states(weights, x)[-1] + weights.b_p
    return -(y * p.log_softmax(dim=0)).sum()


def step_jacobian(
    weights: RNNWeights, h_t: Float[Tensor, " hidden"]
) -> Float[Tensor, "hidden hidden"]:
    """J_t = ∂h_t/∂h_{t-1} = diag(1 - h_t²) W_hh."""
    return torch.diag(1 - h_t**2) @ weights.w_hh


def gradients(
    weights: RNNWeights, x: Float[Tensor, "time feature"], y: Float[Tensor, " class"]
) -> RNNWeights:
    """The gradients of the loss of one sequence; those of a batch's mean loss are their mean.

    Args:
        weights: the parameters.
        x: x_1 to x_T, in the rows 0 to T - 1.
        y: the target, 1 at its class, else 0; any probabilities will do.

    Raises:
        ValueError: an empty sequence, features that are not those of the weights, or a target that
            does not add up to 1.

    >>> identity, zero = torch.eye(2), torch.zeros(2)
    >>> weights = RNNWeights(identity, identity, zero, identity, zero)
    >>> gradients(weights, identity, torch.tensor([1.0, 0.0])).w_hh
    tensor([[-0.2372,  0.0000],
            [ 0.1695,  0.0000]])
    """
    features = weights.w_hx.shape[1]
    if x.dim() != 2 or not len(x) or x.shape[1] != features:
        raise ValueError(f"x must be [time, {features}], of at least 1 step, got {list(x.shape)}")
    if not torch.isclose(y.sum(), y.new_ones(())):
        raise ValueError(f"a target must add up to 1, got {y.sum():g}")
    h = hidden_states(weights, x)
    last = len(x)
    y_hat = (weights.w_ph @ h[last] + weights.b_p).softmax(dim=0)

    of_p = y_hat - y
    of_w_ph = torch.outer(of_p, h[last])

    of_w_hx, of_w_hh, of_b_h = (torch.zeros_like(each) for each in weights[:3])
    product = torch.eye(len(weights.b_h)).to(h)  # ∂h_T/∂h_t, at t = T the identity
    for t in range(last, 0, -1):
        delta = torch.diag(1 - h[t] ** 2) @ product.T @ weights.w_ph.T @ of_p
        of_w_hh += torch.outer(delta, h[t - 1])
        of_w_hx += torch.outer(delta, x[t - 1])  # row t - 1 is x_t
        of_b_h += delta
        product = product @ step_jacobian(weights, h[t])
    return RNNWeights(of_w_hx, of_w_hh, of_b_h, of_w_ph, of_p)
