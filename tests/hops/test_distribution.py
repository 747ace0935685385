import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.graphs import Graph, barabasi_albert, chain, example6, grid, read_graph
from gnnlab.hops import choose_method, hop_distribution, hop_matrix
from gnnlab.hops import distribution as module
from gnnlab.hops.distances import eccentricities


def truth(graph: Graph) -> dict[int, int]:
    counts: dict[int, int] = {}
    for source, lengths in networkx.all_pairs_shortest_path_length(graph.to_networkx()):
        for target, hops in lengths.items():
            if source != target:
                counts[hops] = counts.get(hops, 0) + 1
    return dict(sorted(counts.items()))


@pytest.fixture(params=["python", "kernels"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "kernels":
        monkeypatch.setattr(module, "SMALL_GRAPH", -1)


def test_exact_is_what_networkx_counts(way: None) -> None:
    @given(graphs())
    def check(graph: Graph) -> None:
        found = hop_distribution(graph, "exact")
        assert found.pairs_by_hops == truth(graph)
        assert found.reachable_pairs == sum(found.pairs_by_hops.values())
        assert found.relative_error == 0
        matrix = hop_matrix(graph)
        assert found.diameter == (eccentricities(matrix).diameter or None)
        for field in found.receptive_field:
            shares = (matrix <= field.layers).mean(axis=1)
            assert field.mean == pytest.approx(shares.mean())
            assert field.median == pytest.approx(np.median(shares))
            assert field.percentile_90 == pytest.approx(np.quantile(shares, 0.9))

    check()


@settings(max_examples=15)
@given(st.integers(70, 300), st.integers(1, 3), st.integers(0, 9), st.booleans())
def test_kernels_agree_with_networkx_across_batches(nodes, each, seed, directed) -> None:
    graph = barabasi_albert(nodes, each, seed, directed=directed)
    counts = module._searched(graph, np.arange(nodes), words=1 + seed % 3, progress=None)
    pairs = counts.pairs.sum(axis=0)
    assert {hop: n for hop, n in enumerate(pairs.tolist()) if n and hop} == truth(graph)


@pytest.mark.parametrize("graph", [chain(700), grid(20, 30)], ids=["chain", "grid"])
def test_a_large_diameter_is_no_trouble(graph: Graph) -> None:
    found = hop_distribution(graph, "exact")
    assert found.pairs_by_hops == truth(graph)
    assert len(found.receptive_field) <= 64


def test_example6_is_as_on_paper() -> None:
    found = hop_distribution(example6())
    assert found.method == "exact"
    assert found.pairs_by_hops == {1: 16, 2: 12, 3: 2}
    assert found.mean_hops == pytest.approx(46 / 30)
    assert found.effective_diameter_90 == pytest.approx(1 + 11 / 12)


@pytest.mark.parametrize("method", ["sample", "sketch"])
@pytest.mark.parametrize(
    "graph", [barabasi_albert(4000, 3, 0), grid(50, 60)], ids=["scale-free", "grid"]
)
def test_estimates_lie_within_the_error_that_they_tell(method: str, graph: Graph) -> None:
    exact = hop_distribution(graph, "exact")
    inside, seeds = 0, 20
    for seed in range(seeds):
        found = hop_distribution(graph, method, seed=seed)
        error = abs(found.mean_hops / exact.mean_hops - 1)
        assert 0 < found.relative_error < 0.06
        assert error < 3 * found.relative_error
        inside += error <= found.relative_error
    assert inside >= 0.75 * seeds  # of 95 % intervals


def test_a_sample_of_all_is_exact() -> None:
    assert hop_distribution(example6(), "sample").relative_error == 0


def test_no_pair_has_no_mean() -> None:
    for graph in (Graph(np.zeros((2, 0), int), 3), Graph(np.zeros((2, 0), int), 0)):
        found = hop_distribution(graph)
        assert (found.pairs_by_hops, found.reachable_pairs) == ({}, 0)
        assert (found.mean_hops, found.diameter, found.effective_diameter_90) == (None, None, None)


def test_auto_goes_by_size_and_memory() -> None:
    def sized(nodes: int, arcs: int) -> Graph:
        graph = Graph(np.zeros((2, 0), int), nodes)
        lists = type("Lists", (), {"indices": range(arcs)})
        graph.__dict__["successors"] = lists
        return graph

    assert choose_method(sized(1000, 5000), 1e9)[0] == "exact"
    assert choose_method(sized(1_000_000, 20_000_000), 4e9)[0] == "sample"
    assert choose_method(sized(1_000_000, 20_000_000), 1e8)[0] == "sketch"
    assert choose_method(sized(5_000_000, 200_000_000), 4e9)[0] == "sketch"
    assert "1,000 nodes" in choose_method(sized(1000, 5000), 1e9)[1]


def test_progress_ends_at_one_and_too_little_memory_is_refused() -> None:
    shares: list[float] = []
    hop_distribution(barabasi_albert(2000, 3, 0), "sample", progress=shares.append)
    assert shares[-1] == 1
    with pytest.raises(ValueError, match=r"sketches of 2,000 nodes need 0.0 GB"):
        hop_distribution(barabasi_albert(2000, 3, 0), "sketch", memory=1000)
    with pytest.raises(ValueError, match="one of auto, exact, sample, sketch, got 'guess'"):
        hop_distribution(example6(), "guess")


def test_an_interrupt_is_passed_on_at_once() -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    for method in ("exact", "sketch"):
        with pytest.raises(KeyboardInterrupt):
            hop_distribution(barabasi_albert(3000, 3, 0), method, progress=interrupt)


def test_email_enron_is_as_published() -> None:
    import os
    from pathlib import Path

    mirror = os.environ.get("GNNLAB_DATA_MIRROR", "")
    path = Path(mirror) / "snap" / "email-Enron.txt.gz"
    if not mirror or not path.exists():
        pytest.skip("no real data here: GNNLAB_DATA_MIRROR has no snap/email-Enron.txt.gz")
    graph = read_graph(path)
    assert graph.num_edges == 183_831
    found = hop_distribution(graph)
    assert found.method == "exact"
    assert found.mean_hops == pytest.approx(4.0251, abs=5e-5)
    assert found.effective_diameter_90 == pytest.approx(4.79, abs=0.005)
    assert found.diameter == 13
