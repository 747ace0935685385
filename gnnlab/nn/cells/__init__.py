"""What a node of a recurrent graph network computes from its input and its predecessors."""

from gnnlab.nn.cells.cell import Cell, State
from gnnlab.nn.cells.dag_gru import DAGGRUCell
from gnnlab.nn.cells.elman import ElmanCell
from gnnlab.nn.cells.gru import GRUCell
from gnnlab.nn.cells.lstm import LSTMCell
from gnnlab.nn.cells.tree_lstm import TreeLSTMCell

__all__ = [
    "Cell",
    "DAGGRUCell",
    "ElmanCell",
    "GRUCell",
    "LSTMCell",
    "State",
    "TreeLSTMCell",
]
