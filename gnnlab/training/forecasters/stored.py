"""Forecasters and series as a text and named arrays, and back: nothing is pickled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gnnlab.errors import RunError
from gnnlab.training.forecasters.stored_parts import OTHERS

ROOMS = ("gnnlab.training.forecasters.", "gnnlab.data.")  # whose classes may be made again
TIMES = "Mm"  # kinds of arrays that are stored as whole numbers


def taken_apart(value: Any, name: str) -> tuple[str, dict[str, np.ndarray]]:
    """The structure of a value as JSON, and the arrays in it, whose names begin with ``name``.

    Args:
        value: a dataclass or named tuple of gnnlab, made of such, of arrays, lists, mappings,
            numbers, texts and what `OTHERS` knows.
        name: of the value.

    Raises:
        TypeError: something else in it.

    >>> from gnnlab.data import Scaler
    >>> text, arrays = taken_apart(Scaler(np.zeros((1, 2)), np.ones((1, 2)), np.ones(2, bool)), "s")
    >>> sorted(arrays)
    ['s.center', 's.logarithm', 's.scale']
    >>> put_together(text, arrays).scale
    array([[1., 1.]])
    """
    arrays: dict[str, np.ndarray] = {}
    return json.dumps(_plain(value, name, arrays)), arrays


def put_together(text: str, arrays: Mapping[str, np.ndarray]) -> Any:
    """What :func:`taken_apart` was given; tuples come back as lists.

    Raises:
        RunError: what it did not leave, or left in another version of gnnlab.
    """
    try:
        return _whole(json.loads(text), arrays)
    except (AttributeError, ImportError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise RunError(
            f"what is stored must be of this version of gnnlab, got {type(error).__name__}: {error}"
        ) from error


def _plain(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """What JSON takes; arrays go to ``arrays``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = np.asarray(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        times = value.dtype.kind in TIMES
        arrays[name] = value.astype(np.int64) if times else value
        return {"array": name, "type": str(value.dtype)}
    kind = next((each.__name__ for each in type(value).mro() if each.__name__ in OTHERS), "")
    if isinstance(value, Mapping):
        parts, kind = value, "dict"
    elif kind:
        parts = OTHERS[kind][0](value)
    elif _is_ours(type(value)):
        parts = {each: getattr(value, each) for each in _names(type(value))}
        kind = f"{type(value).__module__}.{type(value).__name__}"
    elif isinstance(value, Sequence):
        return [_plain(each, f"{name}.{place}", arrays) for place, each in enumerate(value)]
    else:
        raise TypeError(f"what is stored must be values or dataclasses of gnnlab, got {value}")
    stored = {each: _plain(part, f"{name}.{each}", arrays) for each, part in parts.items()}
    return {"class": kind, "parts": stored}


def _whole(plain: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if isinstance(plain, list):
        return [_whole(each, arrays) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if "array" in plain:
        array, kind = arrays[plain["array"]], np.dtype(plain["type"])
        if kind.kind in TIMES:
            array = array.astype(kind)
        if array.dtype != kind:
            raise ValueError(f"{plain['array']} must be of {kind}, got {array.dtype}")
        return array[()]  # a single time without its array
    kind, parts = plain["class"], plain["parts"]
    whole = {name: _whole(part, arrays) for name, part in parts.items()}
    if kind == "dict":
        return whole
    if kind in OTHERS:
        return OTHERS[kind][1](whole)
    module, _, name = kind.rpartition(".")
    if not module.startswith(ROOMS):
        raise ValueError(f"a class must be one of {' or '.join(ROOMS)}, got {kind}")
    made = getattr(import_module(module), name)
    if not _is_ours(made):
        raise ValueError(f"a class must be a dataclass or a named tuple, got {kind}")
    return made(**whole)


def _is_ours(kind: Any) -> bool:
    """Whether instances are made again from their fields."""
    tuple_with_names = isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_make")
    return kind.__module__.startswith(ROOMS) and (is_dataclass(kind) or tuple_with_names)


def _names(kind: Any) -> list[str]:
    return [each.name for each in fields(kind)] if is_dataclass(kind) else [*kind._fields]
