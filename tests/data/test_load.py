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


def test_rows_sum_to_one_unless_they_are_empty() -> None:
    features = csr_array(np.array([[0.5, 1.5], [0, 0], [2, 0]]))
    assert row_normalized(features).toarray().tolist() == [[0.25, 0.75], [0, 0], [1, 0]]
