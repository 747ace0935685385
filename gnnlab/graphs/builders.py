"""Graphs by formula. Each edge has a direction, which counts where the graph is ``directed``."""

import numpy as np

from gnnlab.graphs.graph import Graph


def chain(num_nodes: int, *, directed: bool = False) -> Graph:
    """Nodes 0 to n - 1 in a row, each with an edge to the next.

    Raises:
        ValueError: fewer than 1 node.

    >>> chain(3).edges
    array([[0, 1],
           [1, 2]])
    """
    _check(nodes=num_nodes)
    node = np.arange(num_nodes - 1)
    return Graph(
        np.stack([node, node + 1]), num_nodes, directed=directed, name=f"chain:{num_nodes}"
    )


def cycle(num_nodes: int, *, directed: bool = False) -> Graph:
    """Nodes 0 to n - 1 in a ring, each with an edge to the next.

    Raises:
        ValueError: fewer than 3 nodes.

    >>> cycle(3).edges
    array([[0, 1, 2],
           [1, 2, 0]])
    """
    if num_nodes < 3:
        raise ValueError(f"a cycle needs at least 3 nodes, got {num_nodes}")
    node = np.arange(num_nodes)
    return Graph(
        np.stack([node, (node + 1) % num_nodes]),
        num_nodes,
        directed=directed,
        name=f"cycle:{num_nodes}",
    )


def grid(rows: int, columns: int, *, directed: bool = False) -> Graph:
    """Nodes row by row, each with an edge to the next in its row and in its column.

    Raises:
        ValueError: fewer than 1 row or column.

    >>> grid(2, 2).edges
    array([[0, 2, 0, 1],
           [1, 3, 2, 3]])
    """
    _check(rows=rows, columns=columns)
    node = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()])
    down = np.stack([node[:-1].ravel(), node[1:].ravel()])
    return Graph(
        np.concatenate([across, down], axis=1),
        rows * columns,
        directed=directed,
        name=f"grid:{rows}x{columns}",
    )


def tree(branching: int, depth: int, *, directed: bool = False) -> Graph:
    """The full tree: node 0 is the root, each node above the last level has ``branching`` children.

    Edges lead from parent to child.

    Raises:
        ValueError: ``branching`` < 1, ``depth`` < 0, or > 62 where there are branches.

    >>> tree(2, 1).edges
    array([[0, 0],
           [1, 2]])
    """
    _check(branching=branching)
    if depth < 0:
        raise ValueError(f"depth must be >= 0, got {depth}")
    if branching > 1 and depth > 62:
        raise ValueError(f"depth must be at most 62 where a tree has branches, got {depth}")
    num_nodes = depth + 1
    if branching > 1:
        num_nodes = (branching**num_nodes - 1) // (branching - 1)
    child = np.arange(1, num_nodes)
    return Graph(
        np.stack([(child - 1) // branching, child]),
        num_nodes,
        directed=directed,
        name=f"tree:{branching},{depth}",
    )


def barabasi_albert(num_nodes: int, edges_each: int, seed: int, *, directed: bool = False) -> Graph:
    """A scale-free graph: each new node joins ``edges_each`` others, the busier the likelier.

    It is networkx's ``barabasi_albert_graph`` (Barabasi and Albert 1999) of the same seed.

    Raises:
        ValueError: not 1 <= ``edges_each`` < ``num_nodes``.
    """
    import networkx

    if not 1 <= edges_each < num_nodes:
        raise ValueError(
            f"edges_each must be at least 1 and below the {num_nodes} nodes, got {edges_each}"
        )
    made = networkx.barabasi_albert_graph(num_nodes, edges_each, seed=seed)
    return Graph(
        np.array(made.edges(), dtype=np.int64).T,
        num_nodes,
        directed=directed,
        name=f"ba:{num_nodes},{edges_each},{seed}",
    )


def _check(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be >= 1, got {size}")
