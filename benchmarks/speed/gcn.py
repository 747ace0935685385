"""Training a GCN on Cora, ours against PyG's recipe with its own GCNConv.

    python benchmarks/speed/gcn.py [--json FILE]

Both: 200 epochs with an evaluation each, hidden 16, dropout 0.5, Adam 0.01, weight decay 5e-4 on
the first layer, cached normalisation, 2 threads, one seed. The peer is PyG's ``examples/gcn.py``.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from pairs import time_pair, write_json
from torch_geometric.nn import GCNConv
from torch_geometric.transforms import NormalizeFeatures

from gnnlab.data import load
from gnnlab.experiments.node_classification import train_gcn


class PygGCN(torch.nn.Module):
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.conv1 = GCNConv(in_channels, 16, cached=True)
        self.conv2 = GCNConv(16, out_channels, cached=True)

    def forward(self, x: torch.Tensor, edge_index: torch.Tensor) -> torch.Tensor:
        x = F.dropout(x, p=0.5, training=self.training)
        x = self.conv1(x, edge_index).relu()
        x = F.dropout(x, p=0.5, training=self.training)
        return self.conv2(x, edge_index)


def train_pyg() -> None:
    torch.manual_seed(0)
    model = PygGCN(data.num_features, len(dataset.classes))
    optimizer = torch.optim.Adam(
        [
            {"params": model.conv1.parameters(), "weight_decay": 5e-4},
            {"params": model.conv2.parameters(), "weight_decay": 0},
        ],
        lr=0.01,
    )
    for _ in range(200):
        model.train()
        optimizer.zero_grad()
        out = model(data.x, data.edge_index)
        F.cross_entropy(out[data.train_mask], data.y[data.train_mask]).backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            predicted = model(data.x, data.edge_index).argmax(dim=-1)
            for mask in (data.train_mask, data.val_mask, data.test_mask):
                (predicted[mask] == data.y[mask]).float().mean().item()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--json", type=Path, metavar="FILE")
arguments = parser.parse_args()

torch.set_num_threads(2)
dataset = load("cora")
data = NormalizeFeatures()(dataset.to_data())
write_json(
    [
        time_pair(
            "Cora, 200 epochs with evaluation, 1 seed: PyG's recipe",
            ours=lambda: train_gcn(dataset, seeds=[0]),
            peer=train_pyg,
        )
    ],
    arguments.json,
)
