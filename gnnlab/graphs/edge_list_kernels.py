"""Text of whole numbers to arrays, compiled: two numbers a line."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import no_type_check

import numba
import numpy as np

THREADS = os.cpu_count() or 1
_NEWLINE, _RETURN, _HASH, _BLANK, _TAB, _COMMA, _ZERO = 10, 13, 35, 32, 9, 44, 48
_MOST_DIGITS = 18  # below 2**63


def parse_pairs(content: np.ndarray) -> tuple[np.ndarray, int]:
    """The pairs of numbers of a text, and where its first malformed line begins (-1: nowhere).

    Args:
        content: bytes, [byte]. Blanks, tabs or one comma separate; lines from ``#`` on, and empty
            ones, are passed over.

    Returns:
        Pairs, [edge, 2], int64, and a place in ``content``.
    """
    cuts = _line_starts(content, 4 * THREADS if len(content) > 1 << 20 else 1)

    def parse(low: int, high: int) -> tuple[np.ndarray, int]:
        pairs = np.empty(((high - low) // 4 + 1, 2), dtype=np.int64)
        count, malformed = _parse(content, low, high, pairs)
        return pairs[:count], malformed

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(parse, cuts[:-1], cuts[1:]))
    malformed = next((place for _, place in parts if place >= 0), -1)
    return np.concatenate([pairs for pairs, _ in parts]), malformed


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
def _parse(content: np.ndarray, low: int, high: int, pairs: np.ndarray) -> tuple[int, int]:
    count = 0
    place = low
    while place < high:
        byte = content[place]
        if byte == _HASH:
            while place < high and content[place] != _NEWLINE:
                place += 1
            continue
        if byte in (_NEWLINE, _RETURN):
            place += 1
            continue
        line = place
        for column in range(2):
            commas = 0
            while place < high and (
                content[place] == _BLANK or content[place] == _TAB or content[place] == _COMMA
            ):
                commas += content[place] == _COMMA
                place += 1
            number = np.int64(0)
            digits = 0
            while place < high:
                digit = np.int64(content[place]) - _ZERO
                if digit < 0 or digit > 9:
                    break
                number = number * 10 + digit
                digits += 1
                place += 1
            if digits == 0 or digits > _MOST_DIGITS or commas > column:
                return count, line
            pairs[count, column] = number
        while place < high and (
            content[place] == _BLANK or content[place] == _TAB or content[place] == _RETURN
        ):
            place += 1
        if place < high and content[place] != _NEWLINE:
            return count, line
        count += 1
    return count, -1
