"""What is measured at a sensor, in which unit, and how much of it a forecaster may know."""

from collections.abc import Sequence
from dataclasses import dataclass

from gnnlab.errors import DataError

KINDS = ("target", "past", "future")
SOURCES = ("measured", "calendar")


@dataclass(frozen=True)
class Variable:
    """A channel of a :class:`~gnnlab.data.series.SensorSeries`.

    Args:
        name: such as ``"PM2.5"``.
        unit: such as ``"ug/m3"``; ``"1"`` is a number without unit.
        kind: ``"target"``, what is forecast; ``"past"``, known up to now (other pollutants,
            measured weather); ``"future"``, known ahead without doubt (the calendar).
        source: ``"measured"`` or ``"calendar"``.

    Raises:
        DataError: another kind or source.

    >>> Variable("PM2.5", "ug/m3", "target")
    Variable(name='PM2.5', unit='ug/m3', kind='target', source='measured')
    """

    name: str
    unit: str
    kind: str
    source: str = "measured"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DataError(
                f"the kind of {self.name} must be one of {', '.join(KINDS)}, got {self.kind!r}"
            )
        if self.source not in SOURCES:
            raise DataError(
                f"the source of {self.name} must be one of {', '.join(SOURCES)}, "
                f"got {self.source!r}"
            )


def check_variables(variables: Sequence[Variable], perfect_weather: bool) -> None:
    """Refuse what is named twice, and measurements that pretend to be known ahead.

    Raises:
        DataError: a name that comes twice; a measured variable of kind ``"future"`` unless
            ``perfect_weather`` says that the weather of tomorrow is taken as known.
    """
    names = [variable.name for variable in variables]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"variables must have different names, got {twice[0]!r} twice")
    known_ahead = [
        variable.name
        for variable in variables
        if variable.kind == "future" and variable.source == "measured"
    ]
    if known_ahead and not perfect_weather:
        raise DataError(
            f"what is known ahead must not be measured, got {', '.join(known_ahead)} of kind "
            "future: nobody knows tomorrow's measurements (--perfect-weather takes them as known, "
            "and every table then says so)"
        )
