import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingRegressor

from gnnlab.training.forecasters.trees import Trees


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    rows=st.integers(20, 300),
    leaves=st.integers(2, 31),
    loss=st.sampled_from(["absolute_error", "squared_error"]),
)
def test_they_are_equal_to_scikit_learn(seed: int, rows: int, leaves: int, loss: str) -> None:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(rows, 4)).round(1).astype(np.float32)
    x[draw.random(x.shape) < 0.2] = np.nan
    y = np.nan_to_num(x[:, 0] * 3) + draw.normal(size=rows)
    model = HistGradientBoostingRegressor(
        loss=loss, max_iter=12, max_leaf_nodes=leaves, min_samples_leaf=3, max_features=0.5
    ).fit(x, y)
    asked = np.concatenate([x, draw.normal(0, 3, (50, 4)), np.full((1, 4), np.nan)])
    for each in (asked, asked.astype(np.float32), np.asfortranarray(asked)):
        np.testing.assert_array_equal(Trees.of(model).predict(each), model.predict(each))


def test_no_rows_have_no_predictions() -> None:
    x = np.arange(40.0)[:, None]
    trees = Trees.of(HistGradientBoostingRegressor(max_iter=2).fit(x, x[:, 0]))
    assert trees.predict(x[:0]).shape == (0,)


def test_a_category_is_refused() -> None:
    x = np.arange(200.0)[:, None] % 5
    model = HistGradientBoostingRegressor(categorical_features=[0], max_iter=2).fit(x, x[:, 0] == 3)
    with pytest.raises(ValueError, match="features must be numbers, got a category"):
        Trees.of(model)
