"""Models built of the layers."""

from gnnlab.nn.models.gcn import GCN

__all__ = ["GCN"]
