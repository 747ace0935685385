"""Columns found by what they are called, whatever the case, signs and brackets."""

import re
from collections.abc import Collection, Iterable

# Plain names of columns, the likeliest first.
LONGITUDES = "longitude lon lng long gpslongitude stationlongitude sitelongitude"
LATITUDES = "latitude lat gpslatitude stationlatitude sitelatitude"


def plain_name(name: str) -> str:
    """A column's name in lower case without signs and without what stands in brackets, unless UTC.

    >>> plain_name("Date (UTC)"), plain_name("Station_Name"), plain_name("Longitude [°E]")
    ('dateutc', 'stationname', 'longitude')
    """
    name = name.lower()
    if "utc" not in name:
        name = re.sub(r"[(\[].*[)\]]", "", name)
    return re.sub(r"[^a-z0-9]", "", name)


def likely_columns(columns: Iterable[str], names: str) -> list[str]:
    """The columns that are called by one of some plain names, in the order of these.

    Of columns whose plain names are the same, the first counts.

    >>> likely_columns(["x", "Site_Lon [°E]", "y"], "longitude sitelon x")
    ['Site_Lon [°E]', 'x']
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain_name(column), column)
    return [by_name[name] for name in names.split() if name in by_name]


def likely_column(columns: Iterable[str], names: str, taken: Collection[str] = ()) -> str | None:
    """The first of the likely columns that is not ``taken``, or nothing.

    >>> likely_column(["x", "Site_Lon [°E]", "y"], "longitude sitelon x", taken=["Site_Lon [°E]"])
    'x'
    """
    return next((name for name in likely_columns(columns, names) if name not in taken), None)
