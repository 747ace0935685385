"""Series -> graph of stations with alike profiles, even where one lags behind the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.profiles import profiles, readings_at
from gnnlab.graphs.similarity.sparsify import gaussian_kernel, sparsify

LEAST_COMMON = 24  # readings of each, at phases that both have, below which profiles say nothing


def dtw_distances(
    profile: Float[np.ndarray, "phase station"], band: int
) -> Float[np.ndarray, "station station"]:
    """Dynamic time warping between the standardised profiles of all pairs of stations.

    What phases that both have cost stands for those that one lacks; without any they are
    infinitely far from each other.

    Args:
        profile: a column a station; NaN where nothing is known. A constant one is 0 throughout.
        band: how many phases may lie between two that are matched (Sakoe and Chiba 1978).

    Raises:
        ValueError: a negative band.

    >>> early, late = np.array([0.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0, 0.0])
    >>> dtw_distances(np.stack([early, late], axis=1), band=1)
    array([[0., 0.],
           [0., 0.]])
    """
    if band < 0:
        raise ValueError(f"band must be >= 0, got {band}")
    from gnnlab.graphs.similarity.dtw_kernels import warping_distances

    observed = ~np.isnan(profile)
    count = np.maximum(observed.sum(axis=0), 1)
    mean = np.where(observed, profile, 0.0).sum(axis=0) / count
    centred = profile - mean
    spread = np.sqrt((np.where(observed, centred, 0.0) ** 2).sum(axis=0) / count)
    flat = spread <= 1e-9 * np.abs(mean)  # constant but for rounding
    standard = centred / np.where(flat, np.inf, spread)
    found = warping_distances(np.ascontiguousarray(standard.T), band)
    common = observed.T.astype(np.float64) @ observed
    share = common / max(len(profile), 1)  # else who was seen least would be near to all
    found = np.divide(found, np.sqrt(share), out=np.full_like(found, np.inf), where=common > 0)
    np.fill_diagonal(found, 0.0)
    return found


def dtw_graph(
    values: Float[np.ndarray, "time station"],
    phase: Int[np.ndarray, " time"],
    labels: Sequence[str] | None = None,
    *,
    band: int = 3,
    sigma: float | None = None,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> Graph:
    """Stations joined by exp(-(d / sigma)^2), d the warping distance of their profiles.

    Noise alone keeps the profiles of short series far apart, all about as far: not how these
    distances spread, but how great they are gives their scale, ``sigma``.

    Profiles, not whole series: those of 1,000 stations over the 168 hours of a week take seconds,
    and a year of them would take hours. A pair is not joined where one of the two has less than
    ``LEAST_COMMON`` readings at phases that both have.

    Args:
        values: of the training part; NaN where nothing was observed.
        phase: where in its cycle each step lies, such as the hour of the week, 0 to 167.
        labels: one name a station.
        band: phases between two that are matched, at most.
        sigma: the distance at which 1/e is left; ``None`` takes the median of those above 0.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        ValueError: a negative band; see :func:`gaussian_kernel` and :func:`sparsify`.

    >>> hours = np.arange(48)
    >>> wave = np.sin(2 * np.pi * (hours[:, None] - [0.0, 1.0, 9.0]) / 24)
    >>> dtw_graph(wave, hours % 24, "ABC", threshold=0.5).edges
    array([[0],
           [1]])
    """
    found = np.where(
        comparable(values, phase), dtw_distances(profiles(values, phase), band), np.inf
    )
    if sigma is None:
        apart = found[np.isfinite(found) & (found > 0)]
        sigma = float(np.median(apart)) if apart.size else 1.0
    return sparsify(
        gaussian_kernel(found, sigma), labels, threshold=threshold, neighbors=neighbors, name="dtw"
    )


def comparable(
    values: Float[np.ndarray, "time station"], phase: Int[np.ndarray, " time"]
) -> Bool[np.ndarray, "station station"]:
    """Which pairs have at least ``LEAST_COMMON`` readings each at phases that both have.

    >>> hours = np.arange(48)
    >>> values = np.where(hours[:, None] < [48, 24, 8], 5.0, np.nan)
    >>> comparable(values, hours % 24).tolist()
    [[True, True, False], [True, True, False], [False, False, False]]
    """
    count = readings_at(values, phase)
    common = count.T @ (count > 0)  # [i, j]: readings of i at phases that j has too
    return np.minimum(common, common.T) >= LEAST_COMMON
