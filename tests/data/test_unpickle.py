import pickle
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from gnnlab.data.unpickle import load_arrays
from gnnlab.errors import DataError


class Hostile:
    def __init__(self, function: object, *arguments: object):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def test_a_hostile_pickle_is_refused_and_does_nothing(tmp_path: Path) -> None:
    import os
    import subprocess

    mark = tmp_path / "mark"
    for hostile in (
        Hostile(os.system, f"touch {mark}"),
        Hostile(subprocess.call, ["touch", str(mark)]),
        Hostile(eval, f"open({str(mark)!r}, 'w')"),
        Hostile(np.save, str(mark), np.zeros(1)),
        Hostile(getattr, "text", "upper"),
        [Hostile(Path.touch, mark)],
    ):
        path = tmp_path / "hostile.pickle"
        path.write_bytes(pickle.dumps(hostile, protocol=2))
        with pytest.raises(DataError, match="is not allowed"):
            load_arrays(path)
    assert not list(tmp_path.glob("mark*"))


CSR = b"cscipy.sparse.csr\ncsr_matrix\n"
INT_ARRAY = pickle.dumps(np.array([0, 1, 9]), protocol=3)[2:-1].replace(
    b"numpy._core", b"numpy.core"
)
FLOATS = pickle.dumps(np.ones(2), protocol=3)[2:-1].replace(b"numpy._core", b"numpy.core")


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        # row pointers that do not fit one row by two
        (
            CSR
            + b")\x81}(U\x04data"
            + FLOATS
            + b"U\x07indices"
            + INT_ARRAY
            + b"U\x06indptr"
            + INT_ARRAY
            + b"U\x06_shapeK\x01K\x02\x86ub.",
            "index pointer size",
        ),
        # an attribute set on the class itself
        (CSR + b"}U\x03dotc__builtin__\nlist\nsb.", "argument: .state"),
        # an array of objects, whose bytes would be addresses
        (b"cnumpy\ndtype\n(U\x02O8K\x00K\x01tR.", "an array of object is not allowed"),
    ],
    ids=["indices", "class", "objects"],
)
def test_allowed_names_cannot_be_turned_against_us(
    tmp_path: Path, hostile: bytes, said: str
) -> None:
    path = tmp_path / "hostile.pickle"
    path.write_bytes(b"\x80\x03" + hostile)
    with pytest.raises(DataError, match=said):
        load_arrays(path)
    assert csr_matrix.dot is not list


def test_what_is_no_pickle_or_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    for content in (b"", b"<html>", pickle.dumps(list(range(100)), protocol=2)[:20]):
        path.write_bytes(content)
        with pytest.raises(DataError, match="broken must be a pickle of arrays"):
            load_arrays(path)


def test_containers_of_python_2_come_through(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    python_2 = b"ccollections\ndefaultdict\n(c__builtin__\nlist\ntRI0\n(lI1\nas."
    path.write_bytes(python_2)
    graph = load_arrays(path)
    assert isinstance(graph, defaultdict)
    assert graph == {0: [1]}
