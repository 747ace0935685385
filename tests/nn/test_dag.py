"""Message passing level by level against one node after another."""

import subprocess
import sys
from collections import defaultdict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs
from torch import Tensor, nn
from torch_geometric.data import Data
from tree_lstm import tree_lstm

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, chain, grid, levels, tree
from gnnlab.nn import DagNetwork, Schedule, from_torch
from gnnlab.nn.cells import Cell, DAGGRUCell, ElmanCell, GRUCell, LSTMCell, TreeLSTMCell

INPUT, HIDDEN = 2, 3


def acyclic(graph: Graph, seed: int) -> Graph:
    """The same pairs of nodes, each edge from the lower to the higher of random ranks."""
    rank = np.random.default_rng(seed).permutation(graph.num_nodes)
    edges = graph.edges[:, graph.edges[0] != graph.edges[1]]
    turned = rank[edges[0]] > rank[edges[1]]
    edges = np.where(turned, edges[::-1], edges)
    return Graph(edges, graph.num_nodes, directed=True)


DAGS = st.builds(acyclic, graphs(weighted=False, self_loops=False), st.integers(0, 9))


def elman(cell: ElmanCell, x: Tensor, sources: list[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    h = sum((h for (h,) in sources), torch.zeros(HIDDEN).double())
    return ((cell.weight_ih @ x + cell.weight_hh @ h + cell.bias).tanh(),)


def gru(cell: GRUCell, x: Tensor, sources: list[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    return gru_of(cell, x, sum((h for (h,) in sources), torch.zeros(HIDDEN).double()))


def dag_gru(cell: DAGGRUCell, x: Tensor, sources: list[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    h_in = torch.zeros(HIDDEN).double()
    for (h,) in sources:
        gate = (cell.weight_gate @ h + cell.bias_gate).sigmoid()
        h_in = h_in + gate * (cell.weight_message @ h)
    return gru_of(cell, x, h_in)


def gru_of(cell: GRUCell, x: Tensor, h: Tensor) -> tuple[Tensor, ...]:
    wr, wz, wn = cell.weight_ih.chunk(3)
    ur, uz, un = cell.weight_hh.chunk(3)
    br, bz, bn = cell.bias.chunk(3)
    r = (wr @ x + ur @ h + br).sigmoid()
    z = (wz @ x + uz @ h + bz).sigmoid()
    n = (wn @ x + bn + r * (un @ h + cell.bias_hn)).tanh()
    return ((1 - z) * n + z * h,)


FORMULAS = {ElmanCell: elman, GRUCell: gru, DAGGRUCell: dag_gru, TreeLSTMCell: tree_lstm}


def node_by_node(cell: Cell, x: Tensor, graph: Graph) -> dict[int, tuple[Tensor, ...]]:
    sources = defaultdict(list)
    for source, target in graph.edges.T.tolist():
        sources[target].append(source)
    states: dict[int, tuple[Tensor, ...]] = {}
    for node in np.concatenate(levels(graph)).tolist():
        states[node] = FORMULAS[type(cell)](cell, x[node], [states[s] for s in sources[node]])
    return states


@pytest.mark.parametrize("kind", FORMULAS)
@given(graph=DAGS)
def test_it_is_the_formula_one_node_after_another(kind: type, graph: Graph) -> None:
    torch.manual_seed(graph.num_edges)
    network = DagNetwork(kind(INPUT, HIDDEN)).double()
    x = torch.randn(graph.num_nodes, INPUT, dtype=torch.float64, requires_grad=True)
    inputs = [x, *network.parameters()]
    output, ends = network(x, graph)
    states = node_by_node(network.cell, x, graph)
    expected = torch.stack([states[node][0] for node in range(graph.num_nodes)])
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-12)
    last = sorted(set(range(graph.num_nodes)) - set(graph.edges[0].tolist()))
    for place, found in enumerate(ends):
        wanted = torch.stack([states[node][place] for node in last])
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-12)
    slopes = [
        torch.autograd.grad(out.square().sum(), inputs, allow_unused=True, materialize_grads=True)
        for out in (output, expected)
    ]
    for one, other in zip(*slopes, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("kind", FORMULAS)
def test_gradients_are_those_of_differences(kind: type) -> None:
    torch.manual_seed(0)
    graph = Graph(np.array([[0, 0, 1, 2, 1], [1, 2, 3, 3, 4]]), 5, directed=True)
    network = DagNetwork(kind(INPUT, HIDDEN)).double()
    x = torch.randn(5, INPUT, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: network(x, graph)[0], x)


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_on_a_chain_it_is_the_network_of_torch(kind: type) -> None:
    theirs = kind(INPUT, HIDDEN).double()
    network = DagNetwork(from_torch(theirs).cells[0])
    x = torch.randn(7, INPUT, dtype=torch.float64)
    output, ends = network(x, chain(7, directed=True))
    expected, last = theirs(x)
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-12)
    for found, wanted in zip(ends, last if kind is nn.LSTM else (last,), strict=True):
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-12)


def test_on_a_chain_a_tree_lstm_is_an_lstm() -> None:
    lstm, of_trees = LSTMCell(INPUT, HIDDEN), TreeLSTMCell(INPUT, HIDDEN)
    of_trees.load_state_dict(lstm.state_dict())
    x = torch.randn(7, INPUT)
    outputs = [DagNetwork(cell)(x, chain(7, directed=True))[0] for cell in (lstm, of_trees)]
    torch.testing.assert_close(*outputs)


@settings(max_examples=30)
@given(st.lists(DAGS, min_size=1, max_size=4))
def test_a_batch_of_graphs_is_each_by_itself(batch: list[Graph]) -> None:
    torch.manual_seed(0)
    network = DagNetwork(DAGGRUCell(INPUT, HIDDEN)).double()
    each = [torch.randn(graph.num_nodes, INPUT, dtype=torch.float64) for graph in batch]
    starts = np.cumsum([0, *(graph.num_nodes for graph in batch)])
    edges = [graph.edges + start for graph, start in zip(batch, starts, strict=False)]
    together = Graph(np.concatenate(edges, axis=1), int(starts[-1]), directed=True)
    alone = [network(x, graph) for x, graph in zip(each, batch, strict=True)]
    output, (ends,) = network(torch.cat(each), together)
    torch.testing.assert_close(output, torch.cat([found for found, _ in alone]))
    torch.testing.assert_close(ends, torch.cat([found for _, (found,) in alone]))


def test_all_nodes_of_a_level_are_updated_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = TreeLSTMCell(INPUT, HIDDEN)
    rows = []
    update = cell.update
    monkeypatch.setattr(cell, "update", lambda x, state: (rows.append(len(x)), update(x, state))[1])
    graph = tree(3, 2, directed=True).reversed()
    output, (root, _) = DagNetwork(cell)(torch.ones(13, INPUT), graph)
    assert rows == [9, 3, 1]
    torch.testing.assert_close(root, output[:1])
    rows.clear()
    DagNetwork(cell)(torch.ones(12, INPUT), grid(3, 4, directed=True))
    assert rows == [1, 2, 3, 3, 2, 1]


def test_a_schedule_serves_many_passes() -> None:
    graph = grid(3, 3, directed=True)
    network, schedule = DagNetwork(ElmanCell(INPUT, HIDDEN)), Schedule(graph)
    for _ in range(2):
        x = torch.randn(9, INPUT)
        torch.testing.assert_close(network(x, schedule)[0], network(x, graph)[0])


def test_the_schedule_of_chains_is_that_of_their_graph() -> None:
    """Chains of 3, 2 and 1 nodes, numbered step by step."""
    graph = Graph(np.array([[0, 1, 3], [3, 4, 5]]), 6, directed=True)
    network = DagNetwork(GRUCell(INPUT, HIDDEN))
    x = torch.randn(6, INPUT)
    (by_graph, (ends,)), (by_lengths, (last,)) = (
        network(x, schedule) for schedule in (graph, Schedule.of_chains([3, 2, 1]))
    )
    torch.testing.assert_close(by_graph, by_lengths)
    # nodes 2, 4, 5 end: chains 2, 1, 0
    torch.testing.assert_close(ends, last.flip(0))


def test_places_follow_the_inputs_to_their_device() -> None:
    graph = tree(3, 2, directed=True).reversed()
    network = DagNetwork(TreeLSTMCell(INPUT, HIDDEN)).to("meta")
    output, (root, _) = network(torch.ones(13, INPUT, device="meta"), graph)
    assert output.shape == (13, HIDDEN)
    assert root.shape == (1, HIDDEN)


@pytest.mark.parametrize("sizes", [[], [0], [2, 0], [1, 2]])
def test_chains_that_cannot_be_are_refused(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="at least 1 at each step, never more than before"):
        Schedule.of_chains(sizes)


def test_without_checks_of_types_another_graph_is_refused_in_words() -> None:
    code = (
        "import torch\n"
        "from gnnlab.nn import DagNetwork, Schedule\n"
        "from gnnlab.nn.cells import LSTMCell\n"
        "edges, x = torch.tensor([[0, 1], [1, 2]]), torch.ones(3, 2)\n"
        "for call in (DagNetwork(LSTMCell(2, 3)), lambda x, edges: Schedule(edges)):\n"
        "    try:\n"
        "        call(x, edges)\n"
        "    except ValueError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    one, other = done.stdout.splitlines()
    assert one == other
    assert one.startswith("a graph must be a gnnlab.graphs.Graph, got a Tensor; of an edge_index ")
    edges = torch.tensor([[0, 1], [1, 2]])
    data = Data(edge_index=edges, num_nodes=3)
    assert "Graph.from_data(Data(edge_index=..., num_nodes=...), directed=True)" in one
    assert Schedule(Graph.from_data(data, directed=True)).sizes == [1, 1, 1]


def test_inputs_of_another_dtype_are_refused() -> None:
    network = DagNetwork(LSTMCell(INPUT, HIDDEN))
    said = "x must be of the dtype of the weights, torch.float32, got torch.float64"
    with pytest.raises(ValueError, match=said):
        network(torch.ones(4, INPUT).double(), chain(4, directed=True))


def test_under_autocast_dtypes_are_torchs_affair() -> None:
    network = DagNetwork(TreeLSTMCell(INPUT, HIDDEN))
    with torch.autocast("cpu"):
        output, _ = network(torch.ones(4, INPUT).bfloat16(), chain(4, directed=True))
    assert output.dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("graph", "error", "said"),
    [
        (Graph(np.array([[0, 1, 2], [1, 2, 0]]), 4, directed=True), GraphError, "0 -> 1 -> 2 -> 0"),
        (Graph(np.zeros((2, 0), int), 0), ValueError, "at least 1 node, got none"),
        (
            Graph(np.array([[0], [1]]), 4, weight=np.array([2.0]), directed=True),
            ValueError,
            "must have no weights",
        ),
        (chain(4), ValueError, "must be directed, got an undirected one"),
        (chain(5, directed=True), ValueError, r"shape \[5, 2\], got \[4, 2\]"),
        (
            Graph(np.array([[0, 1], [2, 2]]), 4, directed=True),
            ValueError,
            "at most 1 predecessor, got 2; TreeLSTMCell takes more",
        ),
    ],
)
def test_what_it_cannot_run_on_is_refused(graph: Graph, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        DagNetwork(LSTMCell(INPUT, HIDDEN))(torch.ones(4, INPUT), graph)
