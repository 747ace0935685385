"""Fitting models, and the run folders that this leaves."""

from gnnlab.training.fit import Epoch, Fit, Validation, Weights, fit
from gnnlab.training.optimizers import LEARNING_RATES, OPTIMIZERS, optimizer
from gnnlab.training.run_folder import Run, check_free, read_run, write_run

__all__ = [
    "LEARNING_RATES",
    "OPTIMIZERS",
    "Epoch",
    "Fit",
    "Run",
    "Validation",
    "Weights",
    "check_free",
    "fit",
    "optimizer",
    "read_run",
    "write_run",
]
