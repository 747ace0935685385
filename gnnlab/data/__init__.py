"""Bytes to arrays: the catalog of data sets, fetching them, reading them."""

from gnnlab.data.catalog import Card, card, cards, datasets_folder
from gnnlab.data.fetch import cache_folder, cached_path, fetch, verify
from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.issue import Issue
from gnnlab.data.listops import Expression, Forest, draw_expressions, forest
from gnnlab.data.load import load, load_graph, load_nodes, load_series
from gnnlab.data.nodes import NodeDataset
from gnnlab.data.own import read_dataset, read_features
from gnnlab.data.palindromes import DIGITS, ENCODINGS, encoded, palindromes
from gnnlab.data.random_splits import random_split, split_named
from gnnlab.data.scaling import SCALINGS, feature_scaling, row_normalized
from gnnlab.data.series import SensorSeries
from gnnlab.data.splits import Split
from gnnlab.data.variables import Variable

__all__ = [
    "DIGITS",
    "ENCODINGS",
    "SCALINGS",
    "Card",
    "Expression",
    "ForecastRuns",
    "Forest",
    "Issue",
    "NodeDataset",
    "SensorSeries",
    "Split",
    "Variable",
    "cache_folder",
    "cached_path",
    "card",
    "cards",
    "datasets_folder",
    "draw_expressions",
    "encoded",
    "feature_scaling",
    "fetch",
    "forest",
    "load",
    "load_graph",
    "load_nodes",
    "load_series",
    "palindromes",
    "random_split",
    "read_dataset",
    "read_features",
    "row_normalized",
    "split_named",
    "verify",
]
