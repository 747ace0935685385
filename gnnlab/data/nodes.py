"""A data set of one graph whose nodes have features and classes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

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
        features: finite numbers, [n, feature], dense or scipy sparse; kept as float32 CSR.
        labels: class numbers, [n]; where ``labelled`` is false they mean nothing.
        classes: the classes' names.
        split: the nodes to train on, to choose by and to test on.
        labelled: which nodes have a class, [n]; ``None`` means all.
        sha256: one hash of all the bytes that this came from, where it is known.
        files: the arguments of :func:`gnnlab.data.read_dataset` that it was read with, if it was.

    Raises:
        DataError: a wrong shape, features that are not finite, labels out of range, fewer than two
            classes, a node of the split that is not there, has no label, or is in two parts, an
            empty part, or a class without a node to train on.
    """

    name: str
    graph: Graph
    features: csr_array
    labels: np.ndarray
    classes: Sequence[str]
    split: Split
    labelled: np.ndarray | None = None
    sha256: str = ""
    files: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        from scipy.sparse import csr_array

        num_nodes = self.graph.num_nodes
        if np.ndim(self.features) != 2 and not hasattr(self.features, "tocsr"):
            raise DataError(
                f"features must be of shape [node, feature], got {list(np.shape(self.features))}"
            )
        features = csr_array(self.features, dtype=np.float32)
        labels = np.asarray(self.labels)
        labelled = np.ones(num_nodes, bool) if self.labelled is None else np.asarray(self.labelled)
        for what, found in (("features", features), ("labels", labels), ("labelled", labelled)):
            if found.shape[0] != num_nodes:
                raise DataError(
                    f"{what} must have a row for each of the {num_nodes} nodes, "
                    f"got {found.shape[0]}"
                )
        if not np.isfinite(features.data).all():
            wrong = np.unique(features.tocoo().coords[0][~np.isfinite(features.data)])
            raise DataError(f"features must be finite, got others at {named_nodes(wrong)}")
        if labels.dtype.kind not in "iu":
            raise DataError(f"labels must be integers, got {labels.dtype}")
        wrong = labelled & ((labels < 0) | (labels >= len(self.classes)))
        if wrong.any():
            nodes = np.flatnonzero(wrong)
            raise DataError(
                f"a label must be between 0 and {len(self.classes) - 1}, "
                f"got {labels[nodes[0]]} and the like at {named_nodes(nodes)}"
            )
        if len(self.classes) < 2:
            raise DataError(f"there must be at least 2 classes, got {list(self.classes)}")
        _check_split(self.split, labelled)
        present = np.bincount(labels[self.split.train], minlength=len(self.classes))
        if not present.all():
            missing = ", ".join(
                self.classes[number] for number in np.flatnonzero(present == 0).tolist()
            )
            raise DataError(f"the train part must hold a node of each class, got none of {missing}")
        for name, value in (
            ("features", features),
            ("labels", labels.astype(np.int64)),
            ("labelled", labelled),
        ):
            object.__setattr__(self, name, value)

    @cached_property
    def fingerprint(self) -> str:
        """``sha256`` where it is known, else one of the graph, features and labels as they are."""
        if self.sha256:
            return self.sha256
        arcs, weight = self.graph.arcs()
        features = self.features.tocsr()
        hashed = hashlib.sha256(repr((self.graph.num_nodes, list(self.classes))).encode())
        for array in (
            arcs.astype("<i8"),
            np.ones(0) if weight is None else weight.astype("<f8"),
            features.indptr.astype("<i8"),
            features.indices.astype("<i8"),
            features.data.astype("<f4"),
            self.labels.astype("<i8"),
            np.asarray(self.labelled),
        ):
            hashed.update(f"{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        return hashed.hexdigest()

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


def named_nodes(nodes: np.ndarray) -> str:
    """The first few of these nodes, in words."""
    first = ", ".join(map(str, nodes[:5].tolist()))
    more = f" and {len(nodes) - 5} more" if len(nodes) > 5 else ""
    return f"node{'s' if len(nodes) > 1 else ''} {first}{more}"


def _check_split(split: Split, labelled: np.ndarray) -> None:
    part_of: dict[int, str] = {}
    for part, nodes in split.parts().items():
        if nodes.ndim != 1 or nodes.dtype.kind not in "iu" or not len(nodes):
            found = f"{nodes.dtype} of shape {list(nodes.shape)}" if nodes.size else "none"
            raise DataError(f"the {part} part must hold node numbers, at least one, got {found}")
        for node in nodes.tolist():
            if not 0 <= node < len(labelled):
                raise DataError(
                    f"a node must be between 0 and {len(labelled) - 1}, got {node} in {part}"
                )
            if not labelled[node]:
                raise DataError(
                    f"every node of the split needs a label, got none for {part} {node}"
                )
            if node in part_of:
                raise DataError(
                    f"a node may be in the split once, got {node} in {part_of[node]} and {part}"
                )
            part_of[node] = part
