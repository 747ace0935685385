"""Which neighbours and features decide what a network says of one node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch_geometric.explain import Explainer, GNNExplainer

from gnnlab.errors import RunError
from gnnlab.experiments.node_runs import restored
from gnnlab.graphs import Graph
from gnnlab.hops import hops_to
from gnnlab.nn.models import GCN

LAYERS = 2


@dataclass(frozen=True)
class Explanation:
    """What GNNExplainer (Ying et al. 2019) finds for a node of a graph.

    ``arcs`` are sources and targets, [2, arc], of what the network's layers can bring to the node,
    ``importance`` their weights from 0 to 1, [arc]; ``features`` the weights of the features,
    summed over the nodes that the layers see, [feature]; ``class_of`` what these are taken for.
    """

    graph: Graph
    node: int
    predicted: str
    probability: float
    actual: str | None
    classes: Sequence[str]
    arcs: np.ndarray
    importance: Float[np.ndarray, " arc"]
    features: Float[np.ndarray, " feature"]
    class_of: Mapping[int, str]

    def top_arcs(self, count: int = 10) -> list[tuple[str, str, float]]:
        """Source, target and weight of the arcs that count most."""
        order = np.argsort(-self.importance, kind="stable")[:count]
        label = self.graph.label
        return [
            (label(source), label(target), weight)
            for source, target, weight in zip(
                *self.arcs[:, order].tolist(), self.importance[order].tolist(), strict=True
            )
        ]

    def top_features(self, count: int = 10) -> list[tuple[int, float]]:
        """Number and weight of the features that count most; those that count nothing left out."""
        order = np.argsort(-self.features, kind="stable")[:count]
        return [(int(k), float(self.features[k])) for k in order if self.features[k] > 0]


def explain(run: str | Path, node: str, *, network: int = 0, epochs: int = 200) -> Explanation:
    """Why a network of a run folder says what it says of a node.

    Args:
        run: a run folder of ``gnnlab train gcn``.
        node: the name of a node of the run's graph.
        network: which of the run's networks.
        epochs: steps of GNNExplainer.

    Raises:
        RunError, DataError: see :func:`gnnlab.experiments.node_runs.predict`; or no such network.
        GraphError: no node has this name.
    """
    trained = restored(run)
    dataset, last = trained.dataset, len(trained.splits) - 1
    if not 0 <= network <= last:
        raise RunError(f"a network of {run} must be between 0 and {last}, got {network}")
    graph = dataset.graph
    number = graph.node(node)
    state = {name: tensor[network] for name, tensor in trained.model.state_dict().items()}
    model = GCN(dataset.features.shape[1], state["conv1.bias"].shape[0], len(dataset.classes))
    model.load_state_dict(state)
    model.to(trained.dtype).eval()
    x = torch.from_numpy(trained.scale(dataset.features).toarray()).to(trained.dtype)
    arcs, weight = graph.arcs()
    edge_index = torch.from_numpy(arcs.astype(np.int64))
    weights = () if weight is None else (torch.from_numpy(weight).to(trained.dtype),)
    with torch.no_grad():
        chances = model(x, edge_index, *weights).softmax(dim=1)
    explainer = Explainer(
        model,
        GNNExplainer(epochs=epochs),
        explanation_type="model",
        node_mask_type="attributes",
        edge_mask_type="object",
        model_config={
            "mode": "multiclass_classification",
            "task_level": "node",
            "return_type": "raw",
        },
    )
    named = {"edge_weight": weights[0]} if weights else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # GNNExplainer draws its first masks from torch's global generator
        found = explainer(x, edge_index, index=number, **named)
    near = hops_to(graph, number) < LAYERS
    brought = near[arcs[1]]
    seen = np.unique(np.append(arcs[:, brought], number))
    most = chances.argmax(dim=1).numpy()
    labelled = np.asarray(dataset.labelled)
    return Explanation(
        graph=graph,
        node=number,
        predicted=dataset.classes[most[number]],
        probability=float(chances[number].max()),
        actual=dataset.classes[dataset.labels[number]] if labelled[number] else None,
        classes=dataset.classes,
        arcs=arcs[:, brought],
        importance=found.edge_mask.numpy()[brought].astype(np.float64),
        features=(found.node_mask * (x != 0)).numpy()[seen].sum(axis=0).astype(np.float64),
        class_of={node: dataset.classes[most[node]] for node in seen.tolist()},
    )
