"""Paths into nested form data: `("difficulties", 0, "text")`, written `difficulties.0.text` in names and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
MISSING: Any = object()
"""No value at all, as opposed to an empty one."""


def dotted(path: Path) -> str:
    """The path as names of inputs and keys of errors write it."""
    return ".".join(str(part) for part in path)


def get_in(data: object, path: Sequence[str | int]) -> Any:
    """The value at a path; `MISSING` when the way there does not exist."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(data, list) or part >= len(data):
                return MISSING
            data = data[part]
        elif isinstance(data, Mapping):
            try:
                data = data[part]
            except KeyError:
                return MISSING
        else:
            return MISSING
    return data


def put_in(data: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Set the value at a path of names; contexts on the way are made."""
    for part in path[:-1]:
        inner = data.get(part)
        if not isinstance(inner, dict):
            inner = data[part] = {}
        data = inner
    data[path[-1]] = value


def is_empty(value: object) -> bool:
    """Whether nothing was entered: none, empty text, empty list, an unticked box."""
    return value is None or value is MISSING or value == "" or value == [] or value is False


def texts(value: object) -> list[str]:
    """A raw or typed value of a field that takes several, as a list of texts; empty ones dropped."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value if item is not None and item != ""]
    return [] if value is None or value is MISSING or value == "" else [str(value)]
