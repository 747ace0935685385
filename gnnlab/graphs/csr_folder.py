"""Graphs in folders of numpy arrays, which open memory-mapped."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.adjacency import Adjacency
from gnnlab.graphs.checks import check_labels
from gnnlab.graphs.compressed import CompressedGraph, undirected
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.labels import NumberLabels

FILES = {"graph.json", "indptr.npy", "indices.npy", "weights.npy", "labels.npy"}


def read_csr(path: Path, directed: bool) -> Graph:
    """The graph in a folder of :func:`write_csr`, checked, in memory only where it has weights.

    Raises:
        GraphError: a folder that is missing, or whose arrays are no graph.
    """
    try:
        about = json.loads((path / "graph.json").read_text(encoding="utf-8"))
        lists = Adjacency(_mapped(path / "indptr.npy"), _mapped(path / "indices.npy"))
        _check(lists, about)
        labels = _labels(path / "labels.npy", lists.num_nodes)
        one_way = about["directed"]
        if not (path / "weights.npy").exists():
            # an undirected graph's lists hold each edge both ways, as a directed reading wants it
            graph: Graph = CompressedGraph.of(
                lists, labels, directed=one_way or directed, name=path.name
            )
        else:
            arcs, weight = lists.arcs(), _mapped(path / "weights.npy")
            graph = Graph(arcs, lists.num_nodes, weight, labels, directed=True, name=path.name)
    except (OSError, ValueError, GraphError) as error:
        raise GraphError(f"{path} must be a folder that gnnlab wrote, got: {error}") from error
    return undirected(graph) if graph.directed and not directed else graph


def write_csr(graph: Graph, path: Path) -> None:
    """Write a graph into a new folder: for each node the targets of its arcs, weights, labels."""
    lists, weight = graph.successors, None
    if graph.weight is not None:
        matrix = graph.csr().T.tocsr()
        lists, weight = Adjacency(matrix.indptr.astype(np.int64), matrix.indices), matrix.data
    path.mkdir()
    np.save(path / "indptr.npy", lists.indptr)
    np.save(path / "indices.npy", lists.indices)
    if weight is not None:
        np.save(path / "weights.npy", weight)
    if isinstance(graph.labels, NumberLabels):
        np.save(path / "labels.npy", graph.labels.numbers)
    elif graph.labels is not None:
        np.save(path / "labels.npy", np.array(list(graph.labels)))
    about = {"nodes": graph.num_nodes, "directed": graph.directed}
    (path / "graph.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def _mapped(path: Path) -> np.ndarray:
    return np.lib.format.open_memmap(path, mode="r")


def _check(lists: Adjacency, about: Any) -> None:
    """Raise ValueError unless the arrays may be followed without looking."""
    indptr, indices = lists
    if indptr.dtype != np.int64 or indptr.ndim != 1 or len(indptr) < 1:
        raise ValueError(f"indptr.npy of {indptr.dtype} and shape {list(indptr.shape)}")
    if indices.dtype not in (np.int32, np.int64) or indices.ndim != 1:
        raise ValueError(f"indices.npy of {indices.dtype} and shape {list(indices.shape)}")
    if indptr[0] != 0 or indptr[-1] != len(indices) or (indptr[1:] < indptr[:-1]).any():
        raise ValueError(f"indptr.npy that does not rise from 0 to {len(indices)} indices")
    if len(indices) and (indices.min() < 0 or indices.max() >= lists.num_nodes):
        raise ValueError(f"indices.npy with a node outside 0 to {lists.num_nodes - 1}")
    said = (about.get("nodes"), about.get("directed")) if isinstance(about, dict) else ()
    if said not in ((lists.num_nodes, True), (lists.num_nodes, False)):
        raise ValueError(f"graph.json without nodes {lists.num_nodes} and directed true or false")


def _labels(path: Path, num_nodes: int) -> Any:
    if not path.exists():
        return None
    stored = _mapped(path)
    if stored.dtype == np.int64 and stored.shape == (num_nodes,):
        if len(stored) and (stored[0] < 0 or (stored[1:] <= stored[:-1]).any()):
            raise ValueError("labels.npy with numbers that do not rise")
        return NumberLabels(stored)
    if stored.dtype.kind != "U" or stored.ndim != 1:
        raise ValueError(f"labels.npy of {stored.dtype} and shape {list(stored.shape)}")
    labels = stored.tolist()
    check_labels(labels, num_nodes)
    return labels
