"""A data set of one graph whose nodes have features and classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int

from gnnlab.data.splits import Split
from gnnlab.errors import DataError
from gnnlab.graphs import Graph

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from torch_geometric.data import Data


@dataclass(frozen=True, eq=False)
class NodeDataset:
    """A graph with features and classes of its nodes, and a split.

    Args:
        name: of the data set.
        graph: n nodes.
        features: float32, [n, feature], sparse.
        labels: class numbers, [n]; where ``labelled`` is false they mean nothing.
        labelled: which nodes have a class, [n].
        classes: the classes' names.
        split: the nodes to train on, to choose by and to test on.
        sha256: one hash of all the bytes that this came from.

    Raises:
        DataError: a node of the split has no label.
    """

    name: str
    graph: Graph
    features: csr_array
    labels: Int[np.ndarray, " node"]
    labelled: Bool[np.ndarray, " node"]
    classes: Sequence[str]
    split: Split
    sha256: str

    def __post_init__(self) -> None:
        for part, nodes in self.split.parts().items():
            if not self.labelled[nodes].all():
                node = int(nodes[~self.labelled[nodes]][0])
                raise DataError(
                    f"every node of the split needs a label, got none for {part} {node}"
                )

    def to_data(self) -> Data:
        """The same as a PyG ``Data``: dense ``x``, ``edge_index``, ``y`` and the three masks."""
        import torch

        data = self.graph.to_data()
        data.x = torch.from_numpy(self.features.toarray())
        data.y = torch.from_numpy(self.labels)
        masks = {"train": "train_mask", "validation": "val_mask", "test": "test_mask"}
        for part, nodes in self.split.parts().items():
            mask = torch.zeros(self.graph.num_nodes, dtype=torch.bool)
            mask[nodes] = True
            data[masks[part]] = mask
        return data
