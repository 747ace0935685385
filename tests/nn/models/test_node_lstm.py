import pytest
import torch

from gnnlab.nn.models.node_lstm import NodeLSTM


def test_it_is_the_lstm_of_torch_for_each_node() -> None:
    torch.manual_seed(0)
    ours = NodeLSTM(3, 4).double()
    theirs = ours.chains.to_torch()
    x = torch.randn(2, 6, 5, 3, dtype=torch.float64)
    output, last = ours(x)
    for batch in range(2):
        for node in range(5):
            expected, _ = theirs(x[batch, :, node])
            torch.testing.assert_close(output[batch, :, node], expected, rtol=1e-10, atol=1e-12)
            torch.testing.assert_close(last[batch, node], expected[-1], rtol=1e-10, atol=1e-12)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden_channels must be >= 1, got 0"):
        NodeLSTM(3, 0)
    with pytest.raises(ValueError, match=r"x must be of shape \[batch, time, node, 3\]"):
        NodeLSTM(3, 4)(torch.ones(2, 6, 5, 2))
