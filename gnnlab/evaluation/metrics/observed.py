"""Which targets are scored: the observed ones, and of two models those that both forecast."""

import numpy as np
from jaxtyping import Bool, Float

Numbers = Float[np.ndarray, "..."]
Mask = Bool[np.ndarray, "..."]


def scored(observed: Mask, *forecasts: Numbers) -> Mask:
    """Where the target was observed and every forecast is there: the rows to compare models on.

    >>> observed = np.array([True, True, False])
    >>> scored(observed, np.array([1.0, np.nan, 3.0]), np.array([2.0, 2.0, 2.0]))
    array([ True, False, False])
    """
    rows = observed.copy()
    for forecast in forecasts:
        rows &= ~np.isnan(forecast)
    return rows


def at_observed(
    values: Numbers, observed: Mask, what: str, trailing: tuple[int, ...] = ()
) -> Numbers:
    """The values at observed targets, float64, [observed target, *trailing].

    What stands elsewhere, be it NaN, is never looked at.

    Args:
        values: of shape ``(*observed.shape, *trailing)``.
        observed: which targets were observed.
        what: what the values are, for messages.
        trailing: the axes after those of the targets.

    Raises:
        ValueError: another shape, or a value at an observed target that is not finite.
    """
    if values.shape != (*observed.shape, *trailing):
        raise ValueError(
            f"{what} must be of shape {[*observed.shape, *trailing]}, got {list(values.shape)}"
        )
    taken = values[observed].astype(np.float64)
    if wrong := int((~np.isfinite(taken)).sum()):
        raise ValueError(
            f"{what} must be finite wherever the target is scored, got {wrong} that are not"
        )
    return taken


def check_any(count: int) -> None:
    """Refuse to score nothing.

    Raises:
        ValueError: no observed target.
    """
    if not count:
        raise ValueError("a score needs at least 1 observed target, got 0")
