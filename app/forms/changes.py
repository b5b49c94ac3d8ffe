"""What differs between two submissions of a form, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.forms.definition import FormDefinition
from app.forms.nodes import Node, walk
from app.forms.resolution import resolve
from app.forms.shown import EMPTY, shown
from app.forms.templating import fill_text
from app.forms.values import dotted
from app.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; both sides as people read them."""

    path: str
    label: str
    before: Markup
    after: Markup


def changes_between(
    definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor
) -> list[Change]:
    """The fields whose values differ, in the order of the form. Rows are compared by their place."""
    sides = [_fields(definition, data, actor) for data in (before, after)]
    found = []
    for path in {**sides[0], **sides[1]}:
        old, new = sides[0].get(path), sides[1].get(path)
        if (old[1] if old else None) != (new[1] if new else None):
            known = new or old
            assert known is not None
            found.append(Change(path, known[0], old[2] if old else Markup(EMPTY), new[2] if new else Markup(EMPTY)))
    return found


def _fields(definition: FormDefinition, data: Mapping[str, Any], actor: Actor) -> dict[str, tuple[str, Any, Markup]]:
    """Label, value and text of every field, by dotted path."""
    state = resolve(definition, data, {}, actor, display=True)
    lists = {node.path: node for node in walk(state.nodes) if node.component.type == "dynamiclist"}
    found = {}
    for node in walk(state.nodes):
        if node.component.path and node.component.type != "dynamiclist":
            label = fill_text(node.component.label, state.lookup(node)) or dotted(node.component.path)
            text = shown(node, actor.timezone)
            found[dotted(node.path)] = (_row_of(node, lists) + label, node.value, text)
    return found


def _row_of(node: Node, lists: Mapping[tuple[str | int, ...], Node]) -> str:
    """`Modules, row 2: ` for a field of a row."""
    for index in range(len(node.path) - 1, 0, -1):
        number = node.path[index]
        if isinstance(number, int) and node.path[:index] in lists:
            return f"{lists[node.path[:index]].component.label}, {_('row %(number)s', number=number + 1)}: "
    return ""
