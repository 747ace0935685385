from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array, save_npz

from gnnlab.data import NodeDataset, read_dataset, read_features
from gnnlab.data.random_splits import TooFewNodes
from gnnlab.errors import DataError, GraphError
from gnnlab.graphs import Graph

GRAPH = "a,b\nb,c\nc,d\nd,e\ne,f\n"
FEATURES = "node,x,y\nf,6,0\na,1,0\nb,2,0\nc,3,0.5\nd,4,0\ne,5,0\n"
LABELS = "node,class,part\na,tea,train\nb,coffee,train\nc,tea,validation\nd,coffee,test\ne,tea,\n"


def read(folder: Path, **changes: str) -> NodeDataset:
    texts = {"graph": GRAPH, "features": FEATURES, "labels": LABELS} | changes
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return read_dataset(*(str(folder / f"{name}.csv") for name in texts))


def test_rows_find_their_nodes_by_name(tmp_path: Path) -> None:
    dataset = read(tmp_path)
    assert dataset.features.toarray()[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    assert dataset.classes == ["coffee", "tea"]
    assert dataset.labels[:5].tolist() == [1, 0, 1, 0, 1]
    assert dataset.labelled.tolist() == [True] * 5 + [False]
    assert [part.tolist() for part in dataset.split.parts().values()] == [[0, 1], [2], [3]]
    assert dataset.split.name == "given"
    again = read_dataset(**dataset.files)
    assert again.fingerprint == dataset.fingerprint
    other = read(tmp_path, labels=LABELS + "f,tea,\n")
    assert other.fingerprint != dataset.fingerprint


def test_without_parts_a_random_split_is_drawn(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "labels.csv").write_text("a,x\nb,x\nc,x\nd,y\ne,y\nf,y\n")
    files = [str(tmp_path / f"{name}.csv") for name in ("graph", "features", "labels")]
    split = read_dataset(*files, train=1, validation=1).split
    assert split.name == "random-0-1-1"
    assert [len(part) for part in split.parts().values()] == [2, 2, 2]
    with pytest.raises(TooFewNodes, match=r"more than 20 \+ 30 nodes of each class, got 3 of x"):
        read_dataset(*files)


def test_arrays_go_by_the_nodes_numbers(tmp_path: Path) -> None:
    graph = Graph.from_edges([("a", "b")])
    np.save(tmp_path / "x.npy", np.eye(2))
    save_npz(tmp_path / "x.npz", csr_array(np.eye(2)))
    for name in ("x.npy", "x.npz"):
        assert read_features(tmp_path / name, graph).toarray().tolist() == [[1, 0], [0, 1]]
    np.save(tmp_path / "x.npy", np.eye(3))
    with pytest.raises(DataError, match="a row for each of the 2 nodes, got 3"):
        read_features(tmp_path / "x.npy", graph)
    np.save(tmp_path / "x.npy", np.array([[1.0], [np.nan]]))
    with pytest.raises(DataError, match="must hold finite numbers, got others for node 1"):
        read_features(tmp_path / "x.npy", graph)
    np.save(tmp_path / "x.npy", np.ones(2))
    with pytest.raises(DataError, match=r"shape \[2\] where \[node, feature\] is wanted"):
        read_features(tmp_path / "x.npy", graph)
    (tmp_path / "x.npy").write_text("no")
    with pytest.raises(DataError, match="must hold an array of features"):
        read_features(tmp_path / "x.npy", graph)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": FEATURES.replace("4,0", "nan,0")}, "line 6: features of d must be finite"),
        ({"features": FEATURES.replace("4,0", "four,0")}, "line 6: features must be numbers"),
        ({"features": FEATURES.replace("4,0", "4")}, "line 6: d must have one row.*1 numbers inst"),
        ({"features": FEATURES + "a,1,1\n"}, "line 8: a must have one row.*a second line"),
        ({"features": FEATURES + "z,1,1\n"}, "line 8: a node must be one of the graph's 6 labels"),
        ({"features": FEATURES.replace("d,4,0\n", "")}, r"got none for 1 \(d"),
        ({"labels": LABELS + "z,tea,\n"}, "line 7: a node must be one of the graph's 6 labels"),
        ({"labels": LABELS + "a,tea,\n"}, "line 7: a must have one class, got a second"),
        ({"labels": LABELS + "f,,\n"}, "line 7: must be node, class and perhaps part"),
        ({"labels": LABELS + "f,tea,exam\n"}, "line 7: a part must be train, .*got 'exam'"),
        ({"labels": LABELS.replace("coffee", "tea")}, r"at least 2 classes, got only \['tea'\]"),
        ({"labels": LABELS.replace("b,coffee,train", "b,coffee,test")}, "train on at least 2 clas"),
        ({"labels": LABELS.replace("validation", "")}, "labels.csv must have a line of part valid"),
        ({"labels": LABELS.replace("test", "train")}, "must have a line of part test, got none"),
        ({"labels": LABELS.replace("train", "test")}, "must have a line of part train, got none"),
    ],
)
def test_a_file_that_will_not_do_is_refused_by_line(tmp_path: Path, changes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(tmp_path, **changes)


def test_missing_files_are_named(tmp_path: Path) -> None:
    read(tmp_path)
    with pytest.raises(DataError, match=r"nowhere.csv cannot be read as CSV"):
        read_dataset(
            str(tmp_path / "graph.csv"), str(tmp_path / "nowhere.csv"), str(tmp_path / "labels.csv")
        )
    with pytest.raises(DataError, match="which can be read again, got stdin"):
        read_dataset("-", "x.csv", "y.csv")
    with pytest.raises(GraphError, match=r"nowhere.csv does not exist"):
        read_dataset(str(tmp_path / "nowhere.csv"), "x.csv", "y.csv")
