"""The processes that train one network together: those that torchrun started, or one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeVar

from gnnlab.errors import GnnlabError

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch import nn

Precision = Literal["32-true", "bf16-mixed"]
Made = TypeVar("Made")


def alone() -> Fabric:
    """This process on its own, on the CPU."""
    from lightning_fabric import Fabric

    return Fabric(accelerator="cpu", devices=1)


@contextmanager
def joined(accelerator: str = "cpu", precision: Precision = "32-true") -> Iterator[Fabric]:
    """All processes that torchrun started, as soon as all of them ask; else this one alone.

    Args:
        accelerator: what each computes on, as lightning-fabric names it.
        precision: ``"bf16-mixed"`` multiplies matrices in bfloat16.
    """
    import os

    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments import TorchElasticEnvironment
    from torch.distributed import destroy_process_group

    here, everywhere = 1, 1
    if TorchElasticEnvironment.detect():
        here, everywhere = int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ["WORLD_SIZE"])
    fabric = Fabric(
        accelerator=accelerator, devices=here, num_nodes=everywhere // here, precision=precision
    )
    fabric.launch()
    try:
        yield fabric
    finally:
        if fabric.world_size > 1:
            destroy_process_group()  # or Gloo's threads may abort the process when it ends


def first(fabric: Fabric, make: Callable[[], Made]) -> Made:
    """What the first process makes, or the error that this ends in, for all of them.

    Raises:
        GnnlabError: so did the first process.
    """
    made: Made | GnnlabError | None = None
    if fabric.is_global_zero:
        try:
            made = make()
        except GnnlabError as error:
            if fabric.world_size == 1:
                raise
            made = error
    made = fabric.broadcast(made)
    if isinstance(made, GnnlabError):
        raise made
    return made  # type: ignore[return-value]


def added_up(fabric: Fabric, total: float, count: int) -> tuple[float, int]:
    """A sum over everybody's terms, and how many these are, of what each process has of both."""
    import torch

    if fabric.world_size > 1:
        both = torch.tensor([total, count], dtype=torch.float64, device=fabric.device)
        fabric.all_reduce(both, reduce_op="sum")  # in place
        total, count = both.tolist()
    return total, int(count)


def add_up_gradients(fabric: Fabric, network: nn.Module) -> None:
    """Give each process the sum of all gradients; no gradient counts as 0."""
    import torch

    if fabric.world_size == 1:
        return
    for each in network.parameters():
        if each.grad is None:
            each.grad = torch.zeros_like(each)
    gradients = [each.grad for each in network.parameters() if each.grad is not None]
    flat = torch.cat([each.flatten() for each in gradients])
    fabric.all_reduce(flat, reduce_op="sum")  # in place
    parts = flat.split([each.numel() for each in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def draw_apart(fabric: Fabric, seed: int, epoch: int) -> None:
    """Let each process draw other numbers in this epoch.

    The first process on a CPU goes on as it would alone. Whatever else draws begins anew, so that
    nothing but that process's state is needed to go on after any epoch.
    """
    import numpy as np
    import torch

    if fabric.is_global_zero and fabric.device.type == "cpu":
        return
    mixed = np.random.SeedSequence([seed, epoch, fabric.global_rank])
    torch.manual_seed(int(mixed.generate_state(1, np.uint64)[0]))
