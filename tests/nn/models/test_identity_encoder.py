from datetime import datetime

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.calendar import CALENDAR, calendar, local_times
from gnnlab.data.scaler import Scaler
from gnnlab.nn.models.identity_encoder import IdentityEncoder

BATCH, TIME, STATIONS, IN, WINDOW, EMBEDDING = 3, 4, 2, 3, 5, 2
SINE, COSINE = (1, 0.1, 0.7), (2, -0.2, 0.6)


def encoder() -> IdentityEncoder:
    """In float64, none of its weights 0."""
    torch.manual_seed(0)
    made = IdentityEncoder(IN, TIME, WINDOW, EMBEDDING, sine=SINE, cosine=COSINE).double()
    for each in made.parameters():
        torch.nn.init.normal_(each)
    return made


def window(hours: np.ndarray) -> torch.Tensor:
    """Random readings; of the last step the waves of hours since Monday, scaled."""
    torch.manual_seed(1)
    x = torch.randn(len(hours), TIME, STATIONS, IN, dtype=torch.float64)
    for wave, (channel, center, scale) in ((np.sin, SINE), (np.cos, COSINE)):
        scaled = (wave(2 * np.pi * hours / 168) - center) / scale
        x[:, -1, :, channel] = torch.from_numpy(scaled)[:, None]
    return x


def test_states_are_those_of_the_equations() -> None:
    model, x = (
        encoder(),
        window(np.array([0, 30.5, 167])),
    )  # Monday 0:00, Tuesday 6:30, Sunday 23:00
    found = model(x, torch.zeros(STATIONS, 1, dtype=torch.float64)).detach().numpy()
    w, b, t, d = (
        model.get_parameter(name).detach().numpy()
        for name in ("of_window.weight", "of_window.bias", "hour", "weekday")
    )
    for batch, (hour, weekday) in enumerate([(0, 0), (6, 1), (23, 6)]):
        for station in range(STATIONS):
            readings = np.concatenate([x[batch, step, station].numpy() for step in range(TIME)])
            s = np.concatenate([w @ readings + b, t[hour], d[weekday]])
            np.testing.assert_allclose(found[batch, station], s, rtol=1e-10, atol=1e-12)
    assert model.out_channels == found.shape[-1]


@given(
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]),
    st.datetimes().filter(lambda each: 1970 < each.year < 2100),
    st.sampled_from([5, 10, 60]),
)
def test_the_clock_is_that_of_the_calendar(zone: str, start: datetime, minutes: int) -> None:
    begin = np.datetime64(start, "m").astype("datetime64[s]")
    times = begin + np.arange(400) * np.timedelta64(minutes, "m")
    local = local_times(times, zone)
    waves = calendar(times, zone)[:, None]
    scaler = Scaler.fit(waves)
    names = [each.name for each in CALENDAR]
    sine, cosine = (
        (number, float(scaler.center[0, number]), float(scaler.scale[0, number]))
        for number in map(names.index, ("sine of week", "cosine of week"))
    )
    model = IdentityEncoder(len(CALENDAR), 1, 1, 1, sine=sine, cosine=cosine)
    x = torch.from_numpy(scaler.transform(waves))[:, None]
    hour, weekday = model.clock(x)
    days = local.astype("datetime64[D]")
    np.testing.assert_array_equal(hour, (local - days) // np.timedelta64(1, "h"))
    np.testing.assert_array_equal(weekday, (days.astype(int) + 3) % 7)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="steps must be >= 1, got 0"):
        IdentityEncoder(IN, 0, WINDOW, EMBEDDING, sine=SINE, cosine=COSINE)
    message = r"x must be of shape \[batch, 4, station, 3\], got \[3, 5, 2, 3\]"
    with pytest.raises(ValueError, match=message):
        encoder()(torch.zeros(3, 5, STATIONS, IN, dtype=torch.float64), torch.zeros(STATIONS, 1))
