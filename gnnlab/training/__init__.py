"""Fitting models, and the run folders that this leaves."""

from gnnlab.training.fit import Epoch, Fit, Validation, fit
from gnnlab.training.run_folder import Run, check_free, read_run, write_run

__all__ = ["Epoch", "Fit", "Run", "Validation", "check_free", "fit", "read_run", "write_run"]
