"""Text of whole numbers to arrays, compiled: two numbers a line."""

from itertools import pairwise
from typing import Any, no_type_check

import numba
import numpy as np
from jaxtyping import Int, UInt8

from gnnlab.graphs.parallel import THREADS, on_all_cores

_NEWLINE, _RETURN, _HASH, _BLANK, _TAB, _ZERO = 10, 13, 35, 32, 9, 48
_MOST_DIGITS = 18  # below 2**63


def parse_pairs(
    content: UInt8[np.ndarray, " byte"], separator: int
) -> tuple[Int[np.ndarray, "2 edge"], int]:
    """The pairs of numbers of a text, and where its first malformed line begins (-1: nowhere).

    Args:
        content: bytes. Lines from ``#`` on, and those without more than blanks, are passed over.
        separator: the byte between two numbers: a tab or a comma, once and blanks around it, or a
            blank, for any of blanks and tabs.

    Returns:
        Edges, [2, edge], int32 where their numbers fit, else int64; and a place in ``content``.

    >>> parse_pairs(np.frombuffer(b"3,4\\n5,6\\n", dtype=np.uint8), ord(","))
    (array([[3, 5],
           [4, 6]], dtype=int32), -1)
    """
    cuts = _line_starts(content, 4 * THREADS if len(content) > 1 << 20 else 1)
    shares = list(pairwise(cuts))
    for dtype in (np.int32, np.int64):
        edges = np.empty((2, len(content) // 4 + len(cuts)), dtype=dtype)  # "0 1\n" is the shortest
        begins = [low // 4 + share for share, (low, _) in enumerate(shares)]

        def parse(share: int, edges: np.ndarray = edges, begins: list[int] = begins) -> Any:
            low, high = shares[share]
            return _parse(content, low, high, separator, edges[:, begins[share] :])

        parsed = on_all_cores(parse, range(len(shares)))
        if not any(too_large for _, _, too_large in parsed):
            break
    malformed = next((place for _, place, _ in parsed if place >= 0), -1)
    total = 0
    for begin, (count, _, _) in zip(begins, parsed, strict=True):
        edges[:, total : total + count] = edges[:, begin : begin + count]
        total += count
    return edges[:, :total], malformed


def _line_starts(content: np.ndarray, shares: int) -> list[int]:
    """The start, the end, and starts of lines between them."""
    cuts = [0]
    for share in range(1, shares):
        place = max(len(content) * share // shares, cuts[-1])
        while place < len(content) and content[place - 1] != _NEWLINE:
            place += 1
        cuts.append(place)
    return [*cuts, len(content)]


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _parse(
    content: np.ndarray, low: int, high: int, separator: int, edges: np.ndarray
) -> tuple[int, int, bool]:
    """How many edges, where the first malformed line begins, and whether a number does not fit."""
    count = 0
    highest = np.iinfo(edges.dtype).max
    place = low
    while place < high:
        line = place
        while place < high and (content[place] == _BLANK or content[place] == _TAB):
            place += 1
        if place == high:
            break
        byte = content[place]
        if byte == _HASH:
            while place < high and content[place] != _NEWLINE:
                place += 1
            continue
        if byte in (_NEWLINE, _RETURN):
            place += 1
            continue
        for column in range(2):
            separators = 0
            while place < high and (
                content[place] == _BLANK or content[place] == _TAB or content[place] == separator
            ):
                separators += content[place] == separator
                place += 1
            if separator != _BLANK and separators != column:
                return count, line, False
            number = np.int64(0)
            digits = 0
            while place < high:
                digit = np.int64(content[place]) - _ZERO
                if digit < 0 or digit > 9:
                    break
                number = number * 10 + digit
                digits += 1
                place += 1
            if digits == 0 or digits > _MOST_DIGITS:
                return count, line, False
            if number > highest:
                return count, -1, True
            edges[column, count] = number
        while place < high and (
            content[place] == _BLANK or content[place] == _TAB or content[place] == _RETURN
        ):
            place += 1
        if place < high and content[place] != _NEWLINE:
            return count, line, False
        count += 1
    return count, -1, False
