import gzip
from pathlib import Path

import numpy as np
import pandas
import pytest

from gnnlab.data.readings.tables import Column, joined_column, open_table
from gnnlab.errors import DataError

ROWS = [["time", "site", "PM2.5"], ["2021-01-01", "Müll", "1.5"], ["2021-01-02", "Bach", "2"]]


def words(table, name: str) -> list[str]:
    column = table.columns[name]
    return [column.words[code] if code >= 0 else None for code in column.codes]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_encoding_and_line_end_gives_the_same_words(
    tmp_path: Path, separator: str, encoding: str, end: str
) -> None:
    text = end.join(separator.join(row) for row in ROWS) + end
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    table = open_table(path)
    assert {name: words(table, name) for name in table.columns} == {
        name: [ROWS[1][number], ROWS[2][number]] for number, name in enumerate(ROWS[0])
    }
    assert table.place(1) == "a.csv, line 3"
    guessed = [issue.rule for issue in table.issues]
    assert guessed == (["read as cp1252"] if encoding == "cp1252" else [])
    path.write_bytes(gzip.compress(text.encode(encoding)))
    assert words(open_table(path), "site") == ["Müll", "Bach"]


def test_bytes_that_windows_does_not_know_are_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"time,site\n2021-01-01,\x81\xfc\n")
    table = open_table(path)
    assert table.issues[0].rule == "read as latin-1"
    assert words(table, "site") == ["\x81ü"]


def test_semicolons_separate_though_numbers_have_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Zeit;PM2,5;NO2\n1.1.2021;3,5;4,5\n2.1.2021;1,5;2,5\n")
    table = open_table(path)
    assert list(table.columns) == ["Zeit", "PM2,5", "NO2"]
    assert table.decimal_comma


def test_lines_are_counted_past_blank_lines_quoted_breaks_and_what_stands_before_the_header(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Network of a town\n\ntime,site\n\n1,"in\ntwo"\n\n2,b\n3,"c"\n')
    table = open_table(path)
    assert words(table, "site") == ["in\ntwo", "b", "c"]
    assert [table.place(row) for row in range(3)] == [
        "a.csv, line 5",
        "a.csv, line 8",
        "a.csv, line 9",
    ]
    assert [(issue.kind, issue.count) for issue in table.issues] == [("lines before the header", 2)]


def test_parquet_holds_the_same_words_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    times = pandas.to_datetime(["2021-01-01 05:00", "2021-01-01 06:00"])
    frame = pandas.DataFrame({"naive": times, "aware": times.tz_localize("Europe/Paris")})
    frame["site"] = pandas.Categorical(["a", None])
    frame["PM2.5"], frame["flag"] = [1.5, np.nan], [True, False]
    frame.to_parquet(path)
    table = open_table(path)
    assert words(table, "naive") == ["2021-01-01T05:00:00", "2021-01-01T06:00:00"]
    assert words(table, "aware") == ["2021-01-01T04:00:00Z", "2021-01-01T05:00:00Z"]
    assert words(table, "site") == ["a", None]
    np.testing.assert_equal(words(table, "PM2.5"), [1.5, np.nan])
    assert table.place(1) == "a.parquet, row 2"


def test_whole_numbers_of_parquet_are_written_without_a_point(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pandas.DataFrame({"hour": [2021030405.0, 1.5, np.nan]}).to_parquet(path)
    column = open_table(path).columns["hour"]
    assert [column.text(row) for row in range(2)] == ["2021030405", "1.5"]


def test_columns_are_joined_where_none_of_them_is_empty() -> None:
    years = Column(np.array(["2021", "2022"], object), np.array([0, 1, -1, 0, 0]))
    months = Column(np.array(["3", "11"], object), np.array([0, 1, 1, -1, 0]))
    column = joined_column([years, months], "-", 2)
    found = [column.text(row) for row in range(5)]
    assert found == ["2021-03", "2022-11", "", "", "2021-03"]


def test_parquet_of_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pandas.DataFrame({"time": ["2021"], "PM2.5": [[1, 2]]}).to_parquet(path)
    with pytest.raises(DataError, match="must be a whole Parquet file of numbers, words and times"):
        open_table(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must hold a table, got an empty file"),
        (b" \n\n", "must hold a table, got an empty file"),
        (b"time,PM2.5\n", "must hold rows, got a header only"),
        (b"time,PM2.5\n\n\n", "must hold rows, got a header only"),
        (b"hello\nworld\n", "at least 2 columns .* got 'hello'"),
        (b"PK\x03\x04\0\0\0", "must be CSV .* got a zip archive or workbook"),
        (b"\x7fELF\0\0", "must be CSV .* got a binary file"),
        (b"\x1f\x8bnot gzip", "must be a whole gzip file"),
        (gzip.compress(b"time,PM2.5\n1,2\n", mtime=0)[:-9], "must be a whole gzip file"),
        (b"\xff\xfea\0,\0b", "must be whole utf-16 text"),
        (b"PAR1 and no more", "must be a whole Parquet file"),
        (b"a,b,a\n1,2,3\n", "columns of .* must have different names, got 'a' twice"),
        (b"a,b\n1,2\n\n1,2,3\n4,5\n", r"a\.csv, line 4: must have 2 fields, got 3"),
        (b'a,b\n1,2\n3,"4\n' + 40_000 * b"5,6\n", r"a\.csv, line 3: must be a row of a CSV"),
        (b'a,b\n1,2\n3,"4\n5,6\n7,"8\n', r"a\.csv, line 3: a quote must be closed .* b of 3 lines"),
        (b'"' + 200_000 * b"x" + b"\n1,2\n", r"a\.csv, line 1: must be a row of a CSV"),
        (b'a,b\n1,"x\ny"\n1\n4,5\n', r"a\.csv, line 4: must have 2 fields, got 1"),
    ],
)
def test_what_is_no_table_is_refused_with_its_file_and_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        open_table(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no\.csv does not exist"):
        open_table(tmp_path / "no.csv")
    with pytest.raises(DataError, match="must be a file, got a folder"):
        open_table(tmp_path)
