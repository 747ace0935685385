"""What two processes find that torchrun starts; each leaves it in a file, for test_processes."""

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from lightning_fabric import Fabric
from parabola import BATCHES, Parabola, interrupted
from small_series import small_series
from torch import Tensor, nn

from gnnlab.data import chronological
from gnnlab.errors import GnnlabError, RunError
from gnnlab.training.checkpoint import Checkpoint
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import Architecture, NetworkForecaster, near
from gnnlab.training.processes import add_up_gradients, added_up, draw_apart, first, joined

OBSERVED = [0, 3, 1, 7, 0] * 4
STEPS = 2700  # so that validation takes two rounds


def plain(fabric: Fabric) -> dict[str, Any]:
    rank = fabric.global_rank
    network = nn.ParameterList([torch.zeros(2, 2), torch.zeros(3), torch.zeros(1)])
    network[0].grad = torch.full((2, 2), 1.0 + rank)
    network[1].grad = torch.arange(3.0) if rank else None
    add_up_gradients(fabric, network)

    def refuse() -> None:
        raise RunError(f"said by {fabric.global_rank}")

    try:
        first(fabric, refuse)
    except RunError as error:
        said = str(error)
    numbers = []
    for epoch in (0, 0, 1):
        torch.manual_seed(5)
        draw_apart(fabric, 5, epoch)
        numbers.append(torch.rand(1).item())
    return {
        "world": [fabric.global_rank, fabric.world_size],
        "added_up": added_up(fabric, 0.1 + rank, 1 + rank),
        "gradients": [each.grad.tolist() for each in network],
        "first": first(fabric, lambda: {"rank": fabric.global_rank}),
        "error": said,
        "drawn": numbers,
    }


def weights(network: nn.Module) -> list[Any]:
    return [each.tolist() for each in network.parameters()]


def parabola(fabric: Fabric | None) -> dict[str, Any]:
    """Batches of 6 and 2 examples; with 19 of them, the last one has 1."""
    found = {}
    for examples in (20, 19):
        job = Parabola(dropout=0, observed=OBSERVED)
        job.examples = examples
        if fabric and fabric.global_rank:  # as drawn on a machine of another kind
            nn.init.zeros_(job.network[0].weight)
        found[f"history of {examples}"] = job.run(fabric=fabric)
        found[f"weights by {examples}"] = weights(job.network)
    return found


def fits(fabric: Fabric | None) -> dict[str, Any]:
    series, split = small_series(STEPS, stations=2), chronological(STEPS)
    nothing_drawn = {each.name: 0.0 for each in fields(Architecture) if "dropout" in each.name}
    sizes = Architecture(input_steps=4, hidden_channels=4, embedding_channels=2, **nothing_drawn)
    recipe = Recipe(epochs=2, share=0.05, batch_size=7)
    validated = []

    def counted(fabric: Fabric, total: float, count: int) -> tuple[float, int]:
        validated.append(count)
        return added_up(fabric, total, count)

    with patch("gnnlab.training.forecasters.network.added_up", counted):
        model = NetworkForecaster.fit(
            series, split, (1, 6), graph=near, architecture=sizes, recipe=recipe, fabric=fabric
        )
    forecasts = model.forecast(series, np.array(split.test))
    return {
        "history of fit": model.history,
        "forecasts": forecasts.tolist(),
        "validated": validated,
    }


def shares(fabric: Fabric) -> dict[str, Any]:
    """What a process sees and draws while both train."""
    seen, drawn = [], []

    class Watched(Parabola):
        def loss(self, numbers: Tensor) -> tuple[Tensor, int]:
            seen.append(numbers.tolist())
            drawn.append(torch.rand(1).item())
            return super().loss(numbers)

    job = Watched()
    job.examples = 19
    job.run(fabric=fabric)
    return {"seen": seen, "drawn in training": drawn}


def broken_and_resumed(fabric: Fabric, folder: Path) -> dict[str, Any]:
    whole, resumed = Parabola(), Parabola()
    checkpoint = checkpoint_of(fabric, folder)
    history = whole.run(fabric=fabric)
    try:
        Parabola().breaking(3 * BATCHES + 2, interrupted).run(checkpoint, fabric)
    except KeyboardInterrupt:
        again = resumed.run(checkpoint, fabric)
    return {
        "whole": [history, weights(whole.network)],
        "resumed": [again, weights(resumed.network)],
        "new": resumed.lines,
    }


def refused(fabric: Fabric, folder: Path) -> dict[str, Any]:
    """What only the first process reads, and what only the second computes."""
    rank = fabric.global_rank
    foreign, infinite = Parabola(), Parabola().breaking(2 * rank, lambda lost: lost / 0)
    foreign.examples = 19
    errors = []
    for job, checkpoint in ((foreign, checkpoint_of(fabric, folder)), (infinite, None)):
        try:
            job.run(checkpoint, fabric)
        except GnnlabError as error:
            errors.append(str(error))
    return {"errors": errors}


def checkpoint_of(fabric: Fabric, folder: Path) -> Checkpoint:
    return Checkpoint(folder / f"checkpoint of {fabric.global_rank}", resume=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    out = Path(sys.argv[1])
    with joined() as processes:
        found = plain(processes) | parabola(processes) | fits(processes)
        found |= shares(processes)
        found |= broken_and_resumed(processes, out) | refused(processes, out)
        (out / f"{processes.global_rank}.json").write_text(json.dumps(found))
