"""Files of readings, as people have them, to a series of sensors."""

from gnnlab.data.readings.read import read_readings

__all__ = ["read_readings"]
