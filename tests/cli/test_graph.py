import json
from pathlib import Path

import pytest
from command_line import answer, gnnlab


def described(*arguments: str) -> dict:
    return json.loads(gnnlab("graph", "describe", *arguments, "--json").stdout)


def test_describe_counts_loops_and_repeated_edges_of_weighted_files_too() -> None:
    Path("e.csv").write_text("source,target,weight\nAnn,Bob,1\nBob,Ann,2\nBob,Bob,3\nBob,Cleo,4\n")
    found = described("e.csv")
    counts = [found[key] for key in ("nodes", "edges", "self_loops", "duplicate_edges", "weighted")]
    assert counts == [3, 3, 1, 1, True]
    directed = described("e.csv", "--directed")
    assert (directed["edges"], directed["duplicate_edges"]) == (4, 0)


def test_convert_keeps_labels_and_weights_or_says_what_it_leaves_out() -> None:
    Path("e.csv").write_text("Ann,Bob,0.5\nBob,Cleo,2\n")
    for out in ("e.csr", "e2.csv", "e.npz", "e.mtx"):
        said = gnnlab("graph", "convert", "e.csv", out).stderr
        assert f"wrote {out}" in said
        no_labels = f"{out} has no labels: Ann to Cleo are nodes 0 to 2"
        assert (no_labels in said) == (out not in ("e.csr", "e2.csv"))
        assert described(out)["weighted"]
        node = "2" if no_labels in said else "Cleo"
        gnnlab("hops", "--graph", out, "--from", node)
    assert "has no labels" not in gnnlab("graph", "convert", "karate", "k.npz").stderr
    answer = json.loads(gnnlab("graph", "convert", "karate", "k.csr", "--json").stdout)
    assert (answer["nodes"], answer["out"]) == (34, "k.csr")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["describe", "karat"], "got 'karat' (closest: karate)"),
        (["describe", "folder"], "a file or a folder that ends in .csr, got folder folder"),
        (["describe", "empty.csv"], "empty.csv must hold at least one edge, got none"),
        (["describe", "minus.csv"], "minus.csv, line 2: an edge must be 2 columns"),
        (["describe", "chain:99999999999999"], "chain:99999999999999 must fit into memory"),
        (["describe", "wrong.csr"], "graph.json without nodes 34 and directed true or false"),
        (["describe", "cut.npz"], "cut.npz must hold a sparse matrix"),
        (["convert", "karate", "keep.npz"], "a .npz must be a file, got folder keep.npz"),
        (["convert", "karate", "k.txt"], "written as .csr, .csv, .npz, .mtx, got k.txt"),
    ],
)
def test_errors_are_one_line(arguments: list[str], said: str) -> None:
    Path("folder").mkdir()
    Path("keep.npz").mkdir()
    Path("empty.csv").touch()
    Path("minus.csv").write_text("0,1\n-1,2\n")
    gnnlab("graph", "convert", "karate", "wrong.csr")
    Path("wrong.csr/graph.json").write_text("{}")
    gnnlab("graph", "convert", "karate", "cut.npz")
    Path("cut.npz").write_bytes(Path("cut.npz").read_bytes()[:-40])
    result = gnnlab("graph", *arguments, status=1)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_goes_through_describe_convert_and_hops() -> None:
    Path("e.csv").write_text("source,target\nAnn,Bob\nBob,Ann\nBob,Bob\nBob,Cleo\n")
    described = answer("graph", "describe", "e.csv")
    assert (described["edges"], described["self_loops"], described["duplicate_edges"]) == (3, 1, 1)
    result = gnnlab("hops", "--graph", "e.csv", "--from", "Ann", "--to", "Cleo")
    assert "1 self-loop kept" in result.stderr
    assert "1 duplicate edge merged" in result.stderr
    gnnlab("graph", "convert", "e.csv", "e.csr")
    assert answer("hops", "--graph", "e.csr", "--from", "Ann", "--to", "Cleo")["hops"] == 2
    assert "components" in gnnlab("graph", "describe", "e.csr").stdout
