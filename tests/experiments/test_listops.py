from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_sequence
from tree_lstm import tree_lstm

from gnnlab.data import draw_expressions
from gnnlab.errors import RunError
from gnnlab.experiments.listops import (
    MOST_DEPTH,
    ListopsRecipe,
    TextReader,
    TreeReader,
    compare_tree_and_text,
)

SHORT = ListopsRecipe(
    examples=200, validation_examples=50, test_examples=200, hidden_channels=8, epochs=2
)
EXPRESSIONS = draw_expressions(12, np.random.default_rng(5))


def test_the_text_reader_is_an_lstm_of_torch_over_packed_tokens() -> None:
    reader = TextReader(6, torch.Generator().manual_seed(0))
    lstm = reader.network.to_torch()
    vectors = [reader.vectors(torch.from_numpy(each.tokens)) for each in EXPRESSIONS]
    _, (last, _) = lstm(pack_sequence(vectors, enforce_sorted=False))
    torch.testing.assert_close(reader(EXPRESSIONS), reader.head(last[0]))


def test_the_tree_reader_passes_states_from_arguments_to_operations() -> None:
    reader = TreeReader(6, torch.Generator().manual_seed(0))

    def state(node: int, each) -> tuple[torch.Tensor, torch.Tensor]:
        children = [state(child, each) for child in np.flatnonzero(each.parents == node).tolist()]
        return tree_lstm(reader.network.cell, reader.vectors.weight[each.symbols[node]], children)

    roots = torch.stack([state(0, each)[0] for each in EXPRESSIONS])
    torch.testing.assert_close(reader(EXPRESSIONS), reader.head(roots))


def test_rows_tell_size_accuracy_by_depth_and_by_how_much_the_tree_is_ahead() -> None:
    found = compare_tree_and_text([3, 4], SHORT)
    tree, text = found["rows"]
    # The text has one token more, the closing bracket.
    assert text["parameters"] == tree["parameters"] + 8
    for row in found["rows"]:
        assert list(row["accuracy_by_depth"]) == ["1", "2", "3", "4", "5", "6"]
        assert len(row["accuracy"]["per_seed"]) == len(row["validation_accuracy"]["per_seed"]) == 2
        assert row["seconds"] > 0
    assert len(found["advantage_depth_4"]["per_seed"]) == 2
    again = compare_tree_and_text([3, 4], SHORT)
    assert [row["accuracy"] for row in again["rows"]] == [row["accuracy"] for row in found["rows"]]


def test_accuracies_by_depth_make_up_the_whole() -> None:
    recipe = replace(SHORT, max_depth=4, test_examples=100)
    _, _, test = np.split(
        np.array([each.depth for each in draw_expressions(350, np.random.default_rng(0), 4)]),
        [200, 250],
    )
    found = compare_tree_and_text([0], recipe)
    tree, text = (
        {int(depth): score["mean"] for depth, score in row["accuracy_by_depth"].items()}
        for row in found["rows"]
    )
    whole = sum(tree[depth] * (test == depth).sum() for depth in tree) / 100
    assert found["rows"][0]["accuracy"]["mean"] == pytest.approx(whole)
    assert found["advantage_depth_4"]["mean"] == pytest.approx(100 * (tree[4] - text[4]))


def test_without_deep_expressions_there_is_no_advantage_at_them() -> None:
    assert compare_tree_and_text([0], replace(SHORT, max_depth=3))["advantage_depth_4"] is None


def test_the_deepest_expressions_are_drawn_and_read() -> None:
    recipe = replace(SHORT, max_depth=MOST_DEPTH, epochs=1)
    rows = compare_tree_and_text([0], recipe)["rows"]
    for row in rows:
        assert row["accuracy_by_depth"][str(MOST_DEPTH)] is not None


def test_both_learn_shallow_expressions_beyond_chance() -> None:
    recipe = replace(SHORT, examples=1500, hidden_channels=32, max_depth=2, epochs=4)
    epochs = []
    found = compare_tree_and_text([0], recipe, lambda: epochs.append(1))
    assert len(epochs) == 2 * 4
    for row in found["rows"]:
        assert row["accuracy"]["mean"] > 0.3


def test_bad_recipes_are_refused() -> None:
    with pytest.raises(ValueError, match="examples must be >= 1, got 0"):
        compare_tree_and_text([0], replace(SHORT, examples=0))
    with pytest.raises(ValueError, match="max_depth must be >= 1, got 0"):
        compare_tree_and_text([0], replace(SHORT, max_depth=0))
    with pytest.raises(ValueError, match="max_depth must be at most 12, got 13"):
        compare_tree_and_text([0], replace(SHORT, max_depth=13))
    with pytest.raises(ValueError, match="at least 1 seed, got none"):
        compare_tree_and_text([], SHORT)


def test_a_network_that_diverges_is_said_to() -> None:
    with pytest.raises(RunError, match="diverged"):
        compare_tree_and_text([0], replace(SHORT, learning_rate=1e38))
