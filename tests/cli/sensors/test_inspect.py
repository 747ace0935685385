"""What ``gnnlab sensors inspect`` prints and refuses, and how all verbs of sensors read."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from command_line import answer, gnnlab

from gnnlab.cli.sensors.options import DATASETS, Source, readings_options
from gnnlab.data import SensorSeries, cards

TOWN = Path(__file__).parents[2] / "data" / "town"
READINGS = [f"{TOWN}/readings.csv", "--time-zone", "Europe/Berlin"]
STATIONS = ["--stations", f"{TOWN}/stations.csv"]
WEATHER = ["--weather", f"{TOWN}/weather.csv", "--weather-stations", f"{TOWN}/weather-stations.csv"]
INSPECT = ["sensors", "inspect"]


def plain(rows: str = "2021-01-01 01:00,Park,4\n2021-01-01 02:00,Park,5\n") -> str:
    Path("plain.csv").write_text("time,site,PM2.5\n" + rows)
    return "plain.csv"


def test_a_town_s_files_are_told_in_json_and_text_and_drawn() -> None:
    found = answer(*INSPECT, *READINGS, *STATIONS, "--plot", "missing.png")
    assert [each["name"] for each in found["stations"]][:2] == ["Bahnhof", "Mühlbach"]
    assert found["start"] == "2021-10-18T00:00:00+02:00"
    assert found["end"] == "2021-11-07T23:00:00+01:00"
    assert (found["step"], found["targets"]) == ("1 hour", ["PM2.5"])
    assert 0 < found["missing_share"] < 0.1
    issues = {issue["kind"]: issue for issue in found["issues"]}
    assert issues["hours that come twice"]["first"].startswith("readings.csv, line ")
    shape = {"kind", "count", "rule", "first"}
    assert all(set(issue) - {"by_station"} == shape for issue in found["issues"])
    assert Path("missing.png").stat().st_size > 10_000
    text = gnnlab(*INSPECT, *READINGS, *STATIONS).stdout
    assert text.startswith("readings: 5 stations, 505 steps of 1 hour\n")
    said = " ".join(text.split())  # guesses are wrapped
    for issue in found["issues"]:
        assert issue["rule"] in said
        assert issue["first"] in said


def test_a_spike_can_be_found_wherever_it_is_told() -> None:
    hours = [f"2021-01-{1 + hour // 24:02} {hour % 24:02}:00" for hour in range(96)]
    rows = [
        f"{time},{name},{980 if (name, hour) in (('Hafen', 60), ('Park', 20)) else 20 + hour % 2}"
        for hour, time in enumerate(hours)
        for name in ("Park", "Mill", "Hafen")
    ]
    files = [plain("\n".join(rows) + "\n"), "--time-zone", "Europe/Berlin"]
    (spikes,) = [each for each in answer(*INSPECT, *files)["issues"] if "spikes" in each["kind"]]
    assert spikes["by_station"] == {
        "Park": {"count": 1, "first": ["2021-01-01 20:00 (PM2.5: 980)"]},
        "Hafen": {"count": 1, "first": ["2021-01-03 12:00 (PM2.5: 980)"]},
    }
    assert spikes["first"] == "Park, 2021-01-01 20:00 (PM2.5: 980)"
    assert "Hafen 2021-01-03 12:00 (PM2.5: 980)" in gnnlab(*INSPECT, *files).stdout


def test_weather_is_brought_to_the_stations_and_known_ahead_only_if_told() -> None:
    found = answer(*INSPECT, *READINGS, *STATIONS, *WEATHER)
    kinds = {each["name"]: each["kind"] for each in found["variables"]}
    assert kinds["temperature"] == kinds["humidity"] == "past"
    assert found["perfect_weather"] is False
    ahead = [*READINGS, *STATIONS, *WEATHER, "--future", "temperature", "--future", "humidity"]
    assert "--perfect-weather takes them as known" in gnnlab(*INSPECT, *ahead, status=1).stderr
    found = answer(*INSPECT, *ahead, "--perfect-weather")
    kinds = {each["name"]: each["kind"] for each in found["variables"]}
    assert kinds["temperature"] == kinds["humidity"] == "future"
    assert (kinds["PM2.5"], kinds["pressure"]) == ("target", "past")
    assert found["perfect_weather"] is True
    text = gnnlab(*INSPECT, *ahead, "--perfect-weather").stdout
    assert "perfect weather: temperature, humidity taken as known ahead" in text


def test_weather_measured_at_the_sensors_needs_no_table_of_its_own() -> None:
    Path("air.csv").write_text(
        "time,site,TEMP\n2021-01-01 01:00,Park,280\n2021-01-01 02:00,Park,281\n"
    )
    Path("sites.csv").write_text("name,lon,lat\nPark,10,52\n")
    weather = ["--weather", "air.csv", "--weather-unit", "TEMP=K"]
    found = answer(*INSPECT, plain(), "--stations", "sites.csv", *weather)
    assert found["variables"][1]["name"] == "temperature"
    assert found["variables"][1]["mean"] == pytest.approx(280.5 - 273.15, abs=1e-4)


def test_weather_of_sensors_without_a_place_is_refused_before_it_is_read() -> None:
    said = gnnlab(*INSPECT, plain(), "--weather", "nowhere.csv", status=1).stderr
    assert "must have sensors with a place" in said
    assert "got none of 1: --stations FILE says where they are" in said


def test_columns_units_and_targets_can_be_told() -> None:
    Path("odd.csv").write_text(
        "when,x,where,NO2,CO\n2021-01-01 01:00,1,Park,4,1\n2021-01-01 02:00,2,Park,5,2\n"
    )
    told = ["--time", "when", "--station", "where", "--unit", "CO=mg/m3"]
    found = answer(*INSPECT, "odd.csv", *told, "--target", "CO", "--target", "NO2")
    assert found["targets"] == ["CO", "NO2"]
    assert found["variables"][0]["mean"] == 1500
    guessed = [each["rule"] for each in found["issues"] if each["kind"] == "guessed column"]
    assert not [rule for rule in guessed if rule.startswith(("time is", "station is"))]


def test_several_files_are_one_series() -> None:
    Path("b.csv").write_text("time,site,PM2.5\n2021-01-01 03:00,Park,6\n")
    assert answer(*INSPECT, plain(), "b.csv")["steps"] == 3


def test_a_data_set_is_loaded_and_may_have_other_targets(
    beijing: SensorSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnnlab.data.load_series", lambda name, count: beijing)
    found = answer(*INSPECT, "--dataset", "beijing-air")
    assert found["missing_share"] == pytest.approx(0.0208, abs=5e-5)
    other = ["--target", "NO2", "--future", "rain", "--perfect-weather"]
    found = answer(*INSPECT, "--dataset", "beijing-air", *other)
    assert found["targets"] == ["NO2"]
    kinds = {each["name"]: each["kind"] for each in found["variables"]}
    assert (kinds["PM2.5"], kinds["NO2"], kinds["rain"]) == ("past", "target", "future")
    said = gnnlab(*INSPECT, "--dataset", "beijing-air", "--target", "NO3", status=1).stderr
    assert "got 'NO3' (closest: O3, NO2)" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "readings must come from files or from --dataset, got neither."),
        (["a.csv", "--dataset", "beijing-air"], "from --dataset, got both."),
        (["--dataset", "beijing-air", "--stations", "a"], "--stations goes with files"),
        (["--dataset", "beijing-air", "--time-zone", "UTC"], "--time-zone goes with files"),
        (["--dataset", "beijing"], "'beijing' is not one of 'beijing-air', 'simulated-city'."),
        (["--dataset", "cora"], "'cora' is not one of 'beijing-air', 'simulated-city'."),
        (["a.csv", "--weather-stations", "a"], "--weather-stations needs --weather."),
        (["a.csv", "--weather-unit", "T=K"], "--weather-unit needs --weather."),
        (["a.csv", "--perfect-weather"], "--perfect-weather needs --future."),
        (["a.csv", "--unit", "CO"], "such as CO=mg/m3, got 'CO'"),
        (["a.csv", "--unit", "CO="], "such as CO=mg/m3, got 'CO='"),
        (["a.csv", "--memory", "0"], "0 is not in the range x>0"),
    ],
)
def test_wrong_usage_is_said_in_words(arguments: list[str], said: str) -> None:
    assert said in " ".join(gnnlab(*INSPECT, *arguments, status=2).stderr.split())


def test_the_data_sets_that_are_offered_are_those_of_sensors() -> None:
    kinds = {card.name: card.kind for card in cards()}
    of_sensors = [name for name, kind in kinds.items() if kind in ("sensors", "simulation")]
    assert sorted(DATASETS) == of_sensors


def test_what_memory_does_not_hold_is_read_from_disk() -> None:
    @click.command()
    @readings_options
    def kind_of_array(source: Source) -> None:
        click.echo(type(source.read().values.base).__name__)

    arrays = [
        CliRunner().invoke(kind_of_array, [plain(), *more]).stdout.strip()
        for more in ([], ["--memory", "1e-9"])
    ]
    assert arrays[0] != "memmap"
    assert arrays[1] == "memmap"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "gnnlab: nowhere.csv does not exist"),
        (["."], "must be a file, got a folder"),
        (["binary.csv"], "got a binary file"),
        (["empty.csv"], "got an empty file"),
        (["plain.csv", "--time", "Tim"], "one of time, site, PM2.5 in plain.csv, got 'Tim' (clo"),
        (["plain.csv", "--station", "sit"], "got 'sit' (closest: site)"),
        (["plain.csv", "--target", "PM3.5"], "got 'PM3.5' (closest: PM2.5)"),
        (["plain.csv", "--future", "PM3.5"], "got 'PM3.5' (closest: PM2.5)"),
        (["plain.csv", "--future", "PM2.5", "--perfect-weather"], "got PM2.5 as both"),
        (["plain.csv", "--unit", "CO=ppb"], "got 'CO'"),
        (["plain.csv", "--unit", "PM25=mg/m3", "--time-zone", "x"], "such as Europe/Paris"),
        (["plain.csv", "--unit", "PM22=mg/m3", "--time-zone", "x"], "got 'PM22' (closest: PM2.5)"),
        (["wide.csv"], "such as --target PM2.5, got nothing"),
        (["plain.csv", "--stations", "nowhere.csv"], "nowhere.csv does not exist"),
        (["plain.csv", "--time-zone", "Berlin"], "such as Europe/Paris"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(arguments: list[str], said: str) -> None:
    plain()
    Path("binary.csv").write_bytes(bytes(range(256)) * 20)
    Path("empty.csv").touch()
    Path("wide.csv").write_text("time,Park,Mill\n2021-01-01 01:00,4,5\n2021-01-01 02:00,6,7\n")
    result = gnnlab(*INSPECT, *arguments, status=1)
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_a_wrong_ending_is_refused_before_anything_is_read() -> None:
    said = gnnlab(*INSPECT, "nowhere.csv", "--plot", "missing.doc", status=1).stderr
    assert "must end in .png, .svg, .pdf, got missing.doc" in said


def test_text_needs_neither_torch_nor_matplotlib() -> None:
    code = (
        "import sys\n"
        "from gnnlab.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print('loaded', {'torch', 'matplotlib', 'sklearn'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", code, *INSPECT, plain()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded set()\n")


def test_both_verbs_of_sensors_are_listed() -> None:
    text = gnnlab("sensors", "--help").stdout
    assert "graph" in text
    assert "inspect" in text
