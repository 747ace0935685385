import hashlib
import tomllib

import pytest

from gnnlab.data import card, cards
from gnnlab.errors import DataError


def test_every_card_says_whose_the_data_are_and_what_their_bytes_must_be() -> None:
    assert {one.name for one in cards()} >= {"example6", "cora", "citeseer", "pubmed", "karate"}
    for one in cards():
        assert one.title
        assert one.licence
        assert one.citation
        assert one.files or one.refused or one.kind == "simulation"
        for file in one.files:
            assert len(file.sha256) == 64
            assert file.bytes > 0


def test_the_hash_of_a_data_set_is_that_of_its_sorted_hash_file_lines() -> None:
    fields = tomllib.loads((card("cora").path / "card.toml").read_text())
    lines = sorted(f"{file['sha256']} {file['name']}" for file in fields["files"])
    assert card("cora").sha256 == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_cora_has_5278_edges_where_5429_are_often_quoted() -> None:
    shape = card("cora").shape
    assert shape["edges"] == 5278
    assert shape["listed_edges"] == shape["edges"] + shape["duplicates"] + shape["self_loops"]


def test_an_unknown_name_is_refused_with_the_list() -> None:
    said = r"one of beijing-air, citeseer, cora, .*, got 'Beijing' \(closest: beijing-air\)"
    with pytest.raises(DataError, match=said):
        card("Beijing")


def test_stations_are_read_from_beside_the_card() -> None:
    stations = card("beijing-air").stations
    assert len(stations) == card("beijing-air").shape["stations"] == 12
    dingling = {"name": "Dingling", "longitude": 116.22, "latitude": 40.292, "type": "background"}
    assert dingling in stations
    assert card("cora").stations == []
