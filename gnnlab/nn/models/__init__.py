"""Models built of the layers."""

from gnnlab.nn.models.deep_gcn import REMEDIES, DeepGCN
from gnnlab.nn.models.forecast_network import ForecastNetwork
from gnnlab.nn.models.gcn import GCN
from gnnlab.nn.models.gcn_stack import GCNStack

__all__ = ["GCN", "REMEDIES", "DeepGCN", "ForecastNetwork", "GCNStack"]
