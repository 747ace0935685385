import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import gaussian_kernel, sparsify


@st.composite
def similarities(draw: st.DrawFn, directed: bool = False) -> np.ndarray:
    nodes = draw(st.integers(1, 7))
    few = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])  # so that there are ties
    found = draw(arrays(float, (nodes, nodes), elements=few))
    return found if directed else np.triu(found) + np.triu(found, 1).T


def edges(graph: Graph) -> dict[tuple[str, str], float]:
    ends = graph.edges.T.tolist()
    named = [(graph.label(source), graph.label(target)) for source, target in ends]
    if not graph.directed:
        named = [tuple(sorted(pair)) for pair in named]
    return dict(zip(named, graph.weight.tolist(), strict=True))


@given(similarities(directed=True), st.integers(1, 8))
def test_each_target_keeps_its_strongest_sources(similarity: np.ndarray, neighbors: int) -> None:
    graph = sparsify(similarity, neighbors=neighbors, directed=True)
    expected = {}
    for target, row in enumerate(similarity):
        others = [value for source, value in enumerate(row) if source != target]
        least = sorted(others, reverse=True)[min(neighbors, len(others)) - 1] if others else 0
        for source, value in enumerate(row):
            if source != target and value > 0 and value >= least:
                expected[str(source), str(target)] = value
    assert edges(graph) == expected


@given(similarities(), st.integers(1, 8))
def test_an_undirected_edge_stays_if_either_end_keeps_it(
    similarity: np.ndarray, neighbors: int
) -> None:
    graph = sparsify(similarity, neighbors=neighbors)
    arcs = sparsify(similarity, neighbors=neighbors, directed=True)
    assert edges(graph) == {tuple(sorted(pair)): weight for pair, weight in edges(arcs).items()}
    assert graph.num_loops == 0
    degree = dict(graph.to_networkx().degree)
    for node, row in enumerate(similarity):
        possible = (np.delete(row, node) > 0).sum()
        assert degree[str(node)] >= min(neighbors, possible)


@given(similarities(), st.sampled_from([0.25, 0.3, 0.75, 1.0]))
def test_a_threshold_keeps_what_reaches_it(similarity: np.ndarray, threshold: float) -> None:
    kept = np.where(similarity >= threshold, similarity, 0.0)
    np.fill_diagonal(kept, 0.0)
    oracle = networkx.from_numpy_array(kept)
    graph = sparsify(similarity, threshold=threshold)
    assert edges(graph) == {
        (str(one), str(other)): weight for one, other, weight in oracle.edges(data="weight")
    }


@given(similarities(), st.randoms(), st.integers(1, 4))
def test_the_order_of_stations_does_not_matter(
    similarity: np.ndarray, random: object, neighbors: int
) -> None:
    names = [f"station {number}" for number in range(len(similarity))]
    order = list(range(len(names)))
    random.shuffle(order)
    shuffled = sparsify(
        similarity[np.ix_(order, order)], [names[each] for each in order], neighbors=neighbors
    )
    assert edges(shuffled) == edges(sparsify(similarity, names, neighbors=neighbors))


@given(similarities())
def test_the_default_is_the_square_root_of_the_number_of_nodes(similarity: np.ndarray) -> None:
    neighbors = max(round(len(similarity) ** 0.5), 1)
    assert edges(sparsify(similarity)) == edges(sparsify(similarity, neighbors=neighbors))


def test_an_edge_of_a_directed_graph_points_from_column_to_row() -> None:
    graph = sparsify(np.array([[0.0, 0.0], [0.5, 0.0]]), ["west", "east"], directed=True)
    assert edges(graph) == {("west", "east"): 0.5}
    assert graph.csr().toarray().tolist() == [[0.0, 0.0], [0.5, 0.0]]


def test_the_kernel_is_that_of_dcrnn() -> None:
    distance = np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 2.0], [4.0, 2.0, 0.0]])
    mean = sum(distance.ravel()) / 9
    sigma = (sum((each - mean) ** 2 for each in distance.ravel()) / 9) ** 0.5
    expected = [[np.exp(-((each / sigma) ** 2)) for each in row] for row in distance]
    np.testing.assert_allclose(gaussian_kernel(distance), expected)


def test_the_kernel_is_never_0_but_for_what_is_infinitely_far() -> None:
    distance = np.array([[0.0, 1e6, np.inf], [1e6, 0.0, np.inf], [np.inf, np.inf, 0.0]])
    weight = gaussian_kernel(distance, sigma=1.0)
    assert 0 < weight[0, 1] < 1e-300
    assert weight[0, 2] == 0


def test_all_at_one_place_are_alike() -> None:
    assert gaussian_kernel(np.zeros((3, 3))).tolist() == np.ones((3, 3)).tolist()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"threshold": 0.0}, "threshold must be above 0 and at most 1, got 0.0"),
        ({"threshold": 1.5}, "threshold must be above 0 and at most 1, got 1.5"),
        ({"neighbors": 0}, "neighbors must be >= 1, got 0"),
        ({"threshold": 0.5, "neighbors": 2}, "either threshold or neighbors must be given"),
    ],
)
def test_wrong_settings_are_refused(settings: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sparsify(np.eye(2), **settings)


def test_a_sigma_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="sigma must be above 0, got 0"):
        gaussian_kernel(np.eye(2), sigma=0.0)
