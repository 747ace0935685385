"""Nested operations on lists of digits, as text and as trees (Nangia and Bowman 2018, ListOps)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np
from jaxtyping import Int

from gnnlab.errors import DataError
from gnnlab.graphs import Graph

OPERATIONS: dict[str, Callable[[Sequence[int]], int]] = {
    "MAX": max,
    "MIN": min,
    "MED": lambda values: int(median(values)),  # between two numbers in the middle rounded down
    "SM": lambda values: sum(values) % 10,
}
END = "]"
SYMBOLS = (*map(str, range(10)), *(f"[{name}" for name in OPERATIONS))  # what a node can be
TOKENS = (*SYMBOLS, END)

MOST_ARGUMENTS = 3
NESTED = 0.25  # see draw_expressions
MOST_TOKENS = 60
TRIES = 10_000  # to draw an expression that is new


@dataclass(frozen=True, eq=False)
class Expression:
    """A nested operation on lists of digits, such as ``[MAX 2 9 [MIN 4 7 ] 0 ]``.

    Args:
        tokens: numbers of ``TOKENS`` as they stand in the text, [token].
        value: what it comes to, a digit.
        depth: how many operations are nested in one another; 1 where none is.
    """

    tokens: np.ndarray
    value: int
    depth: int

    def __str__(self) -> str:
        return " ".join(TOKENS[token] for token in self.tokens)

    @cached_property
    def symbols(self) -> Int[np.ndarray, " node"]:
        """What each node of the tree is, a number of ``SYMBOLS``: all tokens but closing brackets.

        Nodes are numbered as they stand in the text; the outermost operation is node 0.
        """
        return self.tokens[self.tokens < len(SYMBOLS)]

    @cached_property
    def parents(self) -> Int[np.ndarray, " node"]:
        """The operation that each node is an argument of; of node 0 it is -1."""
        found, around = [], [-1]
        for token in self.tokens.tolist():
            if token == len(SYMBOLS):
                around.pop()
                continue
            found.append(around[-1])
            if token >= 10:
                around.append(len(found) - 1)
        return np.array(found, dtype=np.int64)

    @property
    def tree(self) -> Graph:
        """The tree, its edges child -> parent: information flows to the outermost operation."""
        return forest([self]).graph


@dataclass(frozen=True, eq=False)
class Forest:
    """The trees of some expressions as one graph.

    Args:
        graph: edges child -> parent.
        symbols: what each node is, a number of ``SYMBOLS``, [node].
        roots: the outermost operation of each expression, [expression].
    """

    graph: Graph
    symbols: np.ndarray
    roots: np.ndarray


def forest(expressions: Sequence[Expression]) -> Forest:
    """All trees of ``expressions`` in one graph, one after the other.

    Raises:
        ValueError: no expressions.

    >>> found = forest(draw_expressions(3, np.random.default_rng(0), max_depth=1))
    >>> found.graph, found.roots
    (Graph(name='', nodes=12, edges=9, directed=True), array([0, 4, 8]))
    """
    if not expressions:
        raise ValueError("a forest needs at least 1 expression, got 0")
    sizes = np.array([len(each.parents) for each in expressions])
    roots = np.cumsum(sizes) - sizes
    parents = np.concatenate([each.parents for each in expressions]) + np.repeat(roots, sizes)
    children = np.delete(np.arange(len(parents)), roots)
    edges = np.stack([children, parents[children]])
    symbols = np.concatenate([each.symbols for each in expressions])
    return Forest(Graph(edges, len(parents), directed=True), symbols, roots)


def draw_expressions(
    number: int, generator: np.random.Generator, max_depth: int = 6
) -> list[Expression]:
    """Random expressions, no two alike.

    The depth is the greater of two uniform draws from 1 to ``max_depth``: of 6, three quarters are
    4 or more deep. An operation is one of the four with 2 to ``MOST_ARGUMENTS`` arguments, all
    equally probable. One argument, at a random place, is as deep as the depth asks for; of the
    others a share ``NESTED`` has any depth below the operation's, the rest are digits. What is
    longer than ``MOST_TOKENS`` or was drawn before is drawn again.

    The lists of Nangia and Bowman have up to 5 arguments; shorter ones let a sum modulo 10 be
    learned from tens of thousands of examples.

    Args:
        number: how many.
        generator: the source of randomness.
        max_depth: the greatest depth.

    Raises:
        ValueError: fewer than 1 expression, or a depth below 1.
        DataError: an expression was drawn in vain ``TRIES`` times: there are too few of that depth.

    >>> for each in draw_expressions(2, np.random.default_rng(0), max_depth=2):
    ...     print(each, "=", each.value)
    [MED 3 [MED 7 6 5 ] ] = 4
    [MAX 7 [MAX 0 6 ] 1 ] = 7
    """
    for name, given in (("number of expressions", number), ("max_depth", max_depth)):
        if given < 1:
            raise ValueError(f"{name} must be >= 1, got {given}")
    found: dict[bytes, Expression] = {}
    while len(found) < number:
        depth = int(generator.integers(1, max_depth + 1, size=2).max())
        for _ in range(TRIES):
            tokens, value = _drawn(depth, generator)
            text = bytes(tokens)
            if len(tokens) <= MOST_TOKENS and text not in found:
                found[text] = Expression(np.array(tokens), value, depth)
                break
        else:
            raise DataError(
                f"expressions must differ and have at most {MOST_TOKENS} tokens: after "
                f"{len(found):,} none of depth {depth} was found in {TRIES:,} tries; "
                "fewer of them, or another depth, may do"
            )
    return list(found.values())


def _drawn(depth: int, generator: np.random.Generator) -> tuple[list[int], int]:
    """Tokens and value of an expression of this depth."""
    name = list(OPERATIONS)[generator.integers(len(OPERATIONS))]
    arguments = int(generator.integers(2, MOST_ARGUMENTS + 1))
    values = generator.integers(10, size=arguments).tolist()
    depths = generator.integers(depth, size=arguments) * (generator.random(arguments) < NESTED)
    depths[generator.integers(arguments)] = depth - 1
    tokens = [TOKENS.index(f"[{name}")]
    for place, below in enumerate(depths.tolist()):
        part = [values[place]]
        if below:
            part, values[place] = _drawn(below, generator)
        tokens += part
    return [*tokens, TOKENS.index(END)], OPERATIONS[name](values)
