"""What templates need of a form's state: ids, names, texts, choices, widths, and which parts are live.

A live part may change while the form is filled in (a condition, a computed value, rows). Each carries a signature of
what it shows; after an entry the server sends only those parts whose signature is another, so that what somebody is
typing elsewhere is never touched.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from app.files.models import File
from app.forms.definition import Component
from app.forms.nodes import Node, Row

_LATE = frozenset(("prefill", "check"))
_TEXTS = ("label", "dateLabel", "timeLabel", "text", "content", "description")


NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a control."""

    value: str
    label: str
    chosen: bool


@dataclass(slots=True)
class View:
    """One component as a template sees it.

    Attributes:
        kind: name of the macro that writes it.
        id: of its first control; `part` is the id of what surrounds it.
        width: Bootstrap column classes.
        lines: children in lines of the layout (group); rows: of a list.
        answers: signature of what a search found.
    """

    node: Node
    kind: str
    id: str
    part: str
    name: str
    label: str = ""
    description: str = ""
    html: Markup = NOTHING
    text: str = ""
    width: str = "col-12"
    errors: list[object] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    prefix: str = ""
    suffix: str = ""
    files: list[File] = field(default_factory=list)
    search: str | None = None
    found: int = 0
    more: bool = False
    lines: list[list[View]] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)
    live: bool = False
    signature: str = ""
    answers: str = ""


@dataclass(slots=True)
class RowView:
    """One row of a list."""

    path: str
    row: Row
    number: int
    lines: list[list[View]]
    heading: str = ""


def is_live(component: Component) -> bool:
    """Whether what a component shows may change while the form is filled in."""
    if component.type in ("dynamiclist", "filepicker") or component.properties.get("source"):
        return True
    if not _LATE.issuperset(component.expressions):
        return True
    return any(
        "{{" in text or text.lstrip().startswith("=") for text in (str(component.spec.get(k) or "") for k in _TEXTS)
    )


def signature_of(view: View) -> str:
    """A hash of what a live part shows, without what people type into it."""
    node = view.node
    if not view.live:
        return ""
    facts: list[Any] = [node.hidden, node.readonly, node.required, view.label, view.description, view.kind]
    if not node.hidden:
        facts += [view.prefix, view.suffix, str(node.limits), view.table, view.columns, view.search is None]
        facts += [str(view.html), [] if view.search is not None else _offered(view)]
        facts += [[file.key for file in view.files]]
        facts += [[(row.row.identity, row.heading) for row in view.rows], view.attributes.get("full")]
    return _hash(facts)


def answers_of(view: View) -> str:
    """A hash of what a search found; empty for what is not searched."""
    return "" if view.search is None else _hash([view.search, view.more, _offered(view)])


def _offered(view: View) -> list[tuple[str, str]]:
    """What is offered. In a picker, a chosen value that stands beside it does not change that."""
    picker = bool(view.attributes.get("picker"))
    return [(choice.value, choice.label) for choice in view.choices if not (picker and choice.chosen)]


def _hash(facts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:16]


def set_widths(line: list[View]) -> None:
    """form-js has 16 columns, Bootstrap 12; components without a width share what is left."""
    for view in line:
        columns = view.node.component.columns
        if len(line) == 1 and (columns is None or columns >= 16):
            view.width = "col-12"
        elif columns is None:
            view.width = "col-12 col-md"
        else:
            view.width = f"col-12 col-md-{max(2, min(12, round(columns * 12 / 16)))}"
