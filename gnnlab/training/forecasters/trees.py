"""Boosted trees as plain arrays: what a run folder can hold and anything can evaluate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from gnnlab.training.forecasters.tree_kernels import add_leaves

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor


@dataclass(frozen=True, eq=False)
class Trees:
    """The sum of a number and of one leaf of each tree; nodes of all trees stand in one row.

    Args:
        baseline: the number.
        roots: the first node of each tree.
        feature: that a node asks for; -1 at a leaf.
        threshold: up to which a row goes left.
        missing_left: whether NaN goes left.
        left: the node that follows.
        right: the same.
        value: of a leaf.
    """

    baseline: float
    roots: Int[np.ndarray, " tree"]
    feature: Int[np.ndarray, " node"]
    threshold: Float[np.ndarray, " node"]
    missing_left: Bool[np.ndarray, " node"]
    left: Int[np.ndarray, " node"]
    right: Int[np.ndarray, " node"]
    value: Float[np.ndarray, " node"]

    @classmethod
    def of(cls, model: HistGradientBoostingRegressor) -> Trees:
        """The trees of a fitted model of scikit-learn, whose loss must not transform its output.

        Raises:
            ValueError: a feature that is a category.
        """
        trees = [each.nodes for (each,) in model._predictors]
        sizes = np.array([len(nodes) for nodes in trees], np.int64)
        roots = np.cumsum(sizes) - sizes
        nodes = np.concatenate(trees)
        if nodes["is_categorical"].any():
            raise ValueError("features must be numbers, got a category")
        first = np.repeat(roots, sizes)
        return cls(
            baseline=float(model._baseline_prediction.item()),
            roots=roots,
            feature=np.where(nodes["is_leaf"], -1, nodes["feature_idx"]).astype(np.int32),
            threshold=nodes["num_threshold"].astype(np.float64),
            missing_left=nodes["missing_go_to_left"].astype(np.bool_),
            left=(first + nodes["left"]).astype(np.int32),
            right=(first + nodes["right"]).astype(np.int32),
            value=nodes["value"].astype(np.float64),
        )

    def predict(self, features: Real[np.ndarray, "row feature"]) -> Float[np.ndarray, " row"]:
        """What scikit-learn's model predicts, to the last bit."""
        out = np.full(len(features), self.baseline)
        nodes = (self.feature, self.threshold, self.missing_left, self.left, self.right, self.value)
        add_leaves(np.ascontiguousarray(features), self.roots, *nodes, out)
        return out
