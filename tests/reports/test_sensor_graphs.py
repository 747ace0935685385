from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas
import pytest
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.issue import Issue
from gnnlab.experiments.sensor_graphs import described, sensor_graph
from gnnlab.graphs.similarity import great_circle
from gnnlab.reports.sensor_graphs import graph_text
from gnnlab.reports.sensor_maps import crowd, draw_sensor_graph

STATIONS = pandas.DataFrame(
    {
        "longitude": [10.0, 10.1, 10.2, 10.0],
        "latitude": [50.0, 50.0, 50.1, 50.2],
        "type": ["urban", "urban", "park", None],
    },
    index=["Alpha", "Beta", "Gamma", "Delta"],
)


def town(stations: pandas.DataFrame = STATIONS, **given: object) -> SensorSeries:
    values = np.random.default_rng(0).normal(size=(400, len(stations), 3)).cumsum(axis=0) + 50
    return SensorSeries(
        values=values.astype(np.float32),
        variables=[
            Variable("PM2.5", "ug/m3", "target"),
            Variable("wind u", "m/s", "past"),
            Variable("wind v", "m/s", "past"),
        ],
        times=np.datetime64("2021-03-01T00", "s") + 3600 * np.arange(400),
        stations=stations,
        name="town",
        **given,
    )


def names_on(figure: object) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_map_has_every_edge_name_type_and_a_scale() -> None:
    found = sensor_graph(town(), "distance")
    figure = draw_sensor_graph(found)
    axes = figure.axes[0]
    lines = next(each for each in axes.collections if isinstance(each, LineCollection))
    assert len(lines.get_segments()) == found.graph.num_edges
    strongest = int(np.argmax(found.graph.weight))
    assert np.argmax(lines.get_linewidths()) == len(lines.get_linewidths()) - 1
    ends = STATIONS[["longitude", "latitude"]].to_numpy()[found.graph.edges[:, strongest]]
    np.testing.assert_allclose(lines.get_segments()[-1], ends)
    assert {*STATIONS.index, "2 km"} <= set(names_on(figure))
    legend = {text.get_text() for text in figure.legends[0].get_texts()}
    assert legend == {"urban", "park", "unknown"}
    assert figure.legends[1].get_title().get_text() == "weight"
    shown = [float(text.get_text()) for text in figure.legends[1].get_texts()]
    assert shown[::2] == pytest.approx(
        [found.graph.weight.min(), found.graph.weight.max()], rel=0.05
    )
    assert axes.get_aspect() == pytest.approx(1 / np.cos(np.deg2rad(50.075)))
    assert "no readings were used" in figure.get_suptitle()


def test_the_scale_is_as_long_as_it_says() -> None:
    axes = draw_sensor_graph(sensor_graph(town(), "distance")).axes[0]
    bar = axes.lines[-1].get_xdata()
    km_a_degree = 2 * np.pi * 6371.0088 / 360 * np.cos(np.deg2rad(50.075))
    assert (bar[1] - bar[0]) * km_a_degree == pytest.approx(2, rel=1e-3)


def test_arrows_point_where_the_air_goes() -> None:
    found = sensor_graph(town(), "wind")
    axes = draw_sensor_graph(found).axes[0]
    arrows = [each for each in axes.patches if isinstance(each, FancyArrowPatch)]
    assert len(arrows) == found.graph.num_edges
    place = STATIONS[["longitude", "latitude"]].to_numpy()
    drawn = {tuple(np.ravel(arrow._posA_posB)) for arrow in arrows}
    assert drawn == {tuple(place[pair].ravel()) for pair in found.graph.edges.T.tolist()}


def test_colours_of_a_site_graph_are_its_communities() -> None:
    figure = draw_sensor_graph(sensor_graph(town(), "site"))
    assert figure.legends[0].get_title().get_text() == "community"


def test_a_station_without_coordinates_is_named_and_left_out() -> None:
    series = town(STATIONS.assign(longitude=[10.0, 10.1, 10.2, np.nan]))
    found = sensor_graph(series, "correlation", neighbors=3)
    figure = draw_sensor_graph(found)
    assert "Delta" not in names_on(figure)
    assert "without coordinates: Delta" in figure.get_suptitle()
    assert "without coordinates: Delta" in graph_text(described(found))


def test_without_any_coordinates_the_graph_places_its_nodes() -> None:
    series = town(STATIONS.assign(longitude=np.nan))
    figure = draw_sensor_graph(sensor_graph(series, "correlation"))
    assert {*STATIONS.index, "placed by the graph, not by coordinates"} == set(names_on(figure))


LINES = {
    "west to east": (8 + 0.004 * np.arange(6), np.full(6, 50.0)),
    "south to north": (np.full(6, 8.0), 50 + 0.004 * np.arange(6)),
    "nearly west to east": (8 + 0.004 * np.arange(6), 50 + 1e-5 * (np.arange(6) % 2)),
    "two": (np.array([8.0, 8.01]), np.array([50.0, 50.003])),
    "at one place": (np.full(3, 8.0), np.full(3, 50.0)),
}


@pytest.mark.parametrize("kind", ["distance", "wind"])
@pytest.mark.parametrize("line", LINES)
def test_stations_on_a_street_have_a_map_that_can_be_read(line: str, kind: str) -> None:
    longitude, latitude = LINES[line]
    street = pandas.DataFrame({"longitude": longitude, "latitude": latitude, "type": "urban"})
    street.index = [f"Station {number}" for number in range(len(street))]
    figure = draw_sensor_graph(sensor_graph(town(street), kind))
    figure.draw_without_rendering()
    (axes,) = figure.axes
    box = axes.get_window_extent()
    assert box.height > 0.7 * figure.bbox.height
    assert 0.5 * box.height < box.width < 2 * box.height
    west, east = axes.get_xlim()
    assert (east - west) * 0.6 < max(np.ptp(longitude), np.ptp(latitude)) + 0.02
    for legend in figure.legends:
        assert 0 <= legend.get_window_extent().x0 - box.x1 < 72
    for label in (axes.get_xticklabels(), axes.get_yticklabels()):
        ticks = [text.get_window_extent() for text in label]
        assert not any(one.overlaps(other) for one, other in pairwise(ticks))


@pytest.mark.parametrize("kind", ["distance", "wind"])
def test_where_one_station_is_far_away_the_others_are_enlarged(kind: str) -> None:
    draw = np.random.default_rng(1)
    table = pandas.DataFrame(
        {
            "longitude": [*(8 + 0.02 * draw.random(9)), 11.0],
            "latitude": [*(50 + 0.02 * draw.random(9)), 51.0],
        },
        index=[f"Station {number}" for number in range(10)],
    )
    figure = draw_sensor_graph(sensor_graph(town(table), kind))
    figure.draw_without_rendering()
    whole, near = figure.axes
    of = [[text for text in axes.texts if "Station" in text.get_text()] for axes in (whole, near)]
    assert [text.get_text() for text in of[0]] == ["Station 9"]
    assert [text.get_text() for text in of[1]] == [f"Station {number}" for number in range(9)]
    boxes = [text.get_window_extent() for text in of[1]]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    (west, east), (south, north) = near.get_xlim(), near.get_ylim()
    assert table["longitude"][:9].between(west, east).all()
    assert table["latitude"][:9].between(south, north).all()
    assert near.get_window_extent().height > 0.7 * figure.bbox.height
    assert not near.get_tightbbox().overlaps(figure.legends[0].get_window_extent())


def test_a_map_without_a_crowd_is_one() -> None:
    assert len(draw_sensor_graph(sensor_graph(town(), "distance")).axes) == 1
    pair = np.array([[0.0, 0], [0.01, 0], [9, 5]])
    assert not crowd(pair, 1.0).any()  # of two nothing need be enlarged
    line = np.column_stack([np.linspace(0, 1, 9), np.zeros(9)])
    assert not crowd(line, 1.0).any()  # all are close, but take the whole map
    assert not crowd(np.full((5, 2), np.nan), 1.0).any()
    lost = np.array([[0.0, 0], [np.nan, 0], [0.1, 0], [0.2, 0.1], [9, 5]])
    assert crowd(lost, 1.0).tolist() == [True, False, True, True, False]


def test_two_at_one_place_are_drawn() -> None:
    series = town(STATIONS.assign(longitude=10.0, latitude=50.0))
    draw_sensor_graph(sensor_graph(series, "combine")).draw_without_rendering()


def test_names_lie_apart_and_inside() -> None:
    crowded = pandas.DataFrame(
        {"longitude": 10 + 0.02 * (np.arange(16) % 4), "latitude": 50 + 0.02 * (np.arange(16) // 4)}
    ).set_index(pandas.Index([f"Station {number}" for number in range(16)]))
    figure = draw_sensor_graph(sensor_graph(town(crowded), "distance"))
    axes = figure.axes[0]
    boxes = [
        text.get_window_extent() for text in axes.texts if text.get_text().startswith("Station")
    ]
    assert len(boxes) == 16
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
        assert axes.bbox.x0 <= box.x0
        assert box.x1 <= axes.bbox.x1


def test_what_only_names_stations_and_what_was_guessed_is_said() -> None:
    bare = graph_text(described(sensor_graph(town(), "site")))
    assert "left out" not in bare
    assert "guessed" not in bare
    table = STATIONS.assign(address=["1 Mill Lane", "2 Mill Lane", "High Street", "Park"])
    issues = [
        Issue("guessed time zone", 8, "times without a zone are UTC", "a.csv, line 2"),
        Issue("odd values", 1, "kept: they may be true", "a.csv, line 3"),
    ]
    series = town(table, issues=issues)
    text = graph_text(described(sensor_graph(series, "site")))
    assert "left out, as their words differ for most stations: address\n" in text
    assert "time zone UTC; 1 thing was guessed or mended in the readings: gnnlab sensors" in text
    assert "left out" not in graph_text(described(sensor_graph(series, "distance")))


def test_a_station_without_coordinates_has_no_edges_from_a_map(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    bounds = '<bounds minlat="49" minlon="9" maxlat="51" maxlon="11"/>'
    school = '<node id="1" lat="50" lon="10.001"><tag k="amenity" v="school"/></node>'
    path.write_text(f'<osm version="0.6">{bounds}{school}</osm>')
    series = town(STATIONS.assign(longitude=[10.0, 10.1, 10.2, np.nan]))
    found = sensor_graph(series, "site", osm=path, neighbors=3)
    assert set(found.graph.edges.ravel().tolist()) == {0, 1, 2}
    assert "without coordinates (so without edges): Delta" in graph_text(described(found))
    answer = described(sensor_graph(series, "site"))
    assert "without coordinates: Delta" in graph_text(answer)
    every = described(sensor_graph(series, "combine", osm=path))
    assert (every["nodes"], every["without_coordinates"]) == (4, ["Delta"])


def test_the_text_says_all_that_is_asked() -> None:
    text = graph_text(described(sensor_graph(town(), "wind", neighbors=1)))
    assert text.startswith("town, wind: how often and fast the wind blows there\n4 stations, 3 ed")
    assert "directed, density 0.250" in text
    assert "fitted on wind of the training part alone, 280 of 400 steps:" in text
    assert "\n2021-03-01 00:00 to 2021-03-12 15:00 (UTC)" in text
    assert " -> " in text
    text = graph_text(described(sensor_graph(town(), "site")))
    assert "what tells groups of stations apart" in text
    assert "longitude" in text
    assert "perfect weather" not in text


def test_the_text_says_how_many_edges_stay_and_how_far_near_is() -> None:
    km = great_circle(*STATIONS[["longitude", "latitude"]].to_numpy().T).std()
    near = graph_text(described(sensor_graph(town(), "distance"))).splitlines()
    assert f"kept: the 2 strongest of each station; sigma {km:.3g} km" in near
    assert "kept: the strongest of each station" in graph_text(
        described(sensor_graph(town(), "wind", neighbors=1))
    )
    few = graph_text(described(sensor_graph(town(), "correlation", threshold=0.01)))
    assert "kept: weights of at least 0.01\n" in few


def test_what_a_mean_lacks_is_said() -> None:
    series = town()
    every = graph_text(described(sensor_graph(series, "combine")))
    assert "mean of distance, correlation, site, wind\n" in every
    assert "not in the mean" not in every
    calm = replace(series, values=series.values[:, :, :1], variables=series.variables[:1])
    found = sensor_graph(calm, "combine")
    said = graph_text(described(found)).splitlines()
    assert said[0].endswith("mean of distance, correlation, site")
    assert "not in the mean: wind, of which the training part has no readings" in said
    assert "not in the mean: wind" in draw_sensor_graph(found).get_suptitle()


def test_perfect_weather_stands_in_text_and_figure() -> None:
    series = town()
    ahead = [replace(each, kind="future") for each in series.variables[1:]]
    series = replace(series, variables=[series.variables[0], *ahead], perfect_weather=True)
    found = sensor_graph(series, "correlation")
    assert "perfect weather" in graph_text(described(found))
    assert "perfect weather" in draw_sensor_graph(found).get_suptitle()
