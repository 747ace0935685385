import subprocess
import sys
from pathlib import Path

import pytest
from command_line import answer, gnnlab

GRAPH = ("rnn", "graph")


def test_the_answer_of_a_network() -> None:
    found = answer(*GRAPH, "--model", "gru", "--length", "4", "--layers", "2")
    assert found == {
        "model": "gru",
        "length": 4,
        "layers": 2,
        "bidirectional": False,
        "nodes": 12,
        "edges": 14,
        "levels": 6,
        "propagation_depth": 5,
        "path": ["x1", "h1,1", "h2,1", "h3,1", "h4,1", "h4,2"],
    }


def test_the_text_says_how_far_it_is_and_what_that_means() -> None:
    text = gnnlab(*GRAPH, "--length", "5", "--layers", "2").stdout
    assert "rnn of 5 steps and 2 layers: 15 nodes, 18 edges, directed" in text
    assert "\n7 topological levels" in text
    assert "from x1 to h5,2: 6 hops, the propagation depth; a GNN needs 6 layers" in text
    assert "\n  x1 -> h1,1 -> h2,1 -> h3,1 -> h4,1 -> h5,1 -> h5,2\n" in text
    assert "T + L - 1 messages from the first input to the last output:\n5 + 2 - 1 = 6" in text
    assert "backward" not in text


def test_one_step_and_layer_are_in_the_singular() -> None:
    text = gnnlab(*GRAPH, "--length", "1").stdout
    assert text.startswith("rnn of 1 step and 1 layer: 2 nodes, 1 edge, directed\n")
    assert "from x1 to h1,1: 1 hop" in text


def test_an_lstm_carries_a_cell_state_besides() -> None:
    texts = {
        model: gnnlab(*GRAPH, "--model", model, "--length", "3").stdout
        for model in ("rnn", "gru", "lstm")
    }
    assert "h and c: both go on along time, h alone to the layer above" in texts["lstm"]
    assert texts["rnn"].replace("rnn", "gru") == texts["gru"]
    assert "a state is h, which goes on" in texts["gru"]


def test_a_long_path_is_shortened_in_the_text_alone() -> None:
    text = gnnlab(*GRAPH, "--length", "50").stdout
    assert "h5,1 -> ... -> h45,1 -> " in text
    assert max(map(len, text.splitlines())) < 130
    assert len(answer(*GRAPH, "--length", "50")["path"]) == 51


def test_a_network_may_be_very_long() -> None:
    found = answer(*GRAPH, "--length", "20000")
    assert found["propagation_depth"] == 20000
    assert found["path"][-1] == "h20000,1"


def test_a_path_that_fits_is_whole() -> None:
    assert "..." not in gnnlab(*GRAPH, "--length", "11").stdout
    assert "..." in gnnlab(*GRAPH, "--length", "12").stdout


def test_backward_states_make_nothing_shorter_and_levels_more() -> None:
    text = gnnlab(*GRAPH, "--length", "5", "--layers", "2", "--bidirectional").stdout
    assert text.startswith("bidirectional rnn of 5 steps and 2 layers: 25 nodes, 46 edges")
    assert "from x1 to h5,2: 6 hops" in text
    assert "they do not shorten that" in text
    assert "\nb5,2, the backward state of the last output, hears from x1 through" in text
    assert "T L + 1 = 11 levels, in one direction T + L = 7" in text
    assert "\n11 topological levels" in text


def test_with_one_layer_the_last_backward_state_has_read_one_input() -> None:
    text = gnnlab(*GRAPH, "--length", "5", "--bidirectional").stdout
    assert text.endswith("b5,1, the backward state of the last output, has read x5 alone\n")


def test_it_is_drawn() -> None:
    result = gnnlab(*GRAPH, "--length", "4", "--bidirectional", "--plot", "graph.png")
    assert "drew graph.png" in result.stderr
    assert Path("graph.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--length", "0"], "0 is not in the range 1<=x<=100000"),
        (["--length", "100001"], "100001 is not in the range"),
        (["--length", "3", "--layers", "0"], "0 is not in the range 1<=x<=100"),
        (["--length", "3", "--layers", "101"], "101 is not in the range"),
        (
            ["--length", "5001", "--layers", "100", "--bidirectional"],
            "twice of --bidirectional, must be at most 1,000,000, got 1,000,200",
        ),
        (["--length", "many"], "'many' is not a valid integer range"),
        (["--length", "3", "--model", "gcn"], "'gcn' is not one of 'rnn', 'gru', 'lstm'"),
        ([], "Missing option '--length'"),
    ],
)
def test_wrong_usage_is_said_in_words(arguments: list[str], said: str) -> None:
    assert said in gnnlab(*GRAPH, *arguments, status=2).stderr


def test_a_wrong_ending_is_refused_before_anything_is_printed() -> None:
    result = gnnlab(*GRAPH, "--length", "3", "--plot", "graph.doc", status=1)
    assert "must end in .png, .svg, .pdf, got graph.doc" in result.stderr
    assert result.stdout == ""


def test_it_starts_without_torch() -> None:
    code = (
        "import sys\n"
        "from gnnlab.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'torch', 'torch_geometric', 'matplotlib', 'networkx', 'scipy', 'numba'}\n"
        "print('loaded', heavy & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", code, *GRAPH, "--length", "30", "--layers", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded set()\n")
