import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data import ENCODINGS, encoded, palindromes


@given(st.integers(2, 60), st.integers(0, 1000))
def test_each_reads_the_same_backward(length: int, seed: int) -> None:
    found = palindromes(length, 7, np.random.default_rng(seed))
    assert found.shape == (7, length)
    for each in found.tolist():
        assert each == each[::-1]


@pytest.mark.parametrize("length", [6, 7])
def test_digits_of_the_first_half_are_uniform_and_independent(length: int) -> None:
    half = palindromes(length, 100_000, np.random.default_rng(0))[:, : (length + 1) // 2]
    for column in half.T:
        assert np.bincount(column, minlength=10) == pytest.approx(10_000, abs=500)
    correlation = np.corrcoef(half.T) - np.eye(len(half.T))
    assert abs(correlation).max() < 0.02


def test_every_call_draws_others_and_a_seed_draws_the_same() -> None:
    generator = np.random.default_rng(3)
    first, second = (palindromes(20, 5, generator) for _ in range(2))
    assert not (first == second).all()
    assert (first == palindromes(20, 5, np.random.default_rng(3))).all()


def test_encodings_are_digits_or_torchs_one_hot() -> None:
    digits = palindromes(9, 4, np.random.default_rng(0))
    steps = torch.from_numpy(digits.T)
    scalar, onehot = (encoded(digits, encoding) for encoding in ENCODINGS)
    assert torch.equal(torch.from_numpy(scalar), steps[..., None].float())
    assert torch.equal(torch.from_numpy(onehot), F.one_hot(steps, 10).float())


@pytest.mark.parametrize("length", [1, 0, -3])
def test_what_leaves_no_digit_to_read_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"a length of at least 2, got {length}"):
        palindromes(length, 1, np.random.default_rng(0))


def test_another_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of scalar, onehot, got 'binary'"):
        encoded(np.array([[1]]), "binary")
