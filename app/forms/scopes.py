"""Scopes of a form: the form itself and each row. What a component sees depends on where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.forms.definition import Component
from app.forms.evaluation import Lookup, lookup_in
from app.forms.nodes import Node, walk
from app.forms.values import Path, is_empty

NOTHING = lookup_in()
"""Knows no variable."""


@dataclass(frozen=True)
class Scope:
    """Where components look for their values: the form, or one row.

    Attributes:
        base: path of the scope in the form's data; prefix: groups' paths on the way inside the scope.
        entered: what was entered in this scope.
        forced: values that cannot be changed (a fixed row's own), sources: values from the server, best first.
        seed: what the process gave a row, also where no column shows it.
    """

    base: Path = ()
    prefix: tuple[str, ...] = ()
    entered: Mapping[str, Any] = field(default_factory=dict)
    forced: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Mapping[str, Any], ...] = ()
    seed: Mapping[str, Any] = field(default_factory=dict)
    lookup: Lookup = NOTHING
    row: tuple[int, ...] = ()
    hidden: bool = False
    readonly: bool = False


@dataclass(frozen=True)
class State:
    """A form's nodes, and what the expressions of each scope see: the lookup by the scope's path."""

    nodes: list[Node]
    lookups: Mapping[Path, Lookup]

    def lookup(self, node: Node) -> Lookup:
        """What the expressions of a node see."""
        return self.lookups.get(scope_of(node.path), NOTHING)

    def checks(self) -> Iterator[tuple[Node, Lookup]]:
        """Each visible component with a `check`, and the lookup of its scope."""
        for node in _with_groups(self.nodes):
            if "check" in node.component.expressions and not node.readonly:
                yield node, self.lookups[scope_of(node.path)]


def _with_groups(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if not node.hidden:
            yield node
            yield from _with_groups(node.children)
            for row in node.rows:
                if not row.blank:
                    yield from _with_groups(row.nodes)


def scope_of(path: Path) -> Path:
    """The row that holds a path; empty for the form itself."""
    for index in range(len(path) - 1, -1, -1):
        if isinstance(path[index], int):
            return path[: index + 1]
    return ()


def in_scope(components: Sequence[Component]) -> list[Component]:
    """The components of one scope: groups are looked into, rows are not."""
    found: list[Component] = []
    for component in components:
        found.append(component)
        if component.type == "group":
            found += in_scope(component.components)
    return found


def own_names(components: Sequence[Component], prefix: tuple[str, ...] = ()) -> Iterator[str]:
    """First names of the form's own values: FEEL must not see a variable of that name instead of a hidden field."""
    for component in components:
        path = prefix + component.path
        if path:
            yield path[0]
        if component.type == "group":
            yield from own_names(component.components, path)


def is_blank(nodes: list[Node]) -> bool:
    """Whether a row holds nothing that a person entered."""
    entries = [node for node in walk(nodes) if not node.readonly]
    return bool(entries) and all(is_empty(node.raw) and not node.rows for node in entries)
