"""``gnnlab data``."""

from pathlib import Path

from command_line import answer, gnnlab


def test_data_list_show_get_verify() -> None:
    listed = {one["name"]: one["state"] for one in answer("data", "list")["datasets"]}
    assert listed["pubmed"] == "refused"
    assert listed["example6"] == listed["karate"] == "built in"
    assert "Kipf, Welling" in gnnlab("data", "show", "cora").stdout
    assert "5,278" in gnnlab("data", "show", "cora").stdout
    (folder,) = gnnlab("data", "get", "example6").stdout.split()
    assert (Path(folder) / "edges.csv").is_file()
    assert answer("data", "verify", "example6")["intact"] is True
    assert "it comes with networkx" in gnnlab("data", "get", "karate").stderr
    assert answer("data", "verify", "karate")["files"] == {"karate of networkx": "intact"}
    assert answer("data", "show", "karate")["folder"] is None
    assert "no pinned sha256" in gnnlab("data", "show", "pubmed").stdout
    assert "None" not in gnnlab("data", "show", "pubmed").stdout


def test_verify_fails_where_files_are_missing(without_data: None) -> None:
    result = gnnlab("data", "verify", "cora", status=1)
    assert "ind.cora.allx" in result.stdout
    assert "gnnlab data get cora" in result.stderr


def test_get_says_which_sources_failed(without_data: None) -> None:
    said = gnnlab("data", "get", "cora", status=1).stderr
    assert "nowhere/planetoid/ does not have it" in said
    assert "could not be reached" in said
