"""Hops against igraph, networkx, NetworKit and scipy, and sketches of a hundred million edges.

    python benchmarks/speed/hops.py [--json FILE] [--skip-sketch]

Peers that are not installed are passed over: pip install igraph networkit. Everyone may use all
cores. The large graphs are made here: a random graph of 1 M nodes and 10 M edges, also as a SNAP
file, and an R-MAT graph (Chakrabarti et al. 2004; a = 0.57, b = c = 0.19) of 4.2 M nodes and 100 M
edges, whose truth is the mean of hops to 1,024 sampled targets with its interval.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import networkx
import numba
import numpy as np
from pairs import Pair, time_pair
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from gnnlab.graphs import Graph, barabasi_albert, read_graph, write_graph
from gnnlab.hops import hop_distribution, hops_from


def exact() -> list[Pair]:
    graph = barabasi_albert(18_000, 11, 0)
    edges = graph.edges.T.tolist()
    peers: dict[str, tuple[Callable[[], object], int]] = {}
    if find_spec("igraph"):
        import igraph

        peer = igraph.Graph(n=graph.num_nodes, edges=edges)
        peers["igraph path_length_hist"] = (peer.path_length_hist, 5)
    if find_spec("networkit"):
        import networkit

        networkit.setNumberOfThreads(os.cpu_count())
        other = networkit.graph.Graph(graph.num_nodes)
        for source, target in edges:
            other.addEdge(source, target)
        peers["NetworKit NeighborhoodFunction"] = (
            lambda: networkit.distance.NeighborhoodFunction(other).run(),
            5,
        )
    through = graph.to_networkx()
    peers["networkx all pairs"] = (
        lambda: sum(len(hops) for _, hops in networkx.all_pairs_shortest_path_length(through)),
        1,
    )
    return [
        time_pair(
            f"exact, ba:18000,11,0: {name}",
            lambda: hop_distribution(graph, "exact"),
            peer,
            runs=runs,
        )
        for name, (peer, runs) in peers.items()
    ]


def a_random_graph() -> Graph:
    draws = np.random.default_rng(0)
    return Graph(draws.integers(0, 1_000_000, (2, 10_000_000)), 1_000_000, name="random")


def single_source(graph: Graph) -> list[Pair]:
    indptr, indices = graph.successors
    matrix = csr_array((np.ones(len(indices)), indices, indptr), shape=(graph.num_nodes,) * 2)
    peers: dict[str, Callable[[], object]] = {
        "scipy breadth_first_order": lambda: breadth_first_order(matrix, 0),
        "scipy dijkstra(unweighted)": lambda: dijkstra(matrix, unweighted=True, indices=0),
    }
    if find_spec("igraph"):
        import igraph

        peer = igraph.Graph(n=graph.num_nodes, edges=graph.edges.T)
        peers["igraph distances"] = lambda: peer.distances(0)
    return [
        time_pair(f"one source, 1 M nodes, 10 M edges: {name}", lambda: hops_from(graph, 0), run)
        for name, run in peers.items()
    ]


def loading(graph: Graph, folder: Path) -> list[Pair]:
    path = folder / "random.txt"
    with path.open("w") as file:
        for start in range(0, graph.num_edges, 1_000_000):
            pairs = graph.edges[:, start : start + 1_000_000].T.tolist()
            file.write("".join(f"{source}\t{target}\n" for source, target in pairs))

    def ours() -> int:
        return len(read_graph(path).successors.indices)

    pairs = []
    if find_spec("igraph"):
        import igraph

        pairs.append(
            time_pair(
                "10 M edges from a file: igraph Read_Edgelist",
                ours,
                lambda: igraph.Graph.Read_Edgelist(str(path), directed=False),
            )
        )
    pairs.append(
        time_pair(
            "10 M edges from a file: networkx read_edgelist",
            ours,
            lambda: networkx.read_edgelist(path, nodetype=int),
            runs=1,
        )
    )
    return pairs


@numba.njit(nogil=True)
def _rmat(scale: int, draws: np.random.Generator, source: np.ndarray, target: np.ndarray) -> None:
    for edge in range(len(source)):
        row = column = 0
        for _ in range(scale):
            draw = draws.random()
            row = 2 * row + (draw >= 0.76)
            column = 2 * column + (0.57 <= draw < 0.76 or draw >= 0.95)
        source[edge], target[edge] = row, column


def sketch(folder: Path, scale: int = 22, num_edges: int = 100_000_000) -> dict[str, float]:
    edges = np.empty((2, num_edges), np.int32)
    _rmat(scale, np.random.default_rng(0), *edges)
    start = time.perf_counter()
    write_graph(Graph(edges, 1 << scale, name="rmat"), folder / "rmat.csr")
    converted = time.perf_counter() - start
    del edges
    # A process of its own, whose peak of memory is the sketch's alone.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        found = pool.submit(_sketched, folder / "rmat.csr").result()
    return {"to_csr_seconds": converted} | found


def _sketched(path: Path) -> dict[str, float]:
    graph = read_graph(path)
    start = time.perf_counter()
    found = hop_distribution(graph, "sketch")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sampled = hop_distribution(graph, "sample")
    return {
        "seconds": seconds,
        "peak_gigabytes": peak,
        "mean_hops": found.mean_hops,
        "told_error": found.relative_error,
        "sampled_mean_hops": sampled.mean_hops,
        "sampled_error": sampled.relative_error,
        "difference": abs(found.mean_hops / sampled.mean_hops - 1),
        "seconds_of_the_sample": sampled.seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--skip-sketch", action="store_true", help="leave out the 100 M edges")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        graph = a_random_graph()
        pairs = [*exact(), *single_source(graph), *loading(graph, Path(place))]
        rows: list[dict[str, object]] = [asdict(pair) for pair in pairs]
        del graph
        if not arguments.skip_sketch:
            figures = sketch(Path(place))
            print("sketch, R-MAT, 4.2 M nodes, 100 M edges:")
            for key, value in figures.items():
                print(f"  {key:<24} {value:.4f}")
            rows.append({"what": "sketch, R-MAT, 4.2 M nodes, 100 M edges", **figures})
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
