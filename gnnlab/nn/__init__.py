"""Layers and the operators they are made of."""

from gnnlab.nn.dropout import dropout
from gnnlab.nn.gcn_conv import GCNConv
from gnnlab.nn.normalization import normalized_adjacency
from gnnlab.nn.sparse import SparseMatrix

__all__ = ["GCNConv", "SparseMatrix", "dropout", "normalized_adjacency"]
