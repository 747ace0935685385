"""Random graphs."""

import numpy as np
from hypothesis import strategies as st

from gnnlab.graphs import Graph


@st.composite
def graphs(
    draw: st.DrawFn,
    *,
    directed: bool | None = None,
    weighted: bool | None = None,
    self_loops: bool = True,
    parallel: bool = True,
    min_nodes: int = 1,
    max_nodes: int = 8,
) -> Graph:
    """Graphs with isolated nodes, several components, self-loops and parallel edges."""
    num_nodes = draw(st.integers(min_nodes, max_nodes))
    directed = draw(st.booleans()) if directed is None else directed
    weighted = draw(st.booleans()) if weighted is None else weighted
    node = st.integers(0, num_nodes - 1)
    pair = st.tuples(node, node)
    if not self_loops:
        pair = pair.filter(lambda ends: ends[0] != ends[1])
    key = None if parallel else (lambda ends: ends if directed else tuple(sorted(ends)))
    possible = num_nodes > 1 or (num_nodes == 1 and self_loops)
    pairs = draw(st.lists(pair, max_size=14, unique_by=key)) if possible else []
    weight = None
    if weighted:
        number = st.floats(0.125, 8, width=16)
        weight = np.array(
            draw(st.lists(number, min_size=len(pairs), max_size=len(pairs))), dtype=float
        )
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Graph(edges, num_nodes, weight=weight, directed=directed, name="random")
