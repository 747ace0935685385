from collections import Counter

import numpy as np
import pytest
import torch
from torch_geometric.io import read_planetoid_data

from gnnlab.data import NodeDataset, card, fetch
from gnnlab.data.unpickle import load_arrays


@pytest.mark.parametrize("name", ["cora", "citeseer"])
def test_it_is_what_pyg_reads(name: str, request: pytest.FixtureRequest) -> None:
    dataset: NodeDataset = request.getfixturevalue(name)
    folder = next(iter(fetch(card(name)).values())).parent
    theirs, ours = read_planetoid_data(str(folder), name), dataset.to_data()
    assert torch.equal(ours.x, theirs.x)
    assert torch.equal(ours.y[dataset.labelled], theirs.y[dataset.labelled])
    assert {*map(tuple, ours.edge_index.T.tolist())} == {*map(tuple, theirs.edge_index.T.tolist())}
    for mask in ("train_mask", "val_mask", "test_mask"):
        assert torch.equal(ours[mask], theirs[mask])


@pytest.mark.parametrize("name", ["cora", "citeseer"])
def test_the_card_counts_right(name: str, request: pytest.FixtureRequest) -> None:
    dataset: NodeDataset = request.getfixturevalue(name)
    shape = card(name).shape
    assert dataset.graph.num_nodes == shape["nodes"]
    assert dataset.graph.num_edges == shape["edges"]
    assert dataset.features.shape == (shape["nodes"], shape["features"])
    assert len(dataset.classes) == shape["classes"] == len(np.unique(dataset.labels))
    assert (dataset.graph.csr().sum(axis=1) == 0).sum() == shape["isolated_nodes"]
    for part, nodes in dataset.split.parts().items():
        assert len(nodes) == shape[part]
    assert dataset.sha256 == card(name).sha256


@pytest.mark.parametrize("name", ["cora", "citeseer"])
def test_the_card_counts_loops_and_duplicates_right(
    name: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(name)
    lists = load_arrays(fetch(card(name))[f"ind.{name}.graph"])
    listed = Counter(
        tuple(sorted((node, other))) for node, others in lists.items() for other in others
    )
    shape = card(name).shape
    loops = [edge for edge in listed if edge[0] == edge[1]]
    assert len(loops) == shape["self_loops"]
    assert len(listed) - len(loops) == shape["edges"]
    assert sum(listed.values()) == 2 * shape["listed_edges"]  # both ends list an edge
    assert shape["listed_edges"] - len(listed) == shape["duplicates"]


def test_cora_names_its_classes_by_their_known_sizes(cora: NodeDataset) -> None:
    sizes = dict(zip(cora.classes, np.bincount(cora.labels).tolist(), strict=True))
    assert sizes["Neural networks"] == 818
    assert sizes["Rule learning"] == 180


def test_citeseer_has_15_nodes_without_label(citeseer: NodeDataset) -> None:
    assert (~citeseer.labelled).sum() == 15
    assert citeseer.features[~citeseer.labelled].nnz == 0
