"""Recurrent cells on graphs: series of node features in, states of nodes out."""

from gnnlab.nn.spatiotemporal.chebyshev import chebyshev_polynomials
from gnnlab.nn.spatiotemporal.dcgru import DCGRU
from gnnlab.nn.spatiotemporal.diffusion_conv import DiffusionConv
from gnnlab.nn.spatiotemporal.random_walks import random_walks
from gnnlab.nn.spatiotemporal.supports import Supports

__all__ = [
    "DCGRU",
    "DiffusionConv",
    "Supports",
    "chebyshev_polynomials",
    "random_walks",
]
