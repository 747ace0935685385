"""Where the readings of every verb of ``gnnlab sensors`` come from."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import progress
from gnnlab.cli.options import Decorator
from gnnlab.cli.verb import Positive
from gnnlab.errors import DataError

if TYPE_CHECKING:
    from gnnlab.data import SensorSeries

DATASETS = ("beijing-air", "simulated-city")  # of gnnlab.data, lazily


@dataclass(frozen=True)
class Source:
    """What the options say of where readings are and how they are read.

    Raises:
        click.UsageError: neither files nor a data set, both, or options that go with the other.
    """

    files: Sequence[Path]
    dataset: str | None
    stations: Path | None
    target: Sequence[str]
    time: str | None
    station: str | None
    unit: Sequence[tuple[str, str]]
    time_zone: str | None
    weather: Path | None
    weather_stations: Path | None
    weather_unit: Sequence[tuple[str, str]]
    future: Sequence[str]
    perfect_weather: bool
    memory: float

    def __post_init__(self) -> None:
        if bool(self.files) == (self.dataset is not None):
            raise click.UsageError(
                "readings must come from files or from --dataset, got "
                + ("both." if self.files else "neither.")
            )
        of_files = ("stations", "time", "station", "unit", "time_zone", "weather")
        of_weather = ("weather_stations", "weather_unit")
        self._refuse(of_files if self.dataset else (), "goes with files, not with --dataset.")
        self._refuse(() if self.weather else of_weather, "needs --weather.")
        self._refuse(() if self.future else ("perfect_weather",), "needs --future.")

    def _refuse(self, options: Sequence[str], why: str) -> None:
        for option in options:
            if getattr(self, option):
                raise click.UsageError(f"--{option.replace('_', '-')} {why}")

    def check_kept(self, option: str, path: Path | None, *more: Path | None) -> None:
        """See that a file to write is none of those that are read.

        Args:
            option: that says which file to write: ``"--out"``.
            path: of that file, if there is one to write.
            more: files that are read, too.

        Raises:
            click.UsageError: it is one of them.
        """
        read = (*self.files, self.stations, self.weather, self.weather_stations, *more)
        if path and path.resolve() in {each.resolve() for each in read if each}:
            raise click.UsageError(f"{option} must be none of the files that are read, got {path}.")

    def check_single_target(self) -> None:
        """See that no more than one target is named, for a forecast is of one.

        Raises:
            click.UsageError: several are.
        """
        if len(self.target) > 1:
            raise click.UsageError(
                f"a forecast must be of 1 --target, got {', '.join(self.target)}."
            )

    def read(self) -> "SensorSeries":
        """The series, with a bar on a terminal while it is fetched or read; memory-mapped if large.

        Raises:
            DataError: readings that cannot be had, read or understood.
        """
        from gnnlab.data import within_memory

        return within_memory(self._read(), math.ceil(self.memory * 1e9))

    def _read(self) -> "SensorSeries":
        if self.dataset is not None:
            from gnnlab.cli.data import load_series_with_progress

            series = load_series_with_progress(self.dataset)
            return series.with_kinds(self.target, self.future, self.perfect_weather)
        with progress() as bar:
            bar.add_task(f"reading {self.files[0].name}", total=None)
            series = self._of_files()
            return series.with_kinds((), self.future, self.perfect_weather)

    def _of_files(self) -> "SensorSeries":
        from gnnlab.data import read_readings, with_weather

        series = read_readings(
            self.files,
            self.stations,
            self.target,
            self.time,
            self.station,
            units=dict(self.unit),
            time_zone=self.time_zone,
        )
        if self.weather is None:
            return series
        if series.stations[["longitude", "latitude"]].isna().any(axis=1).all():
            raise DataError(
                "--weather must have sensors with a place, to find the weather nearest to them, "
                f"got none of {len(series.stations)}: --stations FILE says where they are"
            )
        weather = read_readings(
            self.weather,
            self.weather_stations or self.stations,
            units=dict(self.weather_unit),
            time_zone=self.time_zone,
        )
        return with_weather(series, weather)


class _ColumnUnit(click.ParamType):
    """A column and its unit."""

    name = "COLUMN=UNIT"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """The two sides of the last ``=``."""
        column, _, unit = str(value).rpartition("=")
        if not column or not unit:
            self.fail(f"a unit must be given as COLUMN=UNIT, such as CO=mg/m3, got {value!r}")
        return column, unit


_FILE = click.Path(path_type=Path)
_OPTIONS: Sequence[Decorator] = (
    click.argument("files", metavar="[READINGS]...", nargs=-1, type=_FILE),
    click.option(
        "--dataset",
        type=click.Choice(DATASETS),
        metavar="NAME",
        help=f"No files: {' or '.join(DATASETS)}.",
    ),
    click.option("--stations", type=_FILE, metavar="FILE", help="Names and places of stations."),
    click.option(
        "--target",
        multiple=True,
        metavar="NAME",
        help="What is forecast; may be repeated.  [default: the first pollutant]",
    ),
    click.option("--time", metavar="COLUMN", help="With the time.  [default: guessed]"),
    click.option("--station", metavar="COLUMN", help="With the station.  [default: guessed]"),
    click.option(
        "--unit",
        type=_ColumnUnit(),
        multiple=True,
        help="Where the header does not say it; may be repeated.",
    ),
    click.option(
        "--time-zone",
        metavar="NAME",
        help="Of times without an offset, such as Europe/Paris.  [default: UTC]",
    ),
    click.option("--weather", type=_FILE, metavar="FILE", help="Readings of the weather."),
    click.option(
        "--weather-stations",
        type=_FILE,
        metavar="FILE",
        help="Where that was measured.  [default: that of --stations]",
    ),
    click.option(
        "--weather-unit",
        type=_ColumnUnit(),
        multiple=True,
        help="As --unit, in the file of the weather.",
    ),
    click.option(
        "--future",
        multiple=True,
        metavar="NAME",
        help="A variable taken as known ahead; may be repeated.",
    ),
    click.option(
        "--perfect-weather",
        is_flag=True,
        help="Take measurements of --future as known ahead, and say so everywhere.",
    ),
    click.option(
        "--memory",
        type=Positive(),
        default=4.0,
        show_default=True,
        metavar="GB",
        help="Values that take more are kept on disk.",
    ),
)


def readings_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add READINGS and the options that say how to read them; the verb gets them as ``source``."""

    @wraps(verb)
    def with_source(**given: Any) -> Any:
        source = Source(**{each.name: given.pop(each.name) for each in fields(Source)})
        return verb(source=source, **given)

    decorated: Callable[..., Any] = with_source
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
