import gzip
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, edge_list, read_graph
from gnnlab.graphs.edge_list import read_edge_list


@pytest.fixture(params=["python", "kernels"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short texts in Python and, as if they were long, by the kernels."""
    if request.param == "kernels":
        monkeypatch.setattr("gnnlab.graphs.edge_list.KERNELS_FROM", 0)


def read(content: str | bytes, **options: bool) -> Graph:
    return read_edge_list(content.encode() if isinstance(content, str) else content, "e", **options)


def names(graph: Graph) -> list[str]:
    return [graph.label(node) for node in range(graph.num_nodes)]


@pytest.mark.parametrize(
    "content",
    [
        "A,B\nB,C\n",
        "A\tB\nB\tC",
        "A B\r\nB   C\r\n",
        "A B\rB C\r",
        "# a comment\n\nsource,target\nA,B\nB,C\n",
        "from,to,weight\nA,B,1\nB,C,1\n",
        "who,whom,how much\nA,B,1\nB,C,1\n",
        "weight,target,source\n1,B,A\n1,C,B\n",
        '"A","B"\n"B","C"\n',
        "\ufeffA,B\nB,C\n",
        "\tA B\n \t \n  # indented\nB C \n",
    ],
)
def test_an_edge_list_is_read_however_it_is_written(content: str) -> None:
    graph = read(content)
    assert sorted(names(graph)) == ["A", "B", "C"]
    matrix = graph.csr().toarray()
    found = names(graph)
    pairs = {found[node] + found[other] for node, other in zip(*matrix.nonzero(), strict=True)}
    assert pairs == {"AB", "BA", "BC", "CB"}


@pytest.mark.parametrize(
    "content",
    [
        "0 1\n1 2\n",
        "# x\n0,1\n1,2\n",
        "0\t1\r\n\r\n1\t2",
        "src,dst\n0,1\n1,2",
        "id_1,id_2\n0,1\n1,2\n",
        "\n# x\nto from\n1 0\n2 1\n",
        "\ufeff0 1\n1 2",
        " 0 1\n \t\n\t# indented\n1 2  ",
        "0 , 1\n1\t,2",
        "0 \t 1\n1\t2",
        "0  1\n1\t2",
        "0 1\r1 2\r",
    ],
)
def test_numbers_from_0_on_are_node_numbers(content: str) -> None:
    graph = read(content, directed=True)
    assert graph.labels is None
    assert graph.edges.T.tolist() == [[0, 1], [1, 2]]


def test_a_first_row_is_a_header_only_where_it_differs_from_all_others() -> None:
    assert names(read("id_1,id_2\n0,1\nA,1\n")) == ["id_1", "id_2", "0", "1", "A"]
    assert names(read("A 1\n0 1\n")) == ["A", "1", "0"]
    assert names(read("A B\n")) == ["A", "B"]
    weighted = read("a b w\n0 1 .5\n")
    assert (weighted.num_nodes, weighted.weight.tolist()) == (2, [0.5])


def test_a_name_among_numbers_makes_all_of_them_names() -> None:
    assert names(read("1 2\nBRCA1 3\n")) == names(read("1 2\nBRCA1 3"))
    assert names(read("1 2\nBRCA1 3\n")) == ["1", "2", "BRCA1", "3"]
    assert names(read("1.5 2\n2 3\n")) == ["1.5", "2", "3"]


def test_the_first_line_says_what_separates_the_columns() -> None:
    assert names(read("a b\tc,d\nNew York\te\n")) == ["a b", "c,d", "New York", "e"]
    assert names(read('"Doe, J",B\n"A\tx",B\n')) == ["Doe, J", "B", "A\tx"]


def test_numbers_with_gaps_are_labels() -> None:
    graph = read(f"7 900000000000\n7 8\n{10**17} 8\n")
    assert names(graph) == ["7", "8", "900000000000", str(10**17)]
    assert graph.node("900000000000") == 2
    assert graph.num_edges == 3
    with pytest.raises(GraphError, match=r"4 labels, got '9' \(closest: 8, 900000000000\)"):
        graph.node("9")


def test_labels_of_numbers_are_right_where_numpy_gives_them_flat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unique = np.unique

    def flat(values: np.ndarray, **options: bool) -> tuple[np.ndarray, np.ndarray]:
        found, place = unique(values, **options)
        return found, place.ravel()

    monkeypatch.setattr(np, "unique", flat)
    assert read("70 80\n80 90\n").edges.T.tolist() == [[0, 1], [1, 2]]


def test_directions_are_kept_where_asked_for() -> None:
    once = read("0 1\n1 0\n1 2\n")
    assert (once.num_edges, once.duplicates) == (2, 1)
    directed = read("0 1\n1 0\n1 2\n", directed=True)
    assert (directed.num_edges, directed.duplicates) == (3, 0)
    assert directed.successors.of(2).tolist() == []


def test_weights_of_repeated_edges_add_up_and_those_of_directions_are_averaged() -> None:
    content = "source,target,weight\nA,B,0.5\nA,B,2.5\nB,A,1e0\nB,C,-4\nC,C,3\n"
    both_ways = read(content)
    assert both_ways.csr().toarray().tolist() == [[0, 2, 0], [2, 0, -4], [0, -4, 3]]
    assert (both_ways.num_edges, both_ways.duplicates, both_ways.num_loops) == (3, 2, 1)
    directed = read(content, directed=True)
    assert directed.csr().toarray().tolist() == [[0, 1, 0], [3, 0, 0], [0, -4, 3]]
    assert (directed.num_edges, directed.duplicates) == (4, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# c\n0 1\n\n5\n", "e, line 4: an edge must be 2 columns.* got '5'"),
        ("0 1\n1 2 3\n", "e, line 2: an edge must be 2 columns.* got '1 2 3'"),
        ("0 1\n1 -2\n", "line 2: .*node numbers from 0 to 10.18.* got '1 -2'"),
        ("-1 2\n1 2\n", "line 1: .*node numbers from 0 to 10.18.* got '-1 2'"),
        ("A B\nB -2\n", "line 2: .*node numbers from 0 to 10.18.* got 'B -2'"),
        ("0 1\n1 99999999999999999999\n", "line 2: .*10.18 or names, got '1 9999"),
        ("a,b\n1,99999999999999999999\n", "line 2: .*10.18 or names, got '1,9999"),
        ("0 1\n1,2\n", "line 2: .* got '1,2'"),
        ("0\t1\n1 2\n", "line 2: .* got '1 2'"),
        ("0,1\n1,,2\n", "line 2: .* got '1,,2'"),
        ("A,B\nB\n", "e, line 2: .* got 'B'"),
        ("A,B\nC,\n", "line 2: .* got 'C,'"),
        ("A,\nB,C\n", "line 1: .* got 'A,'"),
        ("A,B,1\nB,C,heavy\n", "line 2: an edge must be 3 columns"),
        ("A,B,1_0\n", "line 1: an edge must be 3 columns.* got 'A,B,1_0'"),
        ("A,B,1\nB,C,nan\n", "line 2: .* got 'B,C,nan'"),
        ("A,B\n" + 140_000 * "x" + ",B\n", r"line 2: .* got 'x{57}\.\.\.'"),
        ("", "e must hold at least one edge, got none"),
        ("# only words\n", "e must hold at least one edge, got none"),
        ("source,target\n", "e must hold at least one edge, got none"),
        ("from,to,weight\n", "e must hold at least one edge, got none"),
        (b"\xff\xfe\x00A B", "e must be text in UTF-8"),
    ],
)
def test_a_text_without_edges_is_refused_by_line(content: str | bytes, said: str) -> None:
    with pytest.raises(GraphError, match=said):
        read(content)


FIELDS = st.sampled_from(["0", "1", "2", "17", "007", "4294967296", "-1", "9" * 19, "A", "1.5", ""])
GAPS = st.sampled_from([" ", "\t", ",", "  ", " ,", "\t\t"])
LINES = st.builds("".join, st.tuples(FIELDS, GAPS, FIELDS, st.sampled_from(["", " ", "\t", ",1"])))


@given(st.lists(LINES, max_size=4), st.sampled_from(["\n", "\r\n", "\n\n", "\n # x\n", "\n  "]))
def test_the_kernels_read_what_python_reads(lines: list[str], between: str) -> None:
    found = []
    for kernels_from in (0, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(edge_list, "KERNELS_FROM", kernels_from)
            try:
                graph = read(between.join(lines), directed=True)
                found.append((names(graph), graph.edges.tolist()))
            except GraphError as error:
                found.append((["refused"], str(error)))
    assert found[0] == found[1]


def test_a_long_text_is_read_in_shares_and_numbers_may_outgrow_32_bits() -> None:
    edges = [(node, (7 * node) % 100_000) for node in range(100_000)]
    lines = [f"{source} {target}" for source, target in edges]
    graph = read("\n".join(lines), directed=True)
    assert graph.edges.T.tolist() == [list(edge) for edge in edges]
    lines[-1] = "5 9999999999"
    graph = read("\n".join(lines), directed=True)
    assert graph.num_nodes == 100_001
    assert graph.successors.of(5).tolist() == [35, graph.node("9999999999")]
    lines[70_000] = "no -1"
    with pytest.raises(GraphError, match=r"line 70001: .* got 'no -1'"):
        read("\n".join(lines))


def test_below_a_header_numbers_still_go_to_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_list, "KERNELS_FROM", 0)
    monkeypatch.delattr(edge_list, "_rows")
    assert read("id_1,id_2\n0,1\n1,2\n").num_edges == 2
    assert read("# x\nFromNodeId\tToNodeId\n0\t1\n").num_edges == 1


def test_stdin_is_a_dash_and_a_file_may_be_zipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = type("Stdin", (), {"buffer": io.BytesIO(b"A B\n")})
    monkeypatch.setattr(sys, "stdin", stream)
    assert read_graph("-").num_edges == 1
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(b"A,B\nB,C\n"))
    assert read_graph(tmp_path / "e.csv.gz").num_edges == 2
