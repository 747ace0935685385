import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from gnnlab.nn import SparseMatrix


def random_matrix(rows: int, columns: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    dense = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
    return dense * (torch.rand(rows, columns, generator=generator) < 0.4)


@settings(max_examples=15)
@given(st.integers(0, 6), st.integers(1, 6), st.integers(0, 99))
def test_the_product_and_its_gradients_are_those_of_the_dense_matrix(rows, columns, seed) -> None:
    dense = random_matrix(rows, columns, seed)
    x = torch.randn(columns, 3, dtype=torch.float64, requires_grad=True)
    for matrix in (
        SparseMatrix(dense),
        SparseMatrix(dense.to_sparse_coo()),
        SparseMatrix.from_scipy(csr_array(dense.numpy())),
    ):
        torch.testing.assert_close(matrix @ x, dense @ x)
        assert torch.autograd.gradcheck(matrix.__matmul__, x)
        assert torch.autograd.gradgradcheck(matrix.__matmul__, x)


def test_a_batch_is_folded_into_the_channels() -> None:
    dense = random_matrix(4, 5, 0)
    x = torch.randn(2, 3, 5, 6, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(SparseMatrix(dense) @ x, dense @ x)
    assert torch.autograd.gradcheck(SparseMatrix(dense).__matmul__, x)


def test_other_values_keep_the_pattern() -> None:
    dense = random_matrix(4, 5, 1)
    matrix = SparseMatrix(dense)
    x = torch.randn(5, 2, dtype=torch.float64, requires_grad=True)
    twice = matrix.with_values(2 * matrix.values)
    torch.testing.assert_close(twice @ x, 2 * dense @ x)
    assert torch.autograd.gradcheck(twice.__matmul__, x)


def test_under_autocast_the_product_stays_in_full_precision() -> None:
    matrix = SparseMatrix(torch.eye(3))
    with torch.autocast("cpu"):
        assert (matrix @ torch.ones(3, 2, dtype=torch.bfloat16)).dtype == torch.float32


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_it_can_be_copied_and_pickled(clone) -> None:
    matrix = SparseMatrix(random_matrix(4, 5, 2))
    x = torch.ones(5, 1, dtype=torch.float64)
    torch.testing.assert_close(clone(matrix) @ x, matrix @ x)


def test_from_scipy_keeps_shape_and_dtype() -> None:
    matrix = SparseMatrix.from_scipy(csr_array(np.zeros((3, 2), dtype=np.float32)))
    assert tuple(matrix.shape) == (3, 2)
    assert matrix.size(-1) == 2
    assert matrix.dtype == torch.float32
