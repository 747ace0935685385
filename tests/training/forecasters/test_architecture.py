from typing import Any

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.graphs import chain
from gnnlab.training.forecasters.architecture import ENCODERS, Architecture
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster
from gnnlab.training.forecasters.network_reader import NetworkReader

STEPS, HORIZONS = 300, (1, 6)
SIZES: dict[str, Any] = {"input_steps": 6, "state_channels": 5, "embedding_channels": 2}


def fitted(encoder: str) -> NetworkForecaster:
    return NetworkForecaster.fit(
        small_series(STEPS),
        chronological(STEPS),
        HORIZONS,
        architecture=Architecture(encoder, **SIZES, hidden_channels=8),
        recipe=Recipe(epochs=1, share=0.2),
    )


@pytest.mark.parametrize("encoder", ENCODERS)
def test_each_encoder_reads_what_the_reader_shows(encoder: str) -> None:
    series = small_series(STEPS, runs=True)
    reader = NetworkReader.fit(series, HORIZONS, 6, around=False)
    network = Architecture(encoder, **SIZES).network(reader, None, levels=3)
    seen = reader.read(reader.windows(series, np.array([10, 250]))[np.arange(2)])
    assert network(*seen).shape == (2, 2, 3, 3)
    assert network.encoder.out_channels == {"stid": 9}.get(encoder, 5)


def test_the_clock_of_stid_is_that_of_the_origins() -> None:
    series = small_series(STEPS)  # begins on Wednesday, 28 February 2024, at 1:00 in Berlin
    reader = NetworkReader.fit(series.between(0, 200), HORIZONS, 6, around=False)
    network: Any = Architecture("stid", **SIZES).network(reader, None, levels=3)
    origins = np.array([0, 22, 23, 24, 119, 200, 299])
    x, *_ = reader.read(reader.windows(series, origins)[np.arange(len(origins))])
    hour, weekday = network.encoder.clock(x)
    since_monday = origins + 2 * 24 + 1
    assert hour.tolist() == (since_monday % 24).tolist()
    assert weekday.tolist() == (since_monday // 24 % 7).tolist()


@pytest.mark.parametrize(
    ("encoder", "heard"), [("gru", False), ("lstm", False), ("stid", False), ("agcrn", True)]
)
def test_only_where_a_graph_is_learned_single_stations_are_seen(encoder: str, heard: bool) -> None:
    assert fitted(encoder).reader.around == heard


def test_weights_are_drawn_by_the_seed() -> None:
    reader = NetworkReader.fit(small_series(STEPS), HORIZONS, 6, around=False)
    for encoder in ENCODERS:
        made = []
        for seed in (0, 0, 1):
            torch.manual_seed(seed)
            network = Architecture(encoder, **SIZES).network(reader, None, levels=3)
            made.append(torch.cat([each.detach().flatten() for each in network.parameters()]))
        assert torch.equal(made[0], made[1])
        assert not torch.equal(made[0], made[2])


@pytest.mark.parametrize("encoder", ["lstm", "agcrn", "stid"])
def test_a_graph_that_is_not_seen_is_refused(encoder: str) -> None:
    with pytest.raises(ValueError, match=f"along a graph the encoder must be gru, got {encoder}"):
        NetworkForecaster.fit(
            small_series(STEPS),
            chronological(STEPS),
            HORIZONS,
            graph=lambda past: chain(3),
            architecture=Architecture(encoder),
        )


def test_an_unknown_encoder_is_refused() -> None:
    message = "an encoder must be one of gru, lstm, agcrn, stid, got 'tcn'"
    with pytest.raises(ValueError, match=message):
        Architecture("tcn")
