"""What two layers see of a graph, against the whole graph."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from strategies import graphs

from gnnlab.experiments.graph_tensors import GraphTensors
from gnnlab.graphs import Graph
from gnnlab.nn.models import GCN, GCNStack


@given(graphs(), st.booleans(), st.data())
def test_a_receptive_field_gives_the_loss_and_gradients_of_the_whole_graph(
    graph: Graph, dense: bool, data: st.DataObject
) -> None:
    nodes = graph.num_nodes
    labels = np.arange(nodes) % 2
    features = np.random.default_rng(0).random((nodes, 3)) + 0.1
    features *= (np.arange(3 * nodes).reshape(nodes, 3) % 5 == 0) | dense
    whole = GraphTensors.of(graph, csr_array(features), labels, torch.float64)
    some = data.draw(st.lists(st.integers(0, nodes - 1), min_size=1, max_size=4, unique=True))
    field = whole.field(np.array(some))

    generators = [torch.Generator().manual_seed(seed) for seed in range(2)]
    stack = GCNStack(3, 4, 2, 0.0, generators).double()
    losses = field.cross_entropy(stack)
    losses.sum().backward()
    arcs, weight = graph.arcs()
    for seed in range(2):
        single = GCN(3, 4, 2, 0.0, torch.Generator().manual_seed(seed)).double()
        logits = single(
            torch.from_numpy(features),
            torch.from_numpy(arcs),
            None if weight is None else torch.from_numpy(weight),
        )
        expected = F.cross_entropy(logits[some], torch.from_numpy(labels)[some], reduction="none")
        torch.testing.assert_close(losses[seed], expected)
        expected.sum().backward()
        for name, parameter in single.named_parameters():
            torch.testing.assert_close(stack.get_parameter(name).grad[seed], parameter.grad)

    weights = dict(stack.named_parameters())
    other = {name: 2 * tensor + 1 for name, tensor in weights.items()}
    with torch.no_grad():
        validations = field.validate(stack.eval(), [weights, other])
        torch.testing.assert_close(validations[0].loss, losses.mean(dim=1))
        logits = stack(whole.x, whole.a_hat, whole.a_hat)[:, some]
    right = (logits.argmax(dim=2).numpy() == labels[some]).mean(axis=1)
    np.testing.assert_allclose(validations[0].score, right)
    stack.load_state_dict(other)
    (alone,) = field.validate(stack, [other])
    losses = field.cross_entropy(stack).mean(dim=1)
    torch.testing.assert_close(validations[1].loss, losses)
    torch.testing.assert_close(validations[1].score, alone.score)
    assert not torch.allclose(validations[0].loss, losses)
