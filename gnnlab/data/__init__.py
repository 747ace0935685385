"""Bytes to arrays: the catalog of data sets, fetching them, reading them."""

from importlib import import_module
from typing import TYPE_CHECKING

from gnnlab.data.catalog import Card, card, cards, datasets_folder
from gnnlab.data.fetch import cache_folder, cached_path, fetch, verify
from gnnlab.data.filling import carried_forward
from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.issue import Issue
from gnnlab.data.listops import Expression, Forest, draw_expressions, forest
from gnnlab.data.load import load, load_graph, load_nodes, load_series
from gnnlab.data.nodes import NodeDataset
from gnnlab.data.open_street_map import site_features
from gnnlab.data.own import read_dataset, read_features
from gnnlab.data.palindromes import DIGITS, ENCODINGS, encoded, palindromes
from gnnlab.data.preparation import Preparation
from gnnlab.data.random_splits import random_split, split_named
from gnnlab.data.readings import read_forecasts, read_readings, read_stations
from gnnlab.data.scaler import Scaler
from gnnlab.data.scaling import SCALINGS, feature_scaling, row_normalized
from gnnlab.data.series import SensorSeries
from gnnlab.data.splits import Split
from gnnlab.data.time_splits import TimeSplit, chronological, hold_out_stations, rolling_origins
from gnnlab.data.variables import Variable
from gnnlab.data.weather import with_weather
from gnnlab.data.within_memory import within_memory

if TYPE_CHECKING:
    from gnnlab.data.simulation import SimulatedCity, simulated_city
    from gnnlab.data.windows import Batch, Windows

__all__ = [
    "DIGITS",
    "ENCODINGS",
    "SCALINGS",
    "Batch",
    "Card",
    "Expression",
    "ForecastRuns",
    "Forest",
    "Issue",
    "NodeDataset",
    "Preparation",
    "Scaler",
    "SensorSeries",
    "SimulatedCity",
    "Split",
    "TimeSplit",
    "Variable",
    "Windows",
    "cache_folder",
    "cached_path",
    "card",
    "cards",
    "carried_forward",
    "chronological",
    "datasets_folder",
    "draw_expressions",
    "encoded",
    "feature_scaling",
    "fetch",
    "forest",
    "hold_out_stations",
    "load",
    "load_graph",
    "load_nodes",
    "load_series",
    "palindromes",
    "random_split",
    "read_dataset",
    "read_features",
    "read_forecasts",
    "read_readings",
    "read_stations",
    "rolling_origins",
    "row_normalized",
    "simulated_city",
    "site_features",
    "split_named",
    "verify",
    "with_weather",
    "within_memory",
]

_LATE = {  # they need torch or scipy, for which nobody shall wait who does not ask for them
    "SimulatedCity": "gnnlab.data.simulation",
    "simulated_city": "gnnlab.data.simulation",
    "Batch": "gnnlab.data.windows",
    "Windows": "gnnlab.data.windows",
}

if not TYPE_CHECKING:  # else mypy would take any name for one of this room

    def __getattr__(name: str) -> object:
        """What is imported when it is first asked for."""
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_LATE[name]), name)
