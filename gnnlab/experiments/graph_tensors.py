"""A graph, its features and classes as tensors, and what a stack of networks makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gnnlab.data import Split
from gnnlab.experiments.node_scores import Prediction
from gnnlab.graphs import Graph
from gnnlab.nn import SparseMatrix, normalized_adjacency
from gnnlab.nn.models import GCNStack
from gnnlab.training import Validation

DENSE_FROM = 0.25  # of the features stored: from there on a dense product is faster


@dataclass(frozen=True, eq=False)
class GraphTensors:
    """A graph as tensors, and what is computed from them for a stack of networks."""

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

    def logits(self, model: GCNStack, nodes: Tensor) -> Tensor:
        """Of each network at nodes of its own, [network, node] -> [network, node, class]."""
        network = torch.arange(len(nodes))[:, None]
        return model(self.x, self.a_hat)[network, nodes]

    def cross_entropy(self, logits: Tensor, nodes: Tensor) -> Tensor:
        """Of each network at each node, [network, node]."""
        losses = F.cross_entropy(
            logits.flatten(0, 1), self.labels[nodes].flatten(), reduction="none"
        )
        return losses.view(nodes.shape)

    @torch.no_grad()
    def validate(self, model: GCNStack, nodes: Tensor) -> Validation:
        """Accuracy and cross-entropy of each network at nodes of its own, [network, node]."""
        logits = self.logits(model, nodes)
        right = (logits.argmax(dim=2) == self.labels[nodes]).double().mean(dim=1)
        return Validation(right, self.cross_entropy(logits, nodes).mean(dim=1))

    @torch.no_grad()
    def predict(self, model: GCNStack, splits: Sequence[Split]) -> list[Prediction]:
        """What each network makes of the graph."""
        hidden, logits = model.hidden(self.x, self.a_hat), model(self.x, self.a_hat)
        return [
            Prediction(split, *(each.numpy() for each in pair))
            for split, *pair in zip(splits, hidden, logits, strict=True)
        ]
