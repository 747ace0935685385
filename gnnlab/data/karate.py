"""Zachary's karate club as networkx ships it: a data set that needs no download."""

import hashlib

import numpy as np
from scipy.sparse import eye_array

from gnnlab.data.catalog import Card
from gnnlab.data.nodes import NodeDataset
from gnnlab.data.splits import Split
from gnnlab.errors import DataError
from gnnlab.graphs import karate


def read_karate(card: Card) -> NodeDataset:
    """The club with its two sides as classes; of each side 2 members train and 4 validate.

    Raises:
        DataError: networkx serves another graph than the card describes.
    """
    import networkx

    graph = karate()
    club = networkx.get_node_attributes(networkx.karate_club_graph(), "club")
    labels = np.array([card.classes.index(club[node]) for node in range(graph.num_nodes)])
    lines = [
        f"{source},{target},{labels[source]},{labels[target]}\n" for source, target in graph.edges.T
    ]
    sha256 = hashlib.sha256("".join(lines).encode()).hexdigest()
    if sha256 != card.files[0].sha256:
        raise DataError(
            f"networkx's karate club must have sha256 {card.files[0].sha256[:12]}..., "
            f"got {sha256[:12]}... from networkx {networkx.__version__}"
        )
    sides = [np.flatnonzero(labels == side) for side in range(2)]
    return NodeDataset(
        name=card.name,
        graph=graph,
        features=eye_array(graph.num_nodes, dtype=np.float32).tocsr(),
        labels=labels,
        classes=card.classes,
        split=Split(
            "first-2-per-class",
            train=np.sort(np.concatenate([side[:2] for side in sides])),
            validation=np.sort(np.concatenate([side[2:6] for side in sides])),
            test=np.sort(np.concatenate([side[6:] for side in sides])),
        ),
        sha256=card.sha256,
    )
