from dataclasses import replace

import numpy as np
import pytest

from gnnlab.data import load
from gnnlab.experiments.depth import DepthRecipe, depth_row, recipe_of
from gnnlab.graphs import Graph
from gnnlab.hops import hop_distribution

SHORT = DepthRecipe(hidden_channels=8, epochs=5)


def test_a_row_tells_what_is_seen_reached_and_learned() -> None:
    karate = load("karate")
    row = depth_row(karate, 2, seeds=range(2), recipe=SHORT)
    assert row["layers"] == 2
    assert row["coverage"] == hop_distribution(karate.graph).receptive_field[1].mean
    assert len(row["dirichlet_energy"]) == len(row["mean_average_distance"]) == 2
    assert len(row["test_accuracy"]["per_seed"]) == 2
    # What two layers do not see has no gradient; what they see has.
    gradients = row["gradient_by_hop"]
    assert [hop for hop, value in gradients.items() if value > 0] == ["0", "1", "2"]
    assert {hop for hop, value in gradients.items() if value == 0} == {"3", "4", "5"}


def test_a_row_is_the_same_again_and_beyond_the_diameter_all_is_seen() -> None:
    karate = load("karate")
    rows = [depth_row(karate, 7, "gcnii", [3], SHORT) for _ in range(2)]
    for row in rows:
        row.pop("seconds")
    assert rows[0] == rows[1]
    assert rows[0]["coverage"] == 1


def test_many_plain_layers_forget_and_gcnii_does_not() -> None:
    karate = load("karate")
    plain, remedied = (
        depth_row(karate, 32, remedy, [0], DepthRecipe(hidden_channels=16, epochs=60))
        for remedy in ("none", "gcnii")
    )
    assert remedied["test_accuracy"]["mean"] > plain["test_accuracy"]["mean"] + 0.2
    assert np.argmax(list(remedied["gradient_by_hop"].values())) == 0


def test_a_graph_without_edges_sees_itself() -> None:
    karate = load("karate")
    alone = replace(karate, graph=Graph(np.zeros((2, 0), int), 34))
    assert depth_row(alone, 2, seeds=[0], recipe=SHORT)["coverage"] == 1 / 34


def test_gcnii_has_its_papers_settings() -> None:
    recipe = recipe_of("gcnii")
    assert (recipe.hidden_channels, recipe.dropout, recipe.weight_decay) == (64, 0.6, 0.01)
    with pytest.raises(ValueError, match="remedy must be one of"):
        depth_row(load("karate"), 2, "prayer", [0], SHORT)
