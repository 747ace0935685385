import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, barabasi_albert, chain, example6, grid, read_graph
from gnnlab.hops import batches, choice, choose_method, hop_distribution, hop_matrix, hyperball
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
        monkeypatch.setattr(choice, "SMALL_GRAPH", -1)
        monkeypatch.setattr(batches, "SLICE", 3)  # every hop in many goes


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
    counts = batches.search_all(graph, np.arange(nodes), words=1 + seed % 3)
    assert dict(enumerate(counts.pairs.tolist(), 1)) == truth(graph)
    matrix = hop_matrix(graph)
    found = np.isfinite(matrix) & (matrix > 0)
    assert counts.found.tolist() == found.sum(axis=1).tolist()
    assert counts.hop_sums.tolist() == matrix.sum(axis=1, where=found).tolist()


@pytest.mark.parametrize("graph", [chain(700), grid(20, 30)], ids=["chain", "grid"])
def test_a_large_diameter_is_no_trouble(graph: Graph) -> None:
    found = hop_distribution(graph, "exact")
    expected = truth(graph)
    longest = max(expected)
    assert found.pairs_by_hops == expected
    assert [field.layers for field in found.receptive_field] == list(range(1, 1 + min(64, longest)))


def test_example6_is_as_on_paper() -> None:
    found = hop_distribution(example6())
    assert found.method == "exact"
    assert found.pairs_by_hops == {1: 16, 2: 12, 3: 2}
    assert found.mean_hops == pytest.approx(46 / 30)
    assert found.effective_diameter_90 == pytest.approx(1 + 11 / 12)


@pytest.mark.parametrize("method", ["sample", "sketch"])
@pytest.mark.parametrize(
    "graph",
    [barabasi_albert(4000, 3, 0), grid(50, 60), barabasi_albert(4000, 3, 0, directed=True)],
    ids=["scale-free", "grid", "directed"],
)
def test_estimates_lie_within_the_error_that_they_tell(method: str, graph: Graph) -> None:
    exact = hop_distribution(graph, "exact")
    inside, pairs_inside, seeds = 0, 0, 20
    for seed in range(seeds):
        found = hop_distribution(graph, method, seed=seed)
        error = abs(found.mean_hops / exact.mean_hops - 1)
        assert 0 < found.relative_error < 0.1
        assert error < 3 * found.relative_error
        inside += error <= found.relative_error
        pairs_error = abs(found.reachable_pairs / exact.reachable_pairs - 1)
        pairs_inside += pairs_error <= found.reachable_pairs_error + 1e-6  # whole pairs
    assert inside >= 0.75 * seeds  # of 95 % intervals
    assert pairs_inside >= 0.75 * seeds


@pytest.mark.parametrize("method", ["sample", "sketch"])
def test_estimated_receptive_fields_are_of_what_flows_in(method: str) -> None:
    # 2,000 nodes hear from a hub and a chain of 3 before it; it hears from few.
    star = [(3, node) for node in range(4, 2004)]
    edges = np.array([(0, 1), (1, 2), (2, 3), *star]).T
    graph = Graph(edges, 2004, directed=True)
    exact = hop_distribution(graph, "exact").receptive_field
    found = hop_distribution(graph, method).receptive_field
    assert len(found) == len(exact) == 4
    for one, other in zip(found, exact, strict=True):
        assert one.median == pytest.approx(other.median, rel=0.02)
        assert one.percentile_90 == pytest.approx(other.percentile_90, rel=0.02)


def test_a_sample_has_the_quantiles_of_whole_balls() -> None:
    graph = barabasi_albert(4000, 3, 0)
    exact = hop_distribution(graph, "exact").receptive_field[0]
    found = hop_distribution(graph, "sample").receptive_field[0]
    # A node and its few neighbours are a thousandth: 1,024 sources would mostly miss them.
    assert found.median == exact.median
    assert found.percentile_90 == pytest.approx(exact.percentile_90, rel=0.2)


def test_sketches_of_small_balls_are_not_biased() -> None:
    graph = Graph(np.arange(60_000).reshape(2, -1), 60_000)
    found = hop_distribution(graph, "sketch")
    assert found.reachable_pairs == pytest.approx(60_000, rel=0.005)
    assert 0 < found.reachable_pairs_error < 0.02


def test_a_sketch_goes_on_where_it_changes_and_through_all_shares(monkeypatch) -> None:
    whole = hop_distribution(grid(20, 20), "sketch")
    monkeypatch.setattr(hyperball, "SHARE", 100_000)
    assert hop_distribution(grid(20, 20), "sketch").pairs_by_hops == whole.pairs_by_hops
    assert whole.diameter == 38


@given(graphs(directed=False))
def test_the_effective_diameter_is_snaps(graph: Graph) -> None:
    found = hop_distribution(graph)
    if found.reachable_pairs:
        assert found.effective_diameter_90 == pytest.approx(snap_effective_diameter(truth(graph)))


def snap_effective_diameter(pairs: dict[int, int]) -> float:
    """``CalcEffDiam`` of snap-core/anf.cpp, line by line."""
    within = [(hops, sum(n for hop, n in pairs.items() if hop <= hops)) for hops in pairs]
    wanted = 0.9 * within[-1][1]
    place = next(place for place, (_, count) in enumerate(within) if count > wanted)
    if place == 0:
        return 1
    (hops, below), (_, above) = within[place - 1 : place + 1]
    return hops + (wanted - below) / (above - below)


def test_a_distribution_says_of_which_graph() -> None:
    found = hop_distribution(example6())
    assert (found.graph, found.nodes, found.edges, found.directed) == ("example6", 6, 8, False)


def test_a_sample_of_all_is_exact() -> None:
    assert hop_distribution(example6(), "sample").relative_error == 0


def test_no_pair_has_no_mean() -> None:
    for graph in (Graph(np.zeros((2, 0), int), 3), Graph(np.zeros((2, 0), int), 0)):
        for method in ("auto", "sketch"):
            found = hop_distribution(graph, method)
            assert (found.pairs_by_hops, found.reachable_pairs) == ({}, 0)
            assert (found.mean_hops, found.diameter) == (None, None)
            assert (found.effective_diameter_90, found.relative_error) == (None, 0)


def test_auto_goes_by_size_depth_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = barabasi_albert(3000, 3, 0)
    assert choose_method(graph, 1e9)[0] == "exact"
    assert "3,000 nodes" in choose_method(graph, 1e9)[1]
    least = choice.search_bytes(3000, 3000, words=1)
    assert choose_method(graph, least)[0] == "exact"
    assert choose_method(graph, least - 1)[0] == "sample"
    least = choice.search_bytes(3000, choice.SAMPLED_TARGETS, words=1)
    assert choose_method(graph, least)[0] == "sample"
    assert choose_method(graph, least - 1)[0] == "sketch"
    monkeypatch.setattr(choice, "EXACT_WORK", 1e7)
    assert choose_method(graph, 1e9)[0] == "sample"
    monkeypatch.setattr(choice, "SAMPLE_ARCS", 1000)
    assert choose_method(graph, 1e9)[0] == "sketch"


def test_auto_does_not_search_a_long_graph_from_everywhere() -> None:
    assert choose_method(chain(200_000), 4e9)[0] == "sample"
    assert choose_method(barabasi_albert(200_000, 1, 0), 4e9)[0] == "exact"


def test_a_batch_is_as_wide_as_memory_depth_and_threads_allow(monkeypatch) -> None:
    monkeypatch.setattr(choice, "THREADS", 2)
    assert choice.batch_words(10_000, 10_000, long=False, memory=1e9) == 8
    assert choice.batch_words(10_000, 1024, long=False, memory=1e9) == 8
    assert choice.batch_words(10_000, 10_000, long=True, memory=1e9) == 1
    assert choice.batch_words(10_000, 10_000, False, choice.search_bytes(10_000, 10_000, 4)) == 4
    assert choice.batch_words(10_000, 10_000, False, 1e5) is None
    monkeypatch.setattr(choice, "THREADS", 8)
    assert choice.batch_words(10_000, 1024, long=False, memory=1e9) == 2


@pytest.mark.parametrize("method", ["exact", "sample", "sketch"])
def test_memory_is_kept(method: str) -> None:
    import tracemalloc

    graph = barabasi_albert(20_000, 3, 0)
    memory = 8e6 if method != "exact" else 16e6
    hop_distribution(graph, method, memory=memory)  # compiled, the lists of neighbours there
    tracemalloc.start()
    hop_distribution(graph, method, memory=memory)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 1.05 * memory


@pytest.mark.parametrize("method", ["exact", "sample", "sketch"])
def test_progress_rises_to_one(method: str) -> None:
    shares: list[float] = []
    hop_distribution(barabasi_albert(2000, 3, 0), method, progress=shares.append)
    assert shares[-1] == 1
    assert shares == sorted(shares)


def test_bad_arguments_are_refused() -> None:
    graph = barabasi_albert(2000, 3, 0)
    for method in ("exact", "sample", "sketch"):
        with pytest.raises(GraphError, match=r"memory must be at least 0\.\d+ GB .* got 1e-06 GB"):
            hop_distribution(graph, method, memory=1000)
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
