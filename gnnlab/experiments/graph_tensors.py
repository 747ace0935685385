"""A graph, its features and classes as tensors, and what a stack of networks makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import functional_call

from gnnlab.data import Split
from gnnlab.experiments.node_scores import Prediction
from gnnlab.graphs import Graph
from gnnlab.nn import SparseMatrix, normalized_adjacency
from gnnlab.nn.models import GCNStack
from gnnlab.training import Validation, Weights

DENSE_FROM = 0.25  # of the features stored: from there on a dense product is faster


@dataclass(frozen=True, eq=False)
class GraphTensors:
    """A whole graph as tensors."""

    x: SparseMatrix | Tensor
    a_hat: SparseMatrix
    labels: Tensor

    @classmethod
    def of(
        cls, graph: Graph, features: Any, labels: np.ndarray, dtype: torch.dtype = torch.float32
    ) -> "GraphTensors":
        """The tensors of a graph, its scaled features (scipy, [node, feature]), classes, [node]."""
        edge_index, weight = graph.arcs()
        edges = normalized_adjacency(
            torch.from_numpy(edge_index.astype(np.int64)),
            None if weight is None else torch.from_numpy(weight),
            graph.num_nodes,
            dtype=dtype,
        )
        features = features.astype(torch.empty(0, dtype=dtype).numpy().dtype)
        dense = features.nnz > DENSE_FROM * features.shape[0] * features.shape[1]
        return cls(
            torch.from_numpy(features.toarray()) if dense else SparseMatrix.from_scipy(features),
            SparseMatrix.from_edges(*edges, graph.num_nodes),
            torch.from_numpy(labels),
        )

    @property
    def dtype(self) -> torch.dtype:
        """Of features and Â."""
        return self.a_hat.dtype

    def field(self, nodes: np.ndarray) -> "Field":
        """What two layers see from ``nodes``, [target]."""
        targets = torch.from_numpy(nodes)
        last, middle = self.a_hat.rows(targets).touched()
        first, sources = self.a_hat.rows(middle).touched()
        x = self.x.rows(sources) if isinstance(self.x, SparseMatrix) else self.x[sources]
        return Field(x, first, last, self.labels[targets])

    @torch.no_grad()
    def predict(self, model: GCNStack, splits: Sequence[Split]) -> list[Prediction]:
        """What each network makes of the graph."""
        hidden, logits = model.hidden(self.x, self.a_hat), model(self.x, self.a_hat, self.a_hat)
        return [
            Prediction(split, *(each.numpy() for each in pair))
            for split, *pair in zip(splits, hidden, logits, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Field:
    """The receptive field of some nodes, the targets: all that two layers need of the graph.

    Attributes:
        x: features of the nodes within two hops, [source, feature].
        first: Â from them to the nodes within one hop, [middle, source].
        last: Â from there to the targets, [target, middle].
        labels: classes of the targets.
    """

    x: SparseMatrix | Tensor
    first: SparseMatrix
    last: SparseMatrix
    labels: Tensor

    def cross_entropy(self, model: GCNStack) -> Tensor:
        """Of each network at each target, [network, target]."""
        return self._losses(model(self.x, self.first, self.last))

    def validate(self, model: GCNStack, weights: Sequence[Weights]) -> list[Validation]:
        """Accuracy and mean cross-entropy of each network, with the weights of some epochs.

        The networks of all these epochs are validated side by side.
        """
        state = {name: torch.cat([each[name] for each in weights]) for name in weights[0]}
        logits = functional_call(model, state, (self.x, self.first, self.last))
        right = (logits.argmax(dim=2) == self.labels).double().mean(dim=1)
        losses = self._losses(logits).mean(dim=1)
        epochs = (part.view(len(weights), -1) for part in (right, losses))
        return [Validation(*epoch) for epoch in zip(*epochs, strict=True)]

    def _losses(self, logits: Tensor) -> Tensor:
        labels = self.labels.expand(len(logits), -1).flatten()
        losses = F.cross_entropy(logits.flatten(0, 1), labels, reduction="none")
        return losses.view(len(logits), -1)
