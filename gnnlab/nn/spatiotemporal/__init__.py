"""Recurrent cells on graphs: series of node features in, states of nodes out."""

from gnnlab.nn.spatiotemporal.agcrn import AGCRN
from gnnlab.nn.spatiotemporal.chebyshev import chebyshev_polynomials
from gnnlab.nn.spatiotemporal.dcgru import DCGRU
from gnnlab.nn.spatiotemporal.diffusion_conv import DiffusionConv
from gnnlab.nn.spatiotemporal.gconv_gru import GConvGRU
from gnnlab.nn.spatiotemporal.gconv_lstm import GConvLSTM
from gnnlab.nn.spatiotemporal.random_walks import random_walks
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.nn.spatiotemporal.symmetric_adjacency import symmetric_adjacency
from gnnlab.nn.spatiotemporal.tgcn import TGCN

__all__ = [
    "AGCRN",
    "DCGRU",
    "TGCN",
    "DiffusionConv",
    "GConvGRU",
    "GConvLSTM",
    "Supports",
    "chebyshev_polynomials",
    "random_walks",
    "symmetric_adjacency",
]
