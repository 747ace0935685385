"""A graph-learning toolkit on PyTorch Geometric.

Rooms, each imported by name: ``gnnlab.graphs`` (what is connected), ``gnnlab.hops`` (how far
information travels), ``gnnlab.data``, ``gnnlab.nn``, ``gnnlab.training``, ``gnnlab.evaluation``,
``gnnlab.experiments``, ``gnnlab.reports`` and ``gnnlab.cli``. ``import gnnlab`` loads neither torch
nor PyTorch Geometric.
"""

__version__ = "0.1.0"
