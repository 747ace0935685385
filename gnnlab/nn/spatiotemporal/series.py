"""What cells along time take: a series of node features, and a state to start from."""

from typing import Optional

from torch import Tensor


def check_sizes(**sizes: int) -> None:
    """Raise a ValueError where a size is below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be >= 1, got {size}")


def by_time(x: Tensor, in_channels: int) -> Tensor:
    """The series time by time, [time, batch, node, channel].

    Raises:
        ValueError: not of shape [batch, time, node, in_channels], or without a step.
    """
    if x.dim() != 4 or x.shape[-1] != in_channels or not x.shape[1]:
        raise ValueError(
            f"x must be of shape [batch, time, node, {in_channels}] with at least one step, "
            f"got {list(x.shape)}"
        )
    return x.transpose(0, 1)


def initial(x: Tensor, state: Optional[Tensor], channels: int, name: str = "h0") -> Tensor:
    """``state``, or zeros, of each node of ``x``, which is [time, batch, node, channel].

    Raises:
        ValueError: not of shape [batch, node, channels].
    """
    wanted = [*x.shape[1:3], channels]
    if state is None:
        return x.new_zeros(wanted)
    if list(state.shape) != wanted:
        raise ValueError(f"{name} must be of shape {wanted}, got {list(state.shape)}")
    return state


def check_filter(size: int) -> None:
    """Raise a ValueError where a Chebyshev filter is of I alone, or of nothing."""
    if size < 2:
        raise ValueError(f"size must be >= 2, got {size}")
