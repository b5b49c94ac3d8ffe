"""A submission as plain texts, field by field: what documents write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from markupsafe import Markup

from app.forms.definition import FormDefinition
from app.forms.nodes import Node
from app.forms.resolution import resolve
from app.forms.shown import EMPTY, shown
from app.forms.values import dotted
from app.kernel.actor import Actor

_NO_VALUE = frozenset(("text", "html", "separator", "spacer", "image", "documentPreview", "button"))


def plain_fields(definition: FormDefinition, data: Mapping[str, Any], actor: Actor) -> list[tuple[str, str, str]]:
    """(key, label, text) of every field that has a value, in the order of the form, in Russian.

    Rows of a list stand one under the other, their fields separated by semicolons.
    """
    with force_locale("ru"):
        nodes = resolve(definition, data, {}, actor, display=True).nodes
        return [row for node in nodes if not node.hidden for row in _rows(node, actor.timezone)]


def _rows(node: Node, zone: str) -> list[tuple[str, str, str]]:
    kind, key = node.component.type, dotted(node.path)
    if kind == "group":
        return [row for child in node.children if not child.hidden for row in _rows(child, zone)]
    if kind in _NO_VALUE:
        return []
    if kind == "dynamiclist":
        lines = ["; ".join(t for one in row.nodes if (t := _text(one, zone))) for row in node.rows if not row.blank]
        text = "\n".join(line for line in lines if line)
    else:
        text = _text(node, zone)
    return [(key, node.component.label or key, text)] if text else []


def _text(node: Node, zone: str) -> str:
    if node.hidden or node.component.type in _NO_VALUE:
        return ""
    written = str(shown(node, zone, links=False)).replace("<br>", "\n")
    text = (
        Markup(written).striptags()
        if "\n" not in written
        else "\n".join(Markup(line).striptags() for line in written.split("\n"))
    )
    return "" if text == EMPTY else text
