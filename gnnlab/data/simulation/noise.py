"""Noise with a memory: what the weather and people's days have."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from scipy.signal import lfilter


def red_noise(
    generator: np.random.Generator, steps: int, memories: Sequence[float]
) -> Float[np.ndarray, "step channel"]:
    """Stationary autoregressive noise of variance 1, one channel a memory.

    The correlation over ``n`` steps is ``exp(-n / memory)``. A longer draw from an equal generator
    begins as the shorter one.

    >>> red_noise(np.random.default_rng(0), 3, [10.0, 2.0]).shape
    (3, 2)
    """
    kept = np.exp(-1 / np.asarray(memories))
    noise = generator.standard_normal((steps, len(memories)))
    noise[1:] *= np.sqrt(1 - kept**2)
    for channel, share in enumerate(kept):
        noise[:, channel] = lfilter([1.0], [1.0, -share], noise[:, channel])
    return noise
