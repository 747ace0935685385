from dataclasses import replace
from pathlib import Path

import networkx
import numpy as np
import pytest
from scipy.sparse import csr_array

from gnnlab.data import (
    NodeDataset,
    SensorSeries,
    Split,
    load,
    load_graph,
    load_nodes,
    load_series,
    row_normalized,
)
from gnnlab.errors import DataError, GraphError


def test_karate_needs_no_download_and_is_split_by_side() -> None:
    karate = load("karate")
    club = networkx.karate_club_graph()
    assert [karate.classes[label] for label in karate.labels] == [
        club.nodes[node]["club"] for node in club
    ]
    parts = list(karate.split.parts().values())
    assert sorted(np.concatenate(parts).tolist()) == list(range(34))
    assert np.bincount(karate.labels[karate.split.train]).tolist() == [2, 2]


def test_karate_is_refused_where_networkx_serves_another_graph(monkeypatch) -> None:
    other = networkx.karate_club_graph()
    other.remove_edge(0, 1)
    monkeypatch.setattr(networkx, "karate_club_graph", lambda: other)
    with pytest.raises(DataError, match="karate club must have sha256 f0ae739e73e6"):
        load("karate")


def test_a_graph_without_classes_is_refused_with_those_that_have_them() -> None:
    with pytest.raises(DataError, match="one of citeseer, cora, karate, got 'example6'"):
        load("example6")
    with pytest.raises(DataError, match="pubmed cannot be fetched"):
        load("pubmed")


def test_what_wants_nodes_or_sensors_refuses_the_other_by_its_kind(beijing: SensorSeries) -> None:
    assert load_series("beijing-air").variables == beijing.variables
    with pytest.raises(DataError, match=r"got 'beijing-air' \(its kind: sensors\)"):
        load_nodes("beijing-air")
    with pytest.raises(DataError, match=r"one of beijing-air, simulated-city, got 'cora'$"):
        load_series("cora")
    with pytest.raises(DataError, match=r"got 'bejing' \(closest: beijing-air\)"):
        load_series("bejing")


def test_a_simulated_city_takes_parameters() -> None:
    city = load("simulated-city", stations=3, seed=1)
    assert city.values.shape[:2] == (8760, 3)
    assert city.forecasts
    with pytest.raises(ValueError, match=r"must be stations, years, seed, got 'station' \(closest"):
        load("simulated-city", station=3)


def test_parameters_are_of_simulations_only() -> None:
    with pytest.raises(ValueError, match="parameters of karate must be left out, got 'seed'"):
        load("karate", seed=1)
    with pytest.raises(ValueError, match="parameters of beijing-air must be left out, got 'years'"):
        load("beijing-air", years=1)


def test_a_split_may_hold_labelled_nodes_only() -> None:
    karate = load("karate")
    labelled = karate.labelled.copy()
    labelled[3] = False
    split = Split("mine", np.array([0]), np.array([1]), np.array([2, 3]))
    with pytest.raises(DataError, match="got none for test 3"):
        replace(karate, labelled=labelled, split=split)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": np.eye(33)}, "features must have a row for each of the 34 nodes, got 33"),
        (
            {"features": np.full((34, 2), np.nan)},
            "features must be finite, got others at nodes 0, 1, 2, 3, 4 and 29 more",
        ),
        ({"labels": np.array([0, 1])}, "labels must have a row"),
        ({"labels": np.full(34, 2)}, "between 0 and 1, got 2 and the like at nodes 0, 1, 2"),
        ({"labels": np.zeros(34, int), "classes": ["all"]}, r"at least 2 classes, got \['all'\]"),
        ({"classes": ["a", "b", "c"]}, "hold a node of each class, got none of c"),
        ({"labels": np.zeros(34)}, "labels must be integers, got float64"),
        ({"split": ([True, False], [2], [3])}, "train part must hold node numbers, .* got bool"),
        ({"split": ([0], [], [3])}, "validation part must hold node numbers, .* got none$"),
        ({"split": ([0], [1], [34])}, "between 0 and 33, got 34 in test"),
        ({"split": ([0], [1], [2, 0])}, "may be in the split once, got 0 in train and test"),
    ],
)
def test_a_data_set_that_cannot_be_trained_on_is_refused_in_words(changes, said: str) -> None:
    if "split" in changes:
        changes = {"split": Split("mine", *(np.array(part) for part in changes["split"]))}
    with pytest.raises(DataError, match=said):
        replace(load("karate"), **changes)


def test_dense_features_will_do() -> None:
    karate = load("karate")
    dense = replace(karate, features=karate.features.toarray())
    assert (dense.features != karate.features).nnz == 0


def test_rows_sum_to_one_unless_they_are_empty() -> None:
    features = csr_array(np.array([[0.5, 1.5], [0, 0], [2, 0]]))
    assert row_normalized(features).toarray().tolist() == [[0.25, 0.75], [0, 0], [1, 0]]


def test_a_data_set_read_with_directions_has_two_arcs_an_edge(cora: NodeDataset) -> None:
    directed = load_graph("cora", directed=True)
    assert directed.num_edges == 2 * 5278
    assert (directed.csr() != cora.graph.csr()).nnz == 0


def test_a_name_is_never_hidden_by_a_file_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("karate").write_text("Ann Bob\n")
    Path("chain:3").mkdir()
    assert load_graph("karate").num_nodes == 34
    assert load_graph("./karate").num_nodes == 2
    assert load_graph("chain:3").num_nodes == 3


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("karat", r"a file or one of example6, .*cora, .*got 'karat' \(closest: karate\)"),
        ("Coral", r"got 'Coral' \(closest: cora\)"),
        ("zzz", "got 'zzz'$"),
        ("zzz.csv", r"^zzz\.csv does not exist"),
        ("zzz.csr", r"zzz\.csr must be a folder that gnnlab wrote, got: .*No such file"),
        ("karate:5", "got 'karate:5' .closest: karate"),
    ],
)
def test_an_unknown_graph_is_refused_with_the_closest_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphError, match=said):
        load_graph(name)
