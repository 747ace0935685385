from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import MISSING, number, numbers
from gnnlab.data.readings.tables import open_table
from gnnlab.errors import DataError


def read(tmp_path: Path, cells: list[str], separator: str = ",") -> tuple[np.ndarray, Findings]:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["n" + separator + "x"] + [f"1{separator}{cell}" for cell in cells]))
    findings = Findings()
    return numbers(open_table(path), "x", findings), findings


def test_words_for_nothing_are_nothing_and_no_trouble(tmp_path: Path) -> None:
    values, findings = read(tmp_path, [*sorted(MISSING), "NA", " NaN ", "3"])
    assert np.isnan(values[:-1]).all()
    assert values[-1] == 3
    assert not findings.issues


def test_text_and_infinite_numbers_are_unobserved_and_counted(tmp_path: Path) -> None:
    values, findings = read(tmp_path, ["1", "2e1", "<5", "-3.5", ".5", "***", "1e99", "1_0", "+7"])
    np.testing.assert_equal(values, [1, 20, np.nan, -3.5, 0.5, np.nan, np.nan, np.nan, 7])
    assert [(issue.kind, issue.count, issue.first) for issue in findings.issues] == [
        ("text in a number column", 3, "a.csv, line 4 (x: '<5')"),
        ("infinite numbers", 1, "a.csv, line 8 (x)"),
    ]


def test_a_column_of_words_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv, line 3: x must be a number, got 'high'"):
        read(tmp_path, ["1", "high", "low", "NA"])


def test_a_comma_is_a_decimal_point_where_it_does_not_separate(tmp_path: Path) -> None:
    values, findings = read(tmp_path, ["1,5", "-0,25", "2.5", "3"], ";")
    assert values.tolist() == [1.5, -0.25, 2.5, 3]
    assert not findings.issues
    values, findings = read(tmp_path, ['"1,234"', "2", "3"])
    assert np.isnan(values[0])
    assert findings.issues[0].first == "a.csv, line 2 (x: '1,234')"
    assert np.isnan(number("1.234,5", decimal_comma=True))  # 1234.5 to some; nobody says
