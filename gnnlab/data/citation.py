"""Cora and CiteSeer as the Planetoid files hold them (Yang et al. 2016)."""

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array, vstack

from gnnlab.data.catalog import Card
from gnnlab.data.nodes import NodeDataset
from gnnlab.data.splits import Split
from gnnlab.data.unpickle import load_arrays
from gnnlab.graphs import Graph


def read_citation(card: Card, files: dict[str, Path]) -> NodeDataset:
    """The citation graph of ``card`` with the public split.

    The files hold the training nodes, then other nodes, then the test nodes in the order of
    ``test.index``. CiteSeer's list of test nodes has gaps: those nodes have neither features nor
    label. Self-loops and duplicate edges are left out, as the card counts.
    """
    part = {name.split(".", 2)[2]: path for name, path in files.items()}
    y, allx, ally, tx, ty, neighbors = (
        load_arrays(part[name]) for name in ("y", "allx", "ally", "tx", "ty", "graph")
    )
    test = np.loadtxt(part["test.index"], dtype=np.int64)

    num_nodes = len(neighbors)
    row = np.full(num_nodes, len(ally) + len(ty))  # a last row of zeros, for the gaps
    row[: len(ally)] = np.arange(len(ally))
    row[test] = len(ally) + np.arange(len(ty))
    features = vstack([allx, tx, csr_array((1, allx.shape[1]), dtype=np.float32)], format="csr")
    one_hot = np.concatenate([ally, ty, np.zeros_like(ally[:1])])[row]
    return NodeDataset(
        name=card.name,
        graph=Graph(_undirected(neighbors), num_nodes, name=card.name),
        features=csr_array(features[row]),
        labels=one_hot.argmax(axis=1),
        labelled=one_hot.any(axis=1),
        classes=card.classes,
        split=Split(
            "public",
            train=np.arange(len(y)),
            validation=np.arange(len(y), len(y) + 500),
            test=np.sort(test),
        ),
        sha256=card.sha256,
    )


def _undirected(neighbors: dict[int, list[int]]) -> np.ndarray:
    """Each edge once, [2, edge], from lists of neighbours with loops and duplicates."""
    pairs = [(node, other) for node, others in neighbors.items() for other in others]
    ends = np.sort(np.array(pairs, dtype=np.int64), axis=1)
    return np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0).T
