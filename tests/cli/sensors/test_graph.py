import shlex
from pathlib import Path

import numpy as np
import pytest
from command_line import answer, gnnlab

from gnnlab.experiments import sensor_graphs

GRAPH = ("sensors", "graph")
FILES = ("readings.csv", "--stations", "stations.csv", "--time-zone", "Europe/Berlin")


@pytest.fixture(autouse=True)
def town(in_empty_folder: None) -> None:
    """Four stations from west to east, in a west wind: two at roads and two in parks."""
    draw = np.random.default_rng(0)
    steps = np.arange(24 * 21)
    weather = 20 + draw.normal(size=len(steps)).cumsum() / 5
    lines = ["time,station,PM2.5 (ug/m3),wind speed (m/s),wind direction"]
    for number, name in enumerate(("Abbey", "Bridge", "Castle", "Dock")):
        rush = 3 * (number < 2) * (steps % 24 == 8)
        level = np.maximum(weather + rush + draw.normal(size=len(steps)), 0)
        lines += [
            f"{np.datetime64('2021-03-01T00') + hour},{name},{value:.2f},{3 + hour % 2},270"
            for hour, value in zip(steps, level, strict=True)
        ]
    Path("readings.csv").write_text("\n".join(lines) + "\n")
    Path("stations.csv").write_text(
        "station,longitude,latitude,type\nAbbey,10.0,52.0,urban\nBridge,10.1,52.0,urban\n"
        "Castle,10.2,52.0,park\nDock,10.3,52.0,park\n"
    )


def test_the_wind_blows_from_west_to_east() -> None:
    found = answer(*GRAPH, *FILES, "--kind", "wind", "--neighbors", "3")
    assert (found["nodes"], found["edges"], found["directed"]) == (4, 6, True)
    assert all(edge["source"] < edge["target"] for edge in found["strongest"])
    assert found["strongest"][0]["weight"] == 1


@pytest.mark.parametrize("kind", ["distance", "correlation", "site", "wind", "dtw", "combine"])
def test_each_kind_is_told_and_drawn(kind: str) -> None:
    result = gnnlab(*GRAPH, *FILES, "--kind", kind, "--plot", "map.png")
    assert f"readings, {kind}: " in result.stdout
    assert "4 stations, " in result.stdout
    assert "strongest edges" in result.stdout
    fitted = "no readings were used" if kind == "distance" else "training part alone, 352 of 504"
    assert fitted in result.stdout
    assert "drew map.png" in result.stderr
    assert Path("map.png").stat().st_size > 10_000


@pytest.mark.parametrize("out", ["wind.csr", "wind.csv"])
def test_gnnlab_hops_reads_what_is_written(out: str) -> None:
    result = gnnlab(*GRAPH, *FILES, "--kind", "wind", "--neighbors", "1", "--out", out)
    assert f"wrote {out}" in result.stderr
    hops = answer("hops", "--graph", out, "--directed", "--from", "Abbey", "--to", "Dock")
    assert hops["hops"] == 3
    assert hops["paths"] == [["Abbey", "Bridge", "Castle", "Dock"]]


@pytest.mark.parametrize("out", ["the wind.csv", "wind.npz", "wind.csr"])
def test_a_directed_graph_is_read_as_it_says_where_it_is_written(out: str) -> None:
    directed = ("--kind", "wind", "--neighbors", "1")
    said = gnnlab(*GRAPH, *FILES, *directed, "--out", out).stderr.splitlines()
    (how,) = [line for line in said if line.startswith("to read its directions: gnnlab ")]
    _, *command = shlex.split(how.partition(": ")[2])
    assert answer(*command)["directed"]
    assert not answer(*(word for word in command if word != "--directed"))["directed"]
    both_ways = gnnlab(*GRAPH, *FILES, "--out", "near.csv").stderr
    assert "wrote near.csv" in both_ways
    assert "directions" not in both_ways


def test_a_station_without_an_edge_is_in_no_edge_list() -> None:
    few = ("--kind", "distance", "--threshold", "1")
    said = gnnlab(*GRAPH, *FILES, *few, "--out", "few.csv", status=1).stderr
    assert "every node must have an edge to be in an edge list, got none at Abbey" in said
    assert "(write it as .csr, which keeps such nodes and all names)" in said
    assert not Path("few.csv").exists()
    gnnlab(*GRAPH, *FILES, *few, "--out", "few.csr")
    assert answer("hops", "--graph", "few.csr")["nodes"] == 4


@pytest.mark.parametrize("kind", ["distance", "wind", "site"])
def test_a_station_that_can_have_no_edge_is_refused_before_the_graph_is_made(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sensor_graphs, "sensor_graph", None)  # too early to be called
    table = Path("stations.csv")
    table.write_text(table.read_text().replace("Dock,10.3,52.0", "Dock,,"))
    osm = ("--osm", "town.osm") if kind == "site" else ()
    said = gnnlab(*GRAPH, *FILES, "--kind", kind, *osm, "--out", "town.csv", status=1).stderr
    assert "every node must have an edge to be in an edge list, got none at Dock (write" in said
    assert not Path("town.csv").exists()


def test_a_station_without_coordinates_may_have_an_edge() -> None:
    table = Path("stations.csv")
    table.write_text(table.read_text().replace("Dock,10.3,52.0", "Dock,,"))
    gnnlab(*GRAPH, *FILES, "--kind", "site", "--neighbors", "3", "--out", "town.csv")
    assert answer("hops", "--graph", "town.csv")["nodes"] == 4


def test_a_map_without_edges_is_drawn() -> None:
    found = answer(*GRAPH, *FILES, "--threshold", "1", "--plot", "alone.png")
    assert (found["nodes"], found["edges"]) == (4, 0)
    assert Path("alone.png").stat().st_size > 10_000


@pytest.mark.parametrize("kind", ["correlation", "distance"])
def test_one_station_is_no_graph_and_nothing_is_printed(kind: str) -> None:
    Path("one.csv").write_text("time,station,PM2.5\n2021-03-01,Abbey,4\n2021-03-02,Abbey,5\n")
    said = gnnlab(*GRAPH, "one.csv", "--kind", kind, status=1)
    assert said.stderr == "gnnlab: a graph of sensors needs at least 2 stations, got 1\n"
    assert said.stdout == ""


def test_a_wrong_ending_is_refused_before_anything_is_read() -> None:
    said = gnnlab(*GRAPH, "nowhere.csv", "--out", "graph.doc", status=1).stderr
    assert "a graph is written as .csr, .csv, .npz, .mtx, got graph.doc" in said


def test_a_folder_that_does_not_exist_is_refused_before_anything_is_read() -> None:
    for out in ("no/graph.csv", "no/graph.csr"):
        said = gnnlab(*GRAPH, "nowhere.csv", "--out", out, status=1).stderr
        assert said == "gnnlab: a graph needs a folder that exists, got no\n"
    said = gnnlab(*GRAPH, "nowhere.csv", "--plot", "no/map.png", status=1).stderr
    assert said == "gnnlab: a figure needs a folder that exists, got no\n"


def test_a_csr_folder_is_replaced_and_another_folder_is_refused_at_once() -> None:
    for kind in ("wind", "distance"):
        gnnlab(*GRAPH, *FILES, "--kind", kind, "--out", "town.csr")
    assert answer("hops", "--graph", "town.csr")["nodes"] == 4
    Path("town.csv").mkdir()
    said = gnnlab(*GRAPH, "nowhere.csv", "--out", "town.csv", status=1).stderr
    assert "a graph must be a file, got the folder town.csv" in said


@pytest.mark.parametrize("folder", [".", "town", "town.png"])
def test_a_folder_is_no_file_to_write_and_that_is_said_at_once(folder: str) -> None:
    Path(folder).mkdir(exist_ok=True)
    said = gnnlab(*GRAPH, "nowhere.csv", "--plot", folder, status=1).stderr
    assert said == f"gnnlab: a figure must be a file, got the folder {folder}\n"
    said = gnnlab("sensors", "inspect", "nowhere.csv", "--plot", folder, status=1).stderr
    assert said == f"gnnlab: a figure must be a file, got the folder {folder}\n"
    said = gnnlab(*GRAPH, "nowhere.csv", "--out", folder, status=1).stderr
    assert said == f"gnnlab: a graph must be a file, got the folder {folder}\n"


@pytest.mark.parametrize("kind", ["as it was named", "along another way", "through a link"])
@pytest.mark.parametrize(
    "read",
    [
        ["r.csv"],
        ["r.csv", "--stations", "s.csv"],
        ["r.csv", "q.csv"],
        ["r.csv", "--weather", "w.csv"],
        ["r.csv", "--weather", "w.csv", "--weather-stations", "v.csv"],
        ["r.csv", "--kind", "site", "--osm", "m.osm"],
    ],
)
def test_a_file_that_is_read_is_not_written(read: list[str], kind: str) -> None:
    for name in read:
        if not name.startswith("-"):
            Path(name).write_text("kept")
    Path("link").symlink_to(read[-1])
    same = {"along another way": f"../{Path.cwd().name}/{read[-1]}", "through a link": "link"}
    written = same.get(kind, read[-1])
    for option in ("--out", "--plot"):
        said = gnnlab(*GRAPH, *read, option, written, status=2).stderr
        expected = f"{option} must be none of the files that are read, got {written}."
        assert expected in " ".join(said.split())
    if "--osm" not in read:
        inspect = gnnlab("sensors", "inspect", *read, "--plot", written, status=2).stderr
        assert f"--plot must be none of the files that are read, got {written}." in inspect
    assert Path(read[-1]).read_text() == "kept"


def test_another_file_is_replaced_and_help_says_so() -> None:
    Path("town.csv").write_text("old")
    Path("town.png").write_text("old")
    gnnlab(*GRAPH, *FILES, "--out", "town.csv", "--plot", "town.png")
    assert Path("town.csv").read_text().startswith("source,target")
    assert Path("town.png").stat().st_size > 10_000
    assert "--out and --plot replace what is there, but for files that are read." in " ".join(
        gnnlab(*GRAPH, "--help").stdout.split()
    )
    assert "--plot replaces what is there, but for files that are read." in " ".join(
        gnnlab("sensors", "inspect", "--help").stdout.split()
    )


@pytest.mark.parametrize("kind", ["distance", "correlation"])
def test_a_graph_without_edges_says_how_great_weights_are(kind: str) -> None:
    strongest = answer(*GRAPH, *FILES, "--kind", kind, "--neighbors", "1")["strongest"][0]
    said = gnnlab(*GRAPH, *FILES, "--kind", kind, "--threshold", "0.9999").stderr
    greatest = f"{strongest['weight']:.6g}"
    assert said == f"no edges: the greatest weight is {greatest}, below --threshold 0.9999\n"
    assert "no edges" not in gnnlab(*GRAPH, *FILES, "--kind", kind).stderr


@pytest.mark.parametrize("kind", ["correlation", "dtw"])
def test_stations_with_too_few_readings_are_named(kind: str) -> None:
    lines = Path("readings.csv").read_text().splitlines()
    few = [line for line in lines if "Dock" not in line or line.startswith("2021-03-01T0")]
    Path("readings.csv").write_text("\n".join(few) + "\n")
    alone = "too few readings in the training part to be alike to any (so without edges): "
    assert gnnlab(*GRAPH, *FILES, "--kind", kind).stderr == f"{alone}Dock\n"
    assert answer(*GRAPH, *FILES, "--kind", kind)["too_few_readings"] == ["Dock"]
    assert answer(*GRAPH, *FILES)["too_few_readings"] == []
    nobody = gnnlab(*GRAPH, *FILES, "--kind", kind, "--train-share", "0.01").stderr
    assert nobody == f"{alone}Abbey, Bridge, Castle, Dock\nno edges: no weight is above 0\n"


def test_it_says_that_something_was_guessed_and_where_that_stands() -> None:
    files = FILES[:3]  # without a time zone
    listed = answer("sensors", "inspect", *files)["issues"]
    guessed = [each for each in listed if not each["rule"].startswith("kept")]
    assert "guessed time zone" in {each["kind"] for each in guessed}
    found = answer(*GRAPH, *files)
    assert found["guessed_or_mended"] == len(guessed)
    assert found["training"]["time_zone"] == "UTC"
    said = (
        f"time zone UTC; {len(guessed)} things were guessed or mended in the readings: "
        "gnnlab sensors inspect lists them"
    )
    assert said in gnnlab(*GRAPH, *files).stdout.splitlines()


def test_a_threshold_and_the_share_of_training_count() -> None:
    few = answer(*GRAPH, *FILES, "--threshold", "0.9")
    assert few["edges"] < answer(*GRAPH, *FILES, "--threshold", "0.01")["edges"]
    half = answer(*GRAPH, *FILES, "--kind", "correlation", "--train-share", "0.5")
    assert half["training"]["steps"] == 252
    assert half["training"]["end"] == "2021-03-11T11:00:00"


def test_surroundings_come_from_a_map() -> None:
    places = [(10.0 + number / 10, 52.0) for number in range(4)]
    schools = "".join(
        f'<node id="{number + 1}" lat="{north}" lon="{east + 0.001}">'
        '<tag k="amenity" v="school"/></node>'
        for number, (east, north) in enumerate(places[:2])
    )
    bounds = '<bounds minlat="51" minlon="9" maxlat="53" maxlon="11"/>'
    Path("town.osm").write_text(f'<osm version="0.6">{bounds}{schools}</osm>')
    found = answer(*GRAPH, *FILES, "--kind", "site", "--osm", "town.osm")
    assert list(found["importance"]) == ["school count 0-100 m"]
    assert [set(group) for group in found["communities"]] == [
        {"Abbey", "Bridge"},
        {"Castle", "Dock"},
    ]


def test_perfect_weather_is_said() -> None:
    ahead = ("--future", "wind u", "--perfect-weather")
    assert "perfect weather" in gnnlab(*GRAPH, *FILES, *ahead, "--kind", "wind").stdout
    assert answer(*GRAPH, *FILES, *ahead)["perfect_weather"]
    assert "perfect weather" not in gnnlab(*GRAPH, *FILES).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([*FILES, "--kind", "near"], 2, "'near' is not one of 'distance', 'correlation'"),
        ([*FILES, "--threshold", "0.5", "--neighbors", "3"], 2, "instead of --neighbors, got both"),
        ([*FILES, "--threshold", "0"], 2, "0.0 is not in the range 0<x<=1"),
        ([*FILES, "--neighbors", "0"], 2, "0 is not in the range x>=1"),
        ([*FILES, "--train-share", "1.5"], 2, "1.5 is not in the range 0<x<=1"),
        ([*FILES, "--osm", "a.osm"], 2, "--osm is for --kind site and combine, got distance"),
        ([*FILES, "--kind", "site", "--osm", "a.osm"], 1, "a.osm"),
        ([*FILES, "--plot", "map.doc"], 1, "must end in .png, .svg, .pdf, got map.doc"),
        ([*FILES, "--out", "graph.doc"], 1, "a graph is written as .csr"),
        (["readings.csv"], 1, "at least 2 stations must have coordinates"),
        ([], 2, "readings must come from files or from --dataset, got neither"),
    ],
)
def test_wrong_usage_is_said_in_words(arguments: list[str], status: int, said: str) -> None:
    result = gnnlab(*GRAPH, *arguments, status=status)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
