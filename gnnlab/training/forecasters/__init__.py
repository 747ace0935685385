"""Forecasters of sensors, one a file, all fitted and asked in the same way."""

from gnnlab.training.forecasters.climatology import Climatology
from gnnlab.training.forecasters.conformal import Calibrated
from gnnlab.training.forecasters.damped_persistence import DampedPersistence
from gnnlab.training.forecasters.forecaster import (
    LEVELS,
    MEDIAN,
    Fit,
    Forecaster,
    Forecasts,
    Origins,
    QuantileForecaster,
    Quantiles,
    Tell,
    target_of,
    targets_ahead,
    told,
    training_part,
    untold,
)
from gnnlab.training.forecasters.gbdt import GradientBoosting
from gnnlab.training.forecasters.named import FORECASTERS, remembering
from gnnlab.training.forecasters.persistence import CarriedPersistence, Persistence
from gnnlab.training.forecasters.ridge import Ridge

__all__ = [
    "FORECASTERS",
    "LEVELS",
    "MEDIAN",
    "Calibrated",
    "CarriedPersistence",
    "Climatology",
    "DampedPersistence",
    "Fit",
    "Forecaster",
    "Forecasts",
    "GradientBoosting",
    "Origins",
    "Persistence",
    "QuantileForecaster",
    "Quantiles",
    "Ridge",
    "Tell",
    "remembering",
    "target_of",
    "targets_ahead",
    "told",
    "training_part",
    "untold",
]
