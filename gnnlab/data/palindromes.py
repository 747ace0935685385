"""Random palindromes: sequences whose last digit only memory can tell."""

import numpy as np
from jaxtyping import Float, Int

DIGITS = 10
ENCODINGS = ("scalar", "onehot")


def palindromes(
    length: int, count: int, generator: np.random.Generator
) -> Int[np.ndarray, "palindrome digit"]:
    """Palindromes of ``length`` digits 0 to 9, each drawn anew from all there are.

    The task is to tell the last digit from those before it: it is the first.

    Args:
        length: number of digits, at least 2.
        count: number of palindromes.
        generator: the source of randomness.

    Raises:
        ValueError: a length below 2, which leaves no digit to read.

    >>> palindromes(5, 2, np.random.default_rng(0))
    array([[8, 6, 5, 6, 8],
           [2, 3, 0, 3, 2]])
    """
    if length < 2:
        raise ValueError(f"a palindrome must have a length of at least 2, got {length}")
    first = generator.integers(DIGITS, size=(count, (length + 1) // 2))
    return np.hstack([first, first[:, : length // 2][:, ::-1]])


def encoded(
    digits: Int[np.ndarray, "palindrome digit"], encoding: str
) -> Float[np.ndarray, "digit palindrome channel"]:
    """Digits as float32 inputs of a recurrent network, one step a digit.

    Args:
        digits: 0 to 9.
        encoding: ``"scalar"``, the digit itself, 1 channel; ``"onehot"``, a 1 in its place, 10
            channels.

    Raises:
        ValueError: another encoding.

    >>> encoded(np.array([[7, 2]]), "scalar").tolist()
    [[[7.0]], [[2.0]]]
    >>> encoded(np.array([[7]]), "onehot").tolist()
    [[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]]]
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"an encoding must be one of {', '.join(ENCODINGS)}, got {encoding!r}")
    steps = digits.T
    if encoding == "scalar":
        return steps[..., None].astype(np.float32)
    return np.eye(DIGITS, dtype=np.float32)[steps]
