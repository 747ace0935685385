import networkx as nx
import numpy as np
import pytest

from gnnlab.data import Expression, draw_expressions, forest
from gnnlab.data import listops as module
from gnnlab.data.listops import MOST_ARGUMENTS, MOST_TOKENS, SYMBOLS
from gnnlab.errors import DataError


def drawn(number: int, seed: int = 0, max_depth: int = 6) -> list[Expression]:
    return draw_expressions(number, np.random.default_rng(seed), max_depth)


def parsed(words: list[str]) -> tuple:
    """A digit as its text, a list as (operator, arguments): what the front of ``words`` means."""
    word = words.pop(0)
    if word.isdecimal():
        return (word, [])
    arguments = []
    while words[0] != "]":
        arguments.append(parsed(words))
    words.pop(0)
    return (word, arguments)


def evaluated(tree: tuple) -> int:
    word, arguments = tree
    if not arguments:
        return int(word)
    values = [evaluated(each) for each in arguments]
    if word == "[MED":
        return int(np.median(values))
    return {"[MAX": np.max, "[MIN": np.min, "[SM": lambda v: np.sum(v) % 10}[word](values)


def height(tree: tuple) -> int:
    return 1 + max(map(height, tree[1])) if tree[1] else 0


def as_networkx(tree: tuple) -> nx.DiGraph:
    """Nodes in the order of the text, edges child -> parent."""
    graph = nx.DiGraph()

    def add(part: tuple, parent: int | None) -> None:
        node = len(graph)
        graph.add_node(node, symbol=part[0])
        if parent is not None:
            graph.add_edge(node, parent)
        for each in part[1]:
            add(each, node)

    add(tree, None)
    return graph


def test_value_and_depth_are_those_of_the_text() -> None:
    for each in drawn(500):
        tree = parsed(str(each).split())
        assert each.value == evaluated(tree), str(each)
        assert each.depth == height(tree)


def test_a_tree_is_that_of_the_text() -> None:
    for each in drawn(100):
        wanted = as_networkx(parsed(str(each).split()))
        found = nx.DiGraph(each.tree.edges.T.tolist())
        assert set(found.edges) == set(wanted.edges)
        assert nx.is_arborescence(found.reverse())
        assert [SYMBOLS[symbol] for symbol in each.symbols] == [
            wanted.nodes[node]["symbol"] for node in range(len(wanted))
        ]


def test_a_forest_holds_its_trees_side_by_side() -> None:
    expressions = drawn(20)
    trees = forest(expressions)
    wanted = nx.disjoint_union_all(as_networkx(parsed(str(each).split())) for each in expressions)
    assert trees.graph.directed
    assert trees.graph.num_nodes == len(wanted)
    assert set(map(tuple, trees.graph.edges.T.tolist())) == set(wanted.edges)
    assert trees.roots.tolist() == [node for node in wanted if wanted.out_degree(node) == 0]
    assert [SYMBOLS[symbol] for symbol in trees.symbols] == [
        symbol for _, symbol in sorted(wanted.nodes(data="symbol"))
    ]


def test_draws_are_distinct_repeatable_and_spread_as_told() -> None:
    expressions = drawn(3000)
    texts = [str(each) for each in expressions]
    assert len(set(texts)) == 3000
    assert texts == [str(each) for each in drawn(3000)]
    assert texts[:10] != [str(each) for each in drawn(10, seed=1)]
    assert max(len(each.tokens) for each in expressions) <= MOST_TOKENS
    # The greater of two draws from 1 to 6 is d with probability (2 d - 1) / 36.
    depths = np.bincount([each.depth for each in expressions], minlength=7)[1:] / 3000
    np.testing.assert_allclose(depths, (2 * np.arange(1, 7) - 1) / 36, atol=0.03)
    trees = [each.tree for each in expressions]
    arguments = [np.bincount(tree.edges[1]) for tree in trees if tree.num_edges]
    counts = np.concatenate([each[each > 0] for each in arguments])
    assert set(counts) == set(range(2, MOST_ARGUMENTS + 1))


def test_what_cannot_be_drawn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="number of expressions must be >= 1, got 0"):
        drawn(0)
    with pytest.raises(ValueError, match="max_depth must be >= 1, got 0"):
        drawn(1, max_depth=0)
    with pytest.raises(ValueError, match="at least 1 expression, got 0"):
        forest([])
    monkeypatch.setattr(module, "MOST_ARGUMENTS", 2)
    assert len(drawn(300, max_depth=1)) == 300
    with pytest.raises(DataError, match="none of depth 1 was found"):
        drawn(401, max_depth=1)  # 4 operations on 10 x 10 digits are 400
