"""A simulated city: a small physical model whose true air is known everywhere."""

from gnnlab.data.simulation.city import SimulatedCity, simulated_city

__all__ = ["SimulatedCity", "simulated_city"]
