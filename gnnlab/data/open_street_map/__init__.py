"""What OpenStreetMap says of the surroundings of a station."""

from gnnlab.data.open_street_map.site_features import site_features

__all__ = ["site_features"]
