"""Models by name, as they are asked for: along which graph, with how many epochs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from gnnlab.data import SensorSeries
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.graphs import Graph
from gnnlab.graphs.labels import closest, hint
from gnnlab.training.forecasters import FORECASTERS
from gnnlab.training.forecasters.interpolated import knots
from gnnlab.training.forecasters.minibatches import Recipe

AUTO = "auto"
CANDIDATES = ("damped-persistence", "climatology", "ridge", "gbdt", "gru", "gc-dcrnn")
WITH_GRAPH, WITHOUT_GRAPH = "gc-dcrnn", "gru"
SHUFFLED = "gc-dcrnn, shuffled graph"  # is there to compare with, not to be chosen
# Of others each horizon takes its time, and they are fitted at some: on Beijing an epoch of
# gc-dcrnn took 2.7 times as long at all 72 as at 13 of them, and erred more.
AT_EVERY_STEP = ("persistence", "persistence-carried", "damped-persistence", "climatology", "ridge")

MakeGraph = Callable[[SensorSeries], Graph]


def takes(model: str, what: str) -> bool:
    """Whether a model has a ``"graph"``, a ``"recipe"`` with epochs, or a ``"checkpoint"``.

    ``"auto"`` has what one of its candidates has.
    """
    if model == AUTO:
        return any(takes(name, what) for name in CANDIDATES)
    parameter = inspect.signature(FORECASTERS[model]).parameters.get(what)
    return parameter is not None and (what != "graph" or parameter.default is not None)


@dataclass(frozen=True)
class Asked:
    """One model, or one of those that ``"auto"`` compares, and how it is to be fitted.

    Args:
        model: one of :data:`gnnlab.training.forecasters.FORECASTERS`, or `SHUFFLED`.
        graph: instead of its own: a kind of
            :func:`gnnlab.experiments.sensor_graphs.sensor_graph`, or ``"none"``.
        epochs: at most, instead of its own.
        seed: of what a graph draws.

    Raises:
        ValueError: an unknown model, or a graph or epochs for a model that has none.
    """

    model: str
    graph: str | None
    epochs: int | None
    seed: int

    def __post_init__(self) -> None:
        if self.name not in FORECASTERS:
            raise ValueError(
                f"a model must be one of {', '.join((AUTO, *FORECASTERS))}, got {self.name!r}"
                f"{hint(closest(self.name, FORECASTERS))}"
            )
        if self.graph is not None and not takes(self.name, "graph"):
            raise ValueError(f"a graph is for models along one, got {self.name}")
        if self.epochs is not None and not takes(self.name, "recipe"):
            raise ValueError(f"epochs are for networks, got {self.name}")

    @property
    def name(self) -> str:
        """Of what fits it."""
        return WITH_GRAPH if self.model == SHUFFLED else self.model

    @property
    def said(self) -> dict[str, Any]:
        """For a run folder: what it is, and what was said of it."""
        said = {"model": self.model, "graph": self.graph, "epochs": self.epochs}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def fit(self) -> Any:
        """A :class:`gnnlab.training.forecasters.Fit`, maybe with more that it understands."""
        fit: Any = FORECASTERS[self.name]
        if self.graph is not None:
            make = None if self.graph == "none" else partial(graph_of_kind, self.graph, self.seed)
            fit = partial(fit, graph=make)
        if self.model == SHUFFLED:
            make = inspect.signature(fit).parameters["graph"].default
            fit = partial(fit, graph=shuffled(make, self.seed))
        if self.epochs is not None:
            recipe = inspect.signature(fit).parameters["recipe"].default or Recipe()
            fit = partial(fit, recipe=replace(recipe, epochs=self.epochs))
        return fit

    def horizons(self, last: int) -> Sequence[int]:
        """At which it is fitted, of those up to the last one."""
        return [*range(1, last + 1)] if self.name in AT_EVERY_STEP else knots(last)


def asked(model: str, graph: str | None, epochs: int | None, seed: int) -> dict[str, Asked]:
    """By name the model, or of ``"auto"`` all that it compares, of which each takes what it can.

    Raises:
        ValueError: see :class:`Asked`.
    """
    if model != AUTO:
        return {model: Asked(model, graph, epochs, seed)}
    return {
        each: Asked(
            each,
            graph if each == SHUFFLED or takes(each, "graph") else None,
            epochs if each == SHUFFLED or takes(each, "recipe") else None,
            seed,
        )
        for each in (*CANDIDATES, SHUFFLED)
        if graph != "none" or each not in (WITH_GRAPH, SHUFFLED)  # without one it is the gru
    }


def shuffled(make: MakeGraph, seed: int) -> MakeGraph:
    """What makes the same graph with its stations drawn anew for their places."""
    return partial(_shuffled, make, seed)


def _shuffled(make: MakeGraph, seed: int, past: SensorSeries) -> Graph:
    graph = make(past)
    places = np.random.default_rng(seed).permutation(graph.num_nodes)
    return Graph(places[graph.edges], graph.num_nodes, graph.weight, graph.labels, graph.directed)


def graph_of_kind(kind: str, seed: int, past: SensorSeries) -> Graph:
    """The graph of a kind of `sensor_graph` over the training part, which is all that is given."""
    return sensor_graph(past, kind, train_share=1, random_state=seed).graph
