from dataclasses import replace

import networkx
import numpy as np
import pytest
from scipy.sparse import csr_array

from gnnlab.data import Split, load, row_normalized
from gnnlab.errors import DataError


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
        ({"features": np.full((34, 2), np.nan)}, "features must be finite, got .* at node 0"),
        ({"labels": np.array([0, 1])}, "labels must have a row"),
        ({"labels": np.full(34, 2)}, "between 0 and 1, got 2 at node 0"),
        ({"labels": np.zeros(34)}, "labels must be integers, got float64"),
        ({"split": ([True, False], [2], [3])}, "train part must hold node numbers"),
        ({"split": ([0], [], [3])}, "validation part must hold node numbers"),
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
