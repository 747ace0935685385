"""Stations -> graph of those that lie near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.sparsify import gaussian_kernel, sparsify

EARTH = 6371.0088  # mean radius in km (IUGG)


def great_circle(
    longitude: Float[np.ndarray, " station"], latitude: Float[np.ndarray, " station"]
) -> Float[np.ndarray, "station station"]:
    """Kilometres between all pairs along the sphere, by the haversine formula.

    Args:
        longitude: degrees east; NaN, if unknown, makes NaN.
        latitude: degrees north.

    >>> great_circle(np.array([0.0, 90.0]), np.array([0.0, 0.0])).round(1)  # a quarter of the way
    array([[    0. , 10007.6],
           [10007.6,     0. ]])
    """
    east, north = np.deg2rad(longitude), np.deg2rad(latitude)
    half = np.sin((north[:, None] - north) / 2) ** 2 + (
        np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    )
    return 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))


def distance_graph(
    longitude: Float[np.ndarray, " station"],
    latitude: Float[np.ndarray, " station"],
    labels: Sequence[str] | None = None,
    *,
    sigma: float | None = None,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> Graph:
    """Stations joined by exp(-(d / sigma)^2), d the great-circle distance in km.

    Args:
        longitude: degrees east; a station whose place is unknown (NaN) has no edges.
        latitude: degrees north.
        labels: one name a station.
        sigma: in km; ``None`` takes the standard deviation of all distances, with the 0 of each
            station to itself: :func:`bandwidth`.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        ValueError: see :func:`gaussian_kernel` and :func:`sparsify`.

    >>> east = np.array([116.397, 116.417, 116.628])
    >>> north = np.array([39.982, 39.929, 40.328])
    >>> distance_graph(east, north, ["Aotizhongxin", "Dongsi", "Huairou"], threshold=0.5)
    Graph(name='distance', nodes=3, edges=1, directed=False)
    """
    similarity = gaussian_kernel(great_circle(longitude, latitude), sigma)
    return sparsify(similarity, labels, threshold=threshold, neighbors=neighbors, name="distance")
