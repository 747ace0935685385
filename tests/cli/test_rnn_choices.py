"""The command line repeats constants of the library, so that --help need not load torch."""

from typing import Any

import pytest

from gnnlab.cli.rnn import rnn
from gnnlab.data import ENCODINGS
from gnnlab.experiments.last_digit import LEARNING_RATES
from gnnlab.experiments.palindromes import MODELS
from gnnlab.nn.chain import KINDS
from gnnlab.nn.initialization import INITIALIZATIONS


@pytest.mark.parametrize(
    ("verb", "option", "known"),
    [
        ("gradients", "models", MODELS),
        ("gradients", "inits", INITIALIZATIONS),
        ("graph", "model", KINDS),
        ("palindromes", "models", MODELS),
        ("palindromes", "init", INITIALIZATIONS),
        ("palindromes", "optimizer", LEARNING_RATES),
        ("palindromes", "encoding", ENCODINGS),
    ],
)
def test_choices_are_the_constants_of_the_library(verb: str, option: str, known: Any) -> None:
    of_option: Any = next(each for each in rnn.commands[verb].params if each.name == option).type
    choices = of_option.choices if hasattr(of_option, "choices") else of_option.names
    assert list(choices) == list(known)
