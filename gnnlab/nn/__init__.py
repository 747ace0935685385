"""Layers and the operators they are made of."""

from gnnlab.nn.chain import ChainNetwork, from_torch
from gnnlab.nn.dag import DagNetwork
from gnnlab.nn.dropout import dropout
from gnnlab.nn.gcn_conv import GCNConv
from gnnlab.nn.normalization import normalized_adjacency
from gnnlab.nn.schedule import Schedule
from gnnlab.nn.sparse import SparseMatrix
from gnnlab.nn.spatiotemporal import (
    AGCRN,
    DCGRU,
    TGCN,
    DiffusionConv,
    GConvGRU,
    GConvLSTM,
    Supports,
    chebyshev_polynomials,
    random_walks,
    symmetric_adjacency,
)

__all__ = [
    "AGCRN",
    "DCGRU",
    "TGCN",
    "ChainNetwork",
    "DagNetwork",
    "DiffusionConv",
    "GCNConv",
    "GConvGRU",
    "GConvLSTM",
    "Schedule",
    "SparseMatrix",
    "Supports",
    "chebyshev_polynomials",
    "dropout",
    "from_torch",
    "normalized_adjacency",
    "random_walks",
    "symmetric_adjacency",
]
