"""A data set by its name."""

from gnnlab.data.catalog import card as card_of
from gnnlab.data.catalog import cards
from gnnlab.data.fetch import Progress, fetch
from gnnlab.data.nodes import NodeDataset
from gnnlab.errors import DataError


def load(name: str, progress: Progress | None = None) -> NodeDataset:
    """The data set ``name``, fetched if it is not in the cache, its hashes checked.

    Args:
        name: one of ``gnnlab data list`` that has features and classes.
        progress: called with a number of bytes each time some have arrived.

    Raises:
        DataError: an unknown name, a graph without classes, or files that cannot be had.

    >>> load("karate").graph
    Graph(name='karate', nodes=34, edges=78, directed=False)
    """
    card = card_of(name)
    if card.kind == "citation":
        from gnnlab.data.citation import read_citation

        return read_citation(card, fetch(card, progress))
    if card.kind == "karate":
        from gnnlab.data.karate import read_karate

        return read_karate(card)
    trainable = ", ".join(card.name for card in cards() if card.classes)
    raise DataError(
        f"a data set with features and classes must be one of {trainable}, got {name!r}"
    )
