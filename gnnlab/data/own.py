"""A data set from files of one's own: a graph, features and classes of its nodes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gnnlab.data.load import load_graph
from gnnlab.data.nodes import NodeDataset, named_nodes
from gnnlab.data.random_splits import TRAIN_PER_CLASS, VALIDATION_PER_CLASS, drawn_split
from gnnlab.data.splits import Split
from gnnlab.errors import DataError, GraphError
from gnnlab.graphs import Graph

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_PARTS = {"train": 0, "validation": 1, "val": 1, "test": 2}


def read_dataset(
    graph: str,
    features: str,
    labels: str,
    *,
    directed: bool = False,
    train: int = TRAIN_PER_CLASS,
    validation: int = VALIDATION_PER_CLASS,
) -> NodeDataset:
    """A data set from a graph, a file of features and one of classes.

    Args:
        graph: what :func:`gnnlab.data.load_graph` takes: a file or a name.
        features: a file as for :func:`read_features`.
        labels: a CSV of node, class and, optionally, part (``train``, ``validation`` or ``test``;
            empty for neither). Nodes without a line have no class.
        directed: whether edges carry information one way only.
        train: without parts, random nodes of each class to train on.
        validation: without parts, random nodes of each class to choose by.

    Raises:
        GraphError: the graph cannot be read.
        DataError: a file that is missing or malformed (with its line), a node that the graph has
            not, one class only, a part without nodes, or too few nodes for a split
            (:class:`gnnlab.data.random_splits.TooFewNodes`).
    """
    if graph == "-":
        raise DataError("a graph to train on must be a file, which can be read again, got stdin")
    found = load_graph(graph, directed=directed)
    number, part = _read_labels(Path(labels), found)
    classes = sorted(set(number.values()))
    if len(classes) < 2:
        raise DataError(f"{labels} must name at least 2 classes, got only {classes}")
    named = np.full(found.num_nodes, -1)
    named[list(number)] = [classes.index(name) for name in number.values()]
    labelled = named >= 0
    if part:
        places = np.array([part.get(node, -1) for node in range(found.num_nodes)])
        split = Split("given", *(np.flatnonzero(places == place) for place in range(3)))
        for name, nodes in split.parts().items():
            if not len(nodes):
                raise DataError(f"{labels} must have a line of part {name}, got none")
        if len(set(named[split.train].tolist())) == 1:
            raise DataError(f"{labels} must train on at least 2 classes, got one")
    else:
        split = drawn_split(named, labelled, classes, 0, train, validation)
    return NodeDataset(
        name=found.name,
        graph=found,
        features=read_features(Path(features), found),
        labels=np.maximum(named, 0),
        labelled=labelled,
        classes=classes,
        split=split,
        files={
            "graph": _absolute(graph),
            "features": _absolute(features),
            "labels": _absolute(labels),
            "directed": directed,
            "train": train,
            "validation": validation,
        },
    )


def read_features(path: Path, graph: Graph) -> csr_array:
    """The features of a graph's nodes, [node, feature], float32.

    Args:
        path: ``.npy`` (dense) or ``.npz`` (scipy sparse), a row a node in the order of their
            numbers; else a CSV of a node's name and its numbers, a line for each node.
        graph: whose nodes these are.

    Raises:
        DataError: a file that is missing or malformed, or that leaves nodes out.
    """
    from scipy.sparse import csr_array, load_npz

    try:
        if path.suffix == ".npy":
            found = np.load(path, allow_pickle=False)
            if found.ndim != 2:
                raise ValueError(f"shape {list(found.shape)} where [node, feature] is wanted")
            return _checked(csr_array(found), path, graph)
        if path.suffix == ".npz":
            return _checked(csr_array(load_npz(path)), path, graph)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} must hold an array of features, got: {error}") from error
    rows: dict[int, list[float]] = {}
    width = 0
    for line, (name, *texts) in _lines(path):
        try:
            values = [float(text) for text in texts]
        except ValueError as error:
            if line == 1:
                continue  # the names of the columns
            raise DataError(f"{path}, line {line}: features must be numbers, {error}") from error
        if not np.isfinite(values).all():
            raise DataError(f"{path}, line {line}: features of {name} must be finite, got {texts}")
        node = _node(graph, name, path, line)
        width = width or len(values)
        if len(values) != width or node in rows:
            what = "a second line" if node in rows else f"{len(values)} numbers instead of {width}"
            raise DataError(
                f"{path}, line {line}: {name} must have one row of features, got {what}"
            )
        rows[node] = values
    missing = [node for node in range(graph.num_nodes) if node not in rows]
    if missing:
        names = ", ".join(graph.label(node) for node in missing[:5])
        raise DataError(
            f"{path} must have a line for each node, got none for {len(missing)} ({names} ...)"
        )
    return csr_array(np.array([rows[node] for node in range(graph.num_nodes)], dtype=np.float32))


def _checked(features: csr_array, path: Path, graph: Graph) -> csr_array:
    if features.shape[0] != graph.num_nodes:
        raise DataError(
            f"{path} must have a row for each of the {graph.num_nodes} nodes, "
            f"got {features.shape[0]}"
        )
    if not np.isfinite(features.data).all():
        rows = np.unique(features.tocoo().coords[0][~np.isfinite(features.data)])
        raise DataError(f"{path} must hold finite numbers, got others for {named_nodes(rows)}")
    return features


def _read_labels(path: Path, graph: Graph) -> tuple[dict[int, str], dict[int, int]]:
    """The class of each node that has one, and its part."""
    classes: dict[int, str] = {}
    parts: dict[int, int] = {}
    for line, row in _lines(path):
        if line == 1 and len(row) > 1 and row[1].lower() in ("class", "label"):
            continue
        if len(row) not in (2, 3) or not row[1]:
            raise DataError(f"{path}, line {line}: must be node, class and perhaps part, got {row}")
        node = _node(graph, row[0], path, line)
        if node in classes:
            raise DataError(f"{path}, line {line}: {row[0]} must have one class, got a second")
        classes[node] = row[1]
        if len(row) == 3 and row[2]:
            if row[2] not in _PARTS:
                known = "train, validation or test"
                raise DataError(f"{path}, line {line}: a part must be {known}, got {row[2]!r}")
            parts[node] = _PARTS[row[2]]
    return classes, parts


def _lines(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Number and fields of each line that is not empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for row in reader:
                if any(field.strip() for field in row):
                    yield reader.line_num, [field.strip() for field in row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from error


def _node(graph: Graph, name: str, path: Path, line: int) -> int:
    try:
        return graph.node(name)
    except GraphError as error:
        raise DataError(f"{path}, line {line}: {error}") from error


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if Path(path).exists() else path
