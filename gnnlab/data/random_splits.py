"""Splits drawn at random, and splits by their names."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gnnlab.data.nodes import NodeDataset
from gnnlab.data.splits import Split
from gnnlab.errors import DataError

TRAIN_PER_CLASS, VALIDATION_PER_CLASS = 20, 30


class TooFewNodes(DataError):
    """A class has too few nodes for a random split."""


def random_split(
    dataset: NodeDataset,
    seed: int,
    *,
    train: int = TRAIN_PER_CLASS,
    validation: int = VALIDATION_PER_CLASS,
    largest_component: bool = False,
) -> Split:
    """Random nodes of each class to train on and to choose by, all other labelled ones to test on.

    After Shchur et al. (2018), Pitfalls of Graph Neural Network Evaluation, section 3.

    Args:
        dataset: whose nodes to draw; its own split is not looked at.
        seed: of the draws.
        train: nodes of each class to train on.
        validation: nodes of each class to choose by.
        largest_component: whether to draw, and so to test, in the largest component only.

    Returns:
        A split whose name says how it was drawn; :func:`split_named` draws it again.

    Raises:
        TooFewNodes: a class that would leave none to test on.

    >>> from gnnlab.data import load
    >>> split = random_split(load("karate"), 0, train=2, validation=4)
    >>> split.name, [len(nodes) for nodes in split.parts().values()]
    ('random-0-2-4', [4, 8, 22])
    """
    eligible = np.array(dataset.labelled)
    if largest_component:
        eligible &= _in_largest_component(dataset)
    split = drawn_split(dataset.labels, eligible, dataset.classes, seed, train, validation)
    return replace(split, name=split.name + "-largest-component") if largest_component else split


def drawn_split(
    labels: np.ndarray,
    eligible: np.ndarray,
    classes: Sequence[str],
    seed: int,
    train: int,
    validation: int,
) -> Split:
    """The same from labels alone; ``eligible``, [node], says which nodes may be drawn."""
    nodes = np.flatnonzero(eligible)
    draws = np.random.default_rng(seed)
    parts: tuple[list[np.ndarray], ...] = ([], [], [])
    for number in np.unique(labels[nodes]):
        members = draws.permutation(nodes[labels[nodes] == number])
        if len(members) <= train + validation:
            raise TooFewNodes(
                f"a random split needs more than {train} + {validation} nodes of each class, "
                f"got {len(members)} of {classes[number]}"
            )
        for part, drawn in zip(parts, np.split(members, [train, train + validation]), strict=True):
            part.append(drawn)
    name = f"random-{seed}"
    if (train, validation) != (TRAIN_PER_CLASS, VALIDATION_PER_CLASS):
        name += f"-{train}-{validation}"
    return Split(name, *(np.sort(np.concatenate(part)) for part in parts))


def split_named(dataset: NodeDataset, name: str) -> Split:
    """The split of ``dataset`` called ``name``: its own, or one of :func:`random_split`.

    Raises:
        DataError: no split has this name.
    """
    if name == dataset.split.name:
        return dataset.split
    found = re.fullmatch(r"random-(\d+)(?:-(\d+)-(\d+))?(-largest-component)?", name)
    if found is None:
        raise DataError(
            f"a split of {dataset.name} must be {dataset.split.name} or random-SEED, got {name!r}"
        )
    seed, train, validation, largest = found.groups()
    return random_split(
        dataset,
        int(seed),
        train=int(train or TRAIN_PER_CLASS),
        validation=int(validation or VALIDATION_PER_CLASS),
        largest_component=largest is not None,
    )


def _in_largest_component(dataset: NodeDataset) -> np.ndarray:
    from scipy.sparse.csgraph import connected_components

    label = connected_components(dataset.graph.csr(), connection="weak")[1]
    return label == np.bincount(label).argmax()
