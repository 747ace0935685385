import networkx
import pytest
from hypothesis import given
from strategies import graphs

from gnnlab.graphs import Components, Graph, components


@pytest.mark.parametrize("kernels_from", [0, 10**9])
def test_they_are_those_of_networkx(kernels_from: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.graphs.connected.KERNELS_FROM", kernels_from)

    @given(graphs())
    def check(graph: Graph) -> None:
        through = networkx.Graph(graph.to_networkx())
        sizes = [len(part) for part in networkx.connected_components(through)]
        assert components(graph) == Components(len(sizes), max(sizes))

    check()
