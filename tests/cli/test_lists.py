import click
import pytest

from gnnlab.cli.rnn.lists import Lengths, Names


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7", [7]),
        ("5,20,40", [5, 20, 40]),
        ("40, 5 ,40", [40, 5]),
        ("5:40:5", [5, 10, 15, 20, 25, 30, 35, 40]),
        ("5:9:3", [5, 8]),
        ("5:5:1", [5]),
    ],
)
def test_lengths_are_listed_or_a_range_with_both_ends(text: str, numbers: list[int]) -> None:
    assert Lengths(2).convert(text, None, None) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "such as 5,20,40 or 5:40:5, got ''"),
        ("5,,6", "got '5,,6'"),
        ("5,x", "got '5,x'"),
        ("-5", "got '-5'"),
        ("2.5", "got '2.5'"),
        ("5:40", "must be FIRST:LAST:STEP, got '5:40'"),
        ("5:40:0", "must be FIRST:LAST:STEP, got '5:40:0'"),
        ("40:5:5", "must be FIRST:LAST:STEP, got '40:5:5'"),
        ("5:40:5:1", "must be FIRST:LAST:STEP, got '5:40:5:1'"),
        ("3,1,2", "at least 2, got 1"),
        ("0:4:2", "at least 2, got 0"),
    ],
)
def test_lengths_that_are_none_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(click.BadParameter, match=said):
        Lengths(2).convert(text, None, None)


def test_names_are_some_of_those_known_each_once() -> None:
    names = Names(("rnn", "gru", "lstm"))
    assert names.convert("lstm", None, None) == ["lstm"]
    assert names.convert("gru, rnn,gru", None, None) == ["gru", "rnn"]
    assert names.name == "rnn|gru|lstm"


@pytest.mark.parametrize("text", ["gcn", "rnn,gcn", "gcn,rnn"])
def test_an_unknown_name_is_refused_with_those_known(text: str) -> None:
    said = "one of rnn, gru, lstm, got 'gcn'"
    with pytest.raises(click.BadParameter, match=said):
        Names(("rnn", "gru", "lstm")).convert(text, None, None)


@pytest.mark.parametrize("text", ["", "rnn,"])
def test_no_name_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="got ''"):
        Names(("rnn", "gru")).convert(text, None, None)


def test_a_default_may_be_a_list_or_a_text() -> None:
    @click.command()
    @click.option("--lengths", type=Lengths(1), default="1:3:1")
    @click.option("--names", type=Names(("a", "b")), default=["b"])
    def verb(lengths: list[int], names: list[str]) -> None:
        assert (lengths, names) == ([1, 2, 3], ["b"])

    verb.main([], standalone_mode=False)
