"""A form at one moment: its components with their values, options, limits and whether they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.forms.definition import Component
from app.forms.values import MISSING, Path, dotted


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values to choose from."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value must keep to; None: no limit."""

    low: Any = None
    high: Any = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str | None = None


@dataclass(slots=True)
class Node:
    """One component with its value.

    Attributes:
        path: where the value lies in the form's data.
        raw: what the control shows: as it was entered, else the value.
        entered: `raw` comes from a person, not from the process.
        value: the typed value, None when there is none or it cannot be read.
        children: of a group. rows: of a dynamiclist.
        extra: slots evaluated for rendering (`dataSource`, `sourceFilter`, …).
    """

    component: Component
    path: Path
    hidden: bool = False
    readonly: bool = False
    required: bool = False
    raw: Any = None
    value: Any = None
    entered: bool = False
    limits: Limits = Limits()
    options: tuple[Option, ...] = ()
    children: list[Node] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    fixed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """One row of a dynamiclist.

    Attributes:
        identity: what the row's hidden input carries so that read-only columns find their values again.
        blank: nothing was entered in it; it is dropped when the form is sent.
    """

    nodes: list[Node]
    identity: str = ""
    blank: bool = False
    forced: Mapping[str, Any] = field(default_factory=dict)


def name_of(node: Node) -> str:
    """The key of a component's errors: its dotted path; for a group the way to it and its id."""
    return dotted(node.path) if node.component.type != "group" else dotted((*node.path, node.component.id))


def walk(nodes: list[Node], *, hidden: bool = False) -> Iterator[Node]:
    """All nodes with a value, inside groups and rows too; blank rows are passed over.

    Args:
        hidden: hidden ones as well.
    """
    for node in nodes:
        if node.hidden and not hidden:
            continue
        if node.component.type == "group":
            yield from walk(node.children, hidden=hidden)
            continue
        yield node
        for row in node.rows:
            if not row.blank:
                yield from walk(row.nodes, hidden=hidden)


def collect(nodes: list[Node], depth: int = 0) -> dict[str, Any]:
    """The visible values as nested data; blank rows are left out.

    Args:
        depth: how many leading parts of the paths to leave out (the way to a row).
    """
    data: dict[str, Any] = {}
    for node in nodes:
        _collect(node, depth, data)
    return data


def _collect(node: Node, depth: int, data: dict[str, Any]) -> None:
    if node.hidden:
        return
    if node.component.type == "group":
        for child in node.children:
            _collect(child, depth, data)
    elif node.component.path:
        value = node.value
        if node.component.type == "dynamiclist":
            value = [collect(row.nodes, len(node.path) + 1) for row in node.rows if not row.blank]
        _put(data, node.path[depth:], None if value is MISSING else value)


def _put(data: dict[str, Any], path: Path, value: Any) -> None:
    for part in path[:-1]:
        data = data.setdefault(str(part), {})
    data[str(path[-1])] = value
