"""Files of readings, as people have them, to a series of sensors."""

from gnnlab.data.readings.forecast_files import read_forecasts
from gnnlab.data.readings.read import read_readings
from gnnlab.data.readings.station_table import read_stations

__all__ = ["read_forecasts", "read_readings", "read_stations"]
