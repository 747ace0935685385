"""Layers and the operators they are made of."""

from gnnlab.nn.chain import ChainNetwork, from_torch
from gnnlab.nn.dag import DagNetwork
from gnnlab.nn.dropout import dropout
from gnnlab.nn.gcn_conv import GCNConv
from gnnlab.nn.normalization import normalized_adjacency
from gnnlab.nn.schedule import Schedule
from gnnlab.nn.sparse import SparseMatrix

__all__ = [
    "ChainNetwork",
    "DagNetwork",
    "GCNConv",
    "Schedule",
    "SparseMatrix",
    "dropout",
    "from_torch",
    "normalized_adjacency",
]
