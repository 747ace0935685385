"""Palindromes: how long recurrent networks remember the first digit of a sequence."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby, product
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gnnlab.data import DIGITS
from gnnlab.evaluation import accuracy, summary
from gnnlab.experiments.last_digit import BATCH, LastDigit, PalindromeRecipe, batch, train_step
from gnnlab.graphs.parallel import on_all_cores
from gnnlab.nn.chain import KINDS
from gnnlab.training import optimizer

Draw = Callable[[int], tuple[Tensor, Tensor]]  # that many palindromes: input and last digit

MODELS = KINDS
PERFECT = 50  # batches in a row without a mistake end the training
TESTED = 10_000  # palindromes
TESTED_TOGETHER = 1_000  # the states of more would take gigabytes
FORGET_BIAS = 4.0  # σ(4)^98 = 0.17: at length 100 a cell still holds a sixth of the first digit
CHANCE = 1 / DIGITS
REPORTED_EFFORT = 2.5  # of an LSTM, in RNNs, by the report that this repeats

RECIPES = {
    "rnn": PalindromeRecipe(init="identity"),
    "gru": PalindromeRecipe(),
    "lstm": PalindromeRecipe(),
}


class PalindromeRun(NamedTuple):
    """What one network learned.

    ``best_batch`` is the highest accuracy of a training batch, which flatters: by luck alone a few
    thousand batches at chance reach 0.2. ``ended`` is ``"solved"`` (``PERFECT`` batches in a row),
    ``"diverged"`` (the loss was no number) or ``"steps"`` (all were made); ``seconds`` are those
    of the processor for training, without the test.
    """

    model: str
    length: int
    seed: int
    accuracy: float
    best_batch: float
    steps: int
    seconds: float
    ended: str


def palindrome_scores(
    models: Iterable[str] = ("rnn", "lstm"),
    lengths: Iterable[int] = range(5, 41, 5),
    seeds: Iterable[int] = range(3),
    recipes: Mapping[str, PalindromeRecipe] = RECIPES,
    on_run: Callable[[PalindromeRun], None] | None = None,
) -> dict[str, Any]:
    """How well networks tell the last digit of palindromes, by model and length.

    Each batch is of fresh palindromes of the one length; the accuracy is that on ``TESTED`` others.
    LSTMs start with the forget bias ``FORGET_BIAS``, but with init ``"normal"``.
    Networks are trained side by side, one a core. A network has generators of its own: what it
    learns does not depend on those beside it. An interrupt (Ctrl-C) ends the training; networks
    that are finished are returned, if any.

    Args:
        models: out of ``MODELS``; what is named twice, here and below, counts once.
        lengths: of the palindromes, each at least 2.
        seeds: which seeds to run.
        recipes: by model.
        on_run: called with each network that is finished, from the thread that trained it.

    Returns:
        ``rows``, one a model and length: what it was trained with, summaries over seeds of
        ``accuracy``, ``best_batch``, ``steps`` (``steps_at_most`` is the recipe's limit) and
        ``seconds``, and how each training ``ended``; and ``effort``, of :func:`effort`.

    Raises:
        KeyboardInterrupt: before the first network was finished.
        ValueError: no model, length or seed; an unknown model or one without a recipe; a length
            below 2.
    """
    models, lengths = list(dict.fromkeys(models)), list(dict.fromkeys(lengths))
    seeds = list(dict.fromkeys(seeds))
    for name, given in (("model", models), ("length", lengths), ("seed", seeds)):
        if not given:
            raise ValueError(f"training needs at least 1 {name}, got none")
    for model in models:
        if model not in MODELS:
            raise ValueError(f"a model must be one of {', '.join(MODELS)}, got {model!r}")
        if model not in recipes:
            got = ", ".join(recipes) or "none"
            raise ValueError(f"recipes must have one for {model!r}, got {got}")
    if min(lengths) < 2:
        raise ValueError(f"a length must be at least 2, got {min(lengths)}")
    done: dict[tuple[str, int, int], PalindromeRun] = {}
    stop = threading.Event()

    def work(job: tuple[str, int, int]) -> None:
        torch.set_num_threads(1)  # in this thread; the other cores are taken by networks
        run = _trained(*job, recipes[job[0]], stop)
        if run:
            done[job] = run
            if on_run:
                on_run(run)

    jobs = list(product(models, lengths, seeds))
    threads = torch.get_num_threads()
    try:
        on_all_cores(work, jobs, stop=stop)
    except KeyboardInterrupt:
        if not done:
            raise
    finally:
        torch.set_num_threads(threads)
    finished = [done[job] for job in jobs if job in done]
    rows = [
        _row(list(runs), recipes[model])
        for (model, _), runs in groupby(finished, key=lambda run: (run.model, run.length))
    ]
    return {"rows": rows, "effort": effort(rows)}


def effort(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What an LSTM's training takes, in RNNs': ratios of ``steps`` and of ``seconds``.

    Both are totals over ``lengths``: those that both models have finished networks
    of, all of which solved them. ``None`` where there is no such length.

    Args:
        rows: of :func:`palindrome_scores`.
    """
    solved = {(row["model"], row["length"]): row for row in rows if set(row["ended"]) == {"solved"}}
    lengths = [length for model, length in solved if model == "rnn" and ("lstm", length) in solved]
    if not lengths:
        return None

    def ratio(what: str) -> float:
        lstm, rnn = (
            sum(solved[model, length][what]["mean"] for length in lengths)
            for model in ("lstm", "rnn")
        )
        return lstm / rnn

    return {
        "lengths": lengths,
        "steps": ratio("steps"),
        "seconds": ratio("seconds"),
        "reported": REPORTED_EFFORT,
    }


def _trained(
    model: str, length: int, seed: int, recipe: PalindromeRecipe, stop: threading.Event
) -> PalindromeRun | None:
    """One network; ``None`` if it was stopped before it was finished."""
    start = time.thread_time()
    draw = partial(batch, length, recipe.encoding, np.random.default_rng(seed))
    network = LastDigit(model, recipe, torch.Generator().manual_seed(seed), FORGET_BIAS)
    steps, ended, best = _fit(network, recipe, draw, stop)
    if ended == "stopped":
        return None
    seconds = time.thread_time() - start
    score = _accuracy(network, draw)
    return PalindromeRun(model, length, seed, score, best, steps, seconds, ended)


def _fit(
    network: LastDigit, recipe: PalindromeRecipe, draw: Draw, stop: threading.Event
) -> tuple[int, str, float]:
    """Train until nothing is left to learn; number of steps, how it ended, best batch."""
    chosen = optimizer(recipe.optimizer, network.parameters(), recipe.rate)
    perfect, most = 0, 0
    for step in range(1, recipe.steps + 1):
        if stop.is_set():
            return step, "stopped", most / BATCH
        x, last = draw(BATCH)
        logits = train_step(network, chosen, x, last)
        if logits is None:
            return step, "diverged", most / BATCH
        right = int((logits.argmax(dim=1) == last).sum())
        most = max(most, right)
        perfect = perfect + 1 if right == BATCH else 0
        if perfect == PERFECT:
            return step, "solved", most / BATCH
    return recipe.steps, "steps", most / BATCH


def _accuracy(network: LastDigit, draw: Draw) -> float:
    predicted, truth = [], []
    with torch.no_grad():
        for _ in range(TESTED // TESTED_TOGETHER):
            x, last = draw(TESTED_TOGETHER)
            predicted.append(network(x).argmax(dim=1).numpy())
            truth.append(last.numpy())
    return accuracy(np.concatenate(predicted), np.concatenate(truth))


def _row(runs: Sequence[PalindromeRun], recipe: PalindromeRecipe) -> dict[str, Any]:
    return {
        "model": runs[0].model,
        "length": runs[0].length,
        **asdict(recipe),
        "learning_rate": recipe.rate,
        "steps_at_most": recipe.steps,
        "seeds": [run.seed for run in runs],
        "accuracy": asdict(summary([run.accuracy for run in runs])),
        "best_batch": asdict(summary([run.best_batch for run in runs])),
        "steps": asdict(summary([float(run.steps) for run in runs])),
        "seconds": asdict(summary([run.seconds for run in runs])),
        "ended": [run.ended for run in runs],
    }
