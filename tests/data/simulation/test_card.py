"""The card of the simulated city, on the city that comes without parameters."""

import numpy as np
import pytest
from command_line import gnnlab

from gnnlab.data import card
from gnnlab.data.simulation import simulated_city


def test_the_card_says_what_the_series_holds() -> None:
    known, series = card("simulated-city"), simulated_city().series
    assert known.shape == {"hours": len(series.times), "stations": len(series.stations)}
    measured = [one for one in series.variables if one.source == "measured"]
    assert [(one.name, one.unit, one.kind) for one in measured] == [
        (row["name"], row["unit"], row["kind"]) for row in known.variables
    ]
    for row in known.variables:
        values = series.of(row["name"]).astype(float)
        assert np.isnan(values).mean() == pytest.approx(row["missing"], abs=5e-5)
        assert np.nanmean(values) == pytest.approx(row["mean"], abs=5e-3)


def test_its_variables_are_shown() -> None:
    rows = [line.split() for line in gnnlab("data", "show", "simulated-city").stdout.splitlines()]
    assert ["PM2.5", "ug/m3", "target", "2.83", "%", "17.25"] in rows
