"""Forecasters by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from gnnlab.training.forecasters.architecture import Architecture
from gnnlab.training.forecasters.blend import Blend
from gnnlab.training.forecasters.climatology import Climatology
from gnnlab.training.forecasters.damped_persistence import DampedPersistence
from gnnlab.training.forecasters.forecaster import Fit
from gnnlab.training.forecasters.gbdt import GradientBoosting
from gnnlab.training.forecasters.network import NetworkForecaster, near
from gnnlab.training.forecasters.persistence import CarriedPersistence, Persistence
from gnnlab.training.forecasters.quantile_boosting import QuantileBoosting
from gnnlab.training.forecasters.remembered import Remembered
from gnnlab.training.forecasters.ridge import Ridge
from gnnlab.training.forecasters.seed_ensemble import SeedEnsemble

_SINGLE: Mapping[str, Fit] = {
    "persistence": Persistence.fit,
    "persistence-carried": CarriedPersistence.fit,
    "damped-persistence": DampedPersistence.fit,
    "climatology": Climatology.fit,
    "ridge": Ridge.fit,
    "gbdt": GradientBoosting.fit,
    "gbdt-quantiles": QuantileBoosting.fit,
    "gru": NetworkForecaster.fit,
    "lstm": partial(NetworkForecaster.fit, architecture=Architecture("lstm")),
    "stid": partial(NetworkForecaster.fit, architecture=Architecture("stid")),
    "agcrn": partial(NetworkForecaster.fit, architecture=Architecture("agcrn")),
    "gc-dcrnn": partial(NetworkForecaster.fit, graph=near),
}


def _with_combined(single: Mapping[str, Fit]) -> Mapping[str, Fit]:
    """Some fits, and those of what combines them."""

    def blend(*names: str) -> Fit:
        return partial(Blend.fit, members={name: single[name] for name in names})

    return {
        **single,
        "gc-dcrnn-ensemble": partial(SeedEnsemble.fit, model=single["gc-dcrnn"]),
        "blend": blend("gbdt", "ridge", "gru", "gc-dcrnn"),
        "blend-without-graph": blend("gbdt", "ridge", "gru"),
    }


FORECASTERS = _with_combined(_SINGLE)


def remembering() -> Mapping[str, Fit]:
    """`FORECASTERS`, which fit alone or combined no more than once to the same."""
    return _with_combined({name: Remembered(fit) for name, fit in _SINGLE.items()})
