"""What a tree is worth: a Tree-LSTM on expressions' trees, an LSTM of its size on their text."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_sequence
from torch.optim.lr_scheduler import LambdaLR

from gnnlab.data import Expression, draw_expressions, forest
from gnnlab.data.listops import SYMBOLS, TOKENS
from gnnlab.evaluation import accuracy, summary
from gnnlab.experiments.node_scores import check_finite
from gnnlab.nn import ChainNetwork, DagNetwork
from gnnlab.nn.cells import TreeLSTMCell
from gnnlab.nn.initialization import initialize
from gnnlab.training import Validation, optimizer

DEEP = 4  # from this depth on expressions count as deep
MOST_DEPTH = 12  # of deeper ones too few are short enough to be drawn in minutes
VALUES = 10
JUDGED_TOGETHER = 500  # expressions; bounds memory


@dataclass(frozen=True)
class ListopsRecipe:
    """How both readers are trained; the epoch is chosen by validation accuracy, ties by loss.

    ``examples`` are expressions to train on. Adam's learning rate falls step by step to 0.
    """

    examples: int = 30_000
    validation_examples: int = 1_000
    test_examples: int = 3_000
    max_depth: int = 6
    hidden_channels: int = 64
    batch: int = 64
    epochs: int = 12
    learning_rate: float = 0.005


class Reader(nn.Module):
    """Logits of the values of expressions, [expression, value], from vectors of their tokens.

    Args:
        tokens: how many different ones there are.
        network: from vectors of tokens, [token, channels], to vectors of expressions.
        channels: size of the vectors.
        generator: of the first weights.
    """

    def __init__(self, tokens: int, network: nn.Module, channels: int, generator: torch.Generator):
        super().__init__()
        self.vectors = nn.Embedding(tokens, channels)
        self.network = network
        self.head = nn.Linear(channels, VALUES)
        initialize(self, "xavier", generator)
        nn.init.normal_(self.vectors.weight, generator=generator)


class TreeReader(Reader):
    """A child-sum Tree-LSTM reads the trees: arguments before their operation.

    It does not tell the order of arguments, and no operation needs it.
    """

    def __init__(self, channels: int, generator: torch.Generator):
        network = DagNetwork(TreeLSTMCell(channels, channels))
        super().__init__(len(SYMBOLS), network, channels, generator)

    def forward(self, expressions: Sequence[Expression]) -> Tensor:
        """The logits."""
        trees = forest(expressions)
        output, _ = self.network(self.vectors(torch.from_numpy(trees.symbols)), trees.graph)
        return self.head(output[torch.from_numpy(trees.roots)])


class TextReader(Reader):
    """An LSTM reads the text, brackets and all, from left to right."""

    def __init__(self, channels: int, generator: torch.Generator):
        super().__init__(len(TOKENS), ChainNetwork("lstm", channels, channels), channels, generator)

    def forward(self, expressions: Sequence[Expression]) -> Tensor:
        """The logits."""
        texts = pack_sequence(
            [torch.from_numpy(each.tokens) for each in expressions], enforce_sorted=False
        )
        _, (last, _) = self.network(texts._replace(data=self.vectors(texts.data)))
        return self.head(last[0])


READERS = {"Tree-LSTM on trees": TreeReader, "LSTM on text": TextReader}


def compare_tree_and_text(
    seeds: Iterable[int] = range(3),
    recipe: ListopsRecipe | None = None,
    on_epoch: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Train both readers on the same expressions and test them on others, by seeds.

    Args:
        seeds: each has its own expressions, first weights and order of batches.
        recipe: ``None`` is the default one.
        on_epoch: called after each epoch of each network.

    Returns:
        ``rows``, one a reader: ``model``, ``parameters``, ``seconds`` of training (the mean over
        seeds), and summaries over seeds of ``validation_accuracy``, test ``accuracy`` and
        ``accuracy_by_depth``; ``advantage_depth_4``, by how many points of accuracy the tree is
        ahead on test expressions of depth 4 or more, a summary, or ``None`` if none is that deep;
        and the ``recipe``.

    Raises:
        ValueError: no seed, a size of the recipe below 1, or a depth above ``MOST_DEPTH``.
        DataError: more expressions than there are.
        RunError: a network has diverged.
    """
    recipe, seeds = recipe or ListopsRecipe(), list(seeds)
    if not seeds:
        raise ValueError("a comparison needs at least 1 seed, got none")
    for name, given in asdict(recipe).items():
        if isinstance(given, int) and given < 1:
            raise ValueError(f"{name} must be >= 1, got {given}")
    if recipe.max_depth > MOST_DEPTH:
        raise ValueError(f"max_depth must be at most {MOST_DEPTH}, got {recipe.max_depth}")
    runs: dict[str, list[dict[str, Any]]] = {model: [] for model in READERS}
    for seed in seeds:
        parts = _parts(seed, recipe)
        for model in READERS:
            runs[model].append(_run(model, parts, seed, recipe, on_epoch))
    tree, text = runs.values()
    ahead = [
        100 * (one["deep"] - other["deep"]) if one["deep"] is not None else None
        for one, other in zip(tree, text, strict=True)
    ]
    return {
        "rows": [_row(model, found) for model, found in runs.items()],
        "advantage_depth_4": _summary(ahead),
        "recipe": asdict(recipe),
    }


def _parts(seed: int, recipe: ListopsRecipe) -> list[list[Expression]]:
    """Expressions to train on, to choose by and to test on; none is in two parts."""
    sizes = [recipe.examples, recipe.validation_examples, recipe.test_examples]
    drawn = draw_expressions(sum(sizes), np.random.default_rng(seed), recipe.max_depth)
    return [drawn[low:high] for low, high in pairwise(np.cumsum([0, *sizes]))]


def _run(
    model: str,
    parts: Sequence[Sequence[Expression]],
    seed: int,
    recipe: ListopsRecipe,
    on_epoch: Callable[[], None] | None,
) -> dict[str, Any]:
    """What one network learns; a share of right answers is ``None`` where there are no questions.

    Accuracies are of test expressions, ``deep`` those of depth 4 or more.
    """
    train, validation, test = parts
    reader = READERS[model](recipe.hidden_channels, torch.Generator().manual_seed(seed))
    start = time.perf_counter()
    validated = _train(reader, train, validation, seed, recipe, on_epoch)
    seconds = time.perf_counter() - start
    logits = _logits(reader, test)
    check_finite(logits.numpy())
    predicted, truth = logits.argmax(dim=1).numpy(), _values(test).numpy()
    depths = np.array([each.depth for each in test])

    def score(where: np.ndarray) -> float | None:
        return accuracy(predicted[where], truth[where]) if where.any() else None

    return {
        "parameters": sum(each.numel() for each in reader.parameters()),
        "seconds": seconds,
        "validation": validated,
        "test": accuracy(predicted, truth),
        "deep": score(depths >= DEEP),
        "by_depth": [score(depths == depth) for depth in range(1, recipe.max_depth + 1)],
    }


def _train(
    reader: Reader,
    train: Sequence[Expression],
    validation: Sequence[Expression],
    seed: int,
    recipe: ListopsRecipe,
    on_epoch: Callable[[], None] | None,
) -> float:
    """Leave the reader as it was after the epoch that validation prefers; its accuracy then."""
    generator = np.random.default_rng(seed)
    chosen = optimizer("adam", reader.parameters(), recipe.learning_rate)
    total = recipe.epochs * math.ceil(len(train) / recipe.batch)
    slower = LambdaLR(chosen, lambda step: 1 - step / total)
    truth = _values(validation)
    best: Validation
    for epoch in range(recipe.epochs):
        order = generator.permutation(len(train))
        for first in range(0, len(train), recipe.batch):
            batch = [train[place] for place in order[first : first + recipe.batch]]
            chosen.zero_grad()
            F.cross_entropy(reader(batch), _values(batch)).backward()
            chosen.step()
            slower.step()
        logits = _logits(reader, validation)
        right = (logits.argmax(dim=1) == truth).double().mean()
        found = Validation(right, F.cross_entropy(logits, truth))
        if epoch == 0 or found.beats(best):
            best = found
            weights = {name: tensor.clone() for name, tensor in reader.state_dict().items()}
        if on_epoch:
            on_epoch()
    reader.load_state_dict(weights)
    return float(best.score)


def _logits(reader: Reader, expressions: Sequence[Expression]) -> Tensor:
    with torch.no_grad():
        return torch.cat(
            [
                reader(expressions[first : first + JUDGED_TOGETHER])
                for first in range(0, len(expressions), JUDGED_TOGETHER)
            ]
        )


def _values(expressions: Sequence[Expression]) -> Tensor:
    return torch.tensor([each.value for each in expressions])


def _row(model: str, runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    by_depth = zip(*(run["by_depth"] for run in runs), strict=True)
    return {
        "model": model,
        "parameters": runs[0]["parameters"],
        "validation_accuracy": _summary([run["validation"] for run in runs]),
        "accuracy": _summary([run["test"] for run in runs]),
        "accuracy_by_depth": {
            str(depth): _summary(scores) for depth, scores in enumerate(by_depth, 1)
        },
        "seconds": round(fmean(run["seconds"] for run in runs), 3),
    }


def _summary(scores: Iterable[float | None]) -> dict[str, Any] | None:
    """Over the seeds that have a score; ``None`` where none has."""
    found = [score for score in scores if score is not None]
    return asdict(summary(found)) if found else None
