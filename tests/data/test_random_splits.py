import re

import numpy as np
import pytest

from gnnlab.data import NodeDataset, load, random_split, split_named
from gnnlab.data.random_splits import TooFewNodes
from gnnlab.errors import DataError


def test_each_class_gives_as_many_and_the_rest_is_tested() -> None:
    karate = load("karate")
    split = random_split(karate, 3, train=2, validation=5)
    nodes = np.concatenate(list(split.parts().values()))
    assert sorted(nodes.tolist()) == list(range(34))
    assert np.bincount(karate.labels[split.train]).tolist() == [2, 2]
    assert np.bincount(karate.labels[split.validation]).tolist() == [5, 5]


def test_a_name_is_enough_to_draw_it_again() -> None:
    karate = load("karate")
    split = random_split(karate, 3, train=2, validation=5, largest_component=True)
    again = split_named(karate, split.name)
    assert again.sha256 == split.sha256 != random_split(karate, 4, train=2, validation=5).sha256
    assert split_named(karate, "first-2-per-class") is karate.split
    with pytest.raises(DataError, match="first-2-per-class or random-SEED, got 'mine'"):
        split_named(karate, "mine")


def test_shchurs_split_of_the_largest_component(cora: NodeDataset) -> None:
    split = random_split(cora, 0, largest_component=True)
    assert [len(nodes) for nodes in split.parts().values()] == [140, 210, 2485 - 350]
    assert split.name == "random-0-largest-component"


def test_a_class_that_is_too_small_is_refused_by_name() -> None:
    with pytest.raises(
        TooFewNodes, match=re.escape("more than 20 + 30 nodes of each class, got 17 of Mr. Hi")
    ):
        random_split(load("karate"), 0)
