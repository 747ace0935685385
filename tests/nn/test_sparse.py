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


@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 99))
def test_the_kernel_for_large_products_is_the_dense_matrix_too(rows, columns, seed) -> None:
    dense = random_matrix(rows, columns, seed)
    x = torch.randn(columns, 3, dtype=torch.float64, requires_grad=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gnnlab.nn.sparse.KERNEL_FROM", 0)
        patch.setattr("gnnlab.nn.sparse._torch_product", None)  # torch's kernel cannot be used
        torch.testing.assert_close(SparseMatrix(dense) @ x, dense @ x)
        torch.testing.assert_close(
            SparseMatrix(dense.float()) @ x.float(), dense.float() @ x.float()
        )
        assert torch.autograd.gradcheck(SparseMatrix(dense).__matmul__, x)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99), st.data())
def test_transposes_rows_and_touched_columns_are_those_of_the_dense_matrix(
    rows: int, columns: int, seed: int, data: st.DataObject
) -> None:
    dense = random_matrix(rows, columns, seed)
    matrix = SparseMatrix(dense)
    x = torch.randn(2, rows, 3, dtype=torch.float64)
    torch.testing.assert_close(matrix.transposed_times(x), dense.mT @ x)
    torch.testing.assert_close(matrix.transposed_times(x[:1]), dense.mT @ x[:1])
    wanted = torch.tensor(data.draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=4)))
    some = matrix.rows(wanted)
    torch.testing.assert_close(some @ torch.eye(columns).double(), dense[wanted])
    left, numbers = some.touched()
    assert numbers.tolist() == dense[wanted].any(dim=0).nonzero().flatten().tolist()
    torch.testing.assert_close(left @ torch.eye(len(numbers)).double(), dense[wanted][:, numbers])


def test_a_matrix_from_scipy_is_a_copy_with_short_indices() -> None:
    given = csr_array(np.array([[0.0, 2.0], [3.0, 0.0]]))
    matrix = SparseMatrix.from_scipy(given)
    given.data[:] = 0
    assert (matrix @ torch.eye(2).double()).tolist() == [[0, 2], [3, 0]]
    assert matrix._pattern.crow.dtype == matrix._pattern.col.dtype == torch.int32
    edges = SparseMatrix.from_edges(torch.tensor([[0], [1]]), torch.ones(1), 2)
    assert edges._pattern.col.dtype == edges._pattern.col_transposed.dtype == torch.int32
    with pytest.raises(ValueError, match="float32 or float64, got int64"):
        SparseMatrix.from_scipy(csr_array(np.eye(2, dtype=int)))


def test_a_block_diagonal_is_that_of_torch_with_other_values_too() -> None:
    dense = random_matrix(3, 4, 1)
    blocks = SparseMatrix(dense).block_diagonal(3)
    torch.testing.assert_close(blocks @ torch.eye(12).double(), torch.block_diag(*[dense] * 3))
    stored = int((dense != 0).sum())
    values = torch.arange(1.0, 3 * stored + 1, dtype=torch.float64)
    expected = torch.block_diag(*[dense] * 3)
    expected[expected != 0] = values
    x = torch.randn(12, 2, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(blocks.with_values(values) @ x, expected @ x)
    assert torch.autograd.gradcheck(blocks.with_values(values).__matmul__, x)


def test_a_symmetric_matrix_is_held_once_until_its_values_are_not() -> None:
    dense = random_matrix(5, 5, 3)
    matrix = SparseMatrix(dense + dense.t())
    assert matrix._values_transposed is matrix.values
    other = matrix.with_values(torch.randn(len(matrix.values), dtype=torch.float64))
    x = torch.randn(5, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(other.__matmul__, x)


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


def test_transforms_of_torch_func_see_through_it() -> None:
    dense = random_matrix(5, 4, 3)
    matrix = SparseMatrix(dense)
    x, batch = torch.randn(4, 3).double(), torch.randn(7, 4, 3).double()
    for transform in (torch.func.jacrev, torch.func.jacfwd):
        ours, plain = transform(matrix.__matmul__)(x), transform(dense.__matmul__)(x)
        torch.testing.assert_close(ours, plain)
    for dim in (0, 2):
        moved = batch.movedim(0, dim)
        out = torch.func.vmap(matrix.__matmul__, in_dims=dim, out_dims=dim)(moved)
        torch.testing.assert_close(out.movedim(dim, 0), dense @ batch)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: SparseMatrix(torch.ones(2, 2, dtype=torch.long)), "float64, got torch.int64"),
        (lambda: SparseMatrix(torch.ones(2, 2, requires_grad=True)), "must be constant"),
        (lambda: SparseMatrix(torch.ones(2, 2).to_sparse_csc()), "got torch.sparse_csc"),
        (lambda: SparseMatrix(torch.eye(3)).with_values(torch.ones(7)), r"\[3\], got \[7\]"),
        (
            lambda: SparseMatrix(
                torch.sparse_csr_tensor(
                    torch.tensor([0, 1]), torch.tensor([9]), torch.ones(1), (1, 3)
                )
            ),
            "must have valid indices",
        ),
    ],
)
def test_what_it_cannot_hold_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
