"""Check a submission: types and limits by the schema, rows, files, pickers, `check` rules; then sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.files import queries as files
from app.forms import fields, sources
from app.forms.attachments import checked_files
from app.forms.definition import FormDefinition
from app.forms.entries import REFUSED
from app.forms.evaluation import evaluate_all
from app.forms.facts import TASK
from app.forms.nodes import Node, collect, name_of, walk
from app.forms.resolution import resolve
from app.forms.scopes import State
from app.forms.signing import signature
from app.forms.values import dotted, is_empty
from app.kernel.actor import Actor
from app.kernel.errors import Invalid

Errors = dict[str, list[object]]


def checked(
    definition: FormDefinition, data: Mapping[str, Any], context: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """The values of a submission.

    Raises:
        Invalid: `errors` maps dotted paths to messages.
    """
    state = resolve(definition, data, context, actor)
    refused = data.get(REFUSED)
    errors: Errors = {path: [text] for path, text in refused.items()} if isinstance(refused, Mapping) else {}
    _check_entries(state.nodes, actor, errors)
    _check_rows(state.nodes, errors)
    _check_pickers(state.nodes, actor, errors)
    _check_files(state.nodes, actor, errors)
    _check_rules(state, errors)
    if errors:
        raise Invalid(_l("Please correct the marked fields."), errors)
    return _signed(state.nodes, context, actor)


def _check_entries(nodes: list[Node], actor: Actor, errors: Errors) -> None:
    """Types and limits; the typed values replace what was read leniently."""
    entries = [node for node in walk(nodes) if _is_entry(node)]
    values, found = fields.load(entries, actor.timezone)
    errors.update(found)
    for node in entries:
        node.value = values.get(dotted(node.path), node.value)


def _is_entry(node: Node) -> bool:
    return bool(node.component.path) and not node.readonly and node.component.type not in ("dynamiclist", "expression")


def _check_rows(nodes: list[Node], errors: Errors) -> None:
    for node in walk(nodes):
        if node.component.type != "dynamiclist" or node.readonly:
            continue
        count = sum(not row.blank for row in node.rows)
        if count < (node.limits.low or 0):
            errors[dotted(node.path)] = [_l("At least %(count)s rows are needed.", count=node.limits.low)]
        elif count > node.limits.high:
            errors[dotted(node.path)] = [_l("At most %(count)s rows are possible.", count=node.limits.high)]


def _check_pickers(nodes: list[Node], actor: Actor, errors: Errors) -> None:
    """A chosen value must be one that this person may choose here, whatever the browser sent."""
    for node in walk(nodes):
        names = sources.names_of(node.component.properties.get("source", ""))
        if not names or not _is_entry(node) or is_empty(node.value) or dotted(node.path) in errors:
            continue
        wanted = node.extra.get("sourceFilter")
        chosen = node.value if isinstance(node.value, list) else [node.value]
        if not all(
            sources.holds(actor, names, str(value), wanted if isinstance(wanted, Mapping) else {}) for value in chosen
        ):
            errors[dotted(node.path)] = [_l("Choose one of the list.")]


def _check_files(nodes: list[Node], actor: Actor, errors: Errors) -> None:
    """Uploaded files become references; only files that this person may see can be attached."""
    for node in walk(nodes):
        if node.component.type == "filepicker" and _is_entry(node):
            try:
                node.value = [files.reference(file) for file in checked_files(node, actor)]
            except Invalid as error:
                errors.setdefault(dotted(node.path), [error.message])


def _check_rules(state: State, errors: Errors) -> None:
    """The forms' own rules: `check` with the field as `value`."""
    for node, lookup in state.checks():
        name = name_of(node)
        if any(path == name or path.startswith(f"{dotted(node.path)}.") for path in errors):
            continue
        value = _value_of(node)
        if is_empty(value) and value is not False:
            continue

        def with_value(name: str, value: Any = value, lookup: Any = lookup) -> Any:
            return value if name == "value" else lookup(name)

        if evaluate_all([node.component.expressions["check"]], with_value)[0] is not True:
            message = node.component.properties.get("checkMessage") or _l("This value does not fit here.")
            errors[name] = [message]


def _value_of(node: Node) -> Any:
    if node.component.type == "group":
        return collect(node.children, len(node.path))
    if node.component.type == "dynamiclist":
        return [collect(row.nodes, len(node.path) + 1) for row in node.rows if not row.blank]
    return node.value


def _signed(nodes: list[Node], context: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The final values; each sign-off that was ticked becomes a signature under everything else."""
    ticked = [
        node for node in walk(nodes) if node.component.has("signoff") and not node.readonly and node.value is True
    ]
    for node in ticked:
        node.value = None
    content = collect(nodes)
    task = context.get(TASK) if TASK in context else None
    task = task if isinstance(task, Mapping) else {}
    for node in ticked:
        node.value = signature(
            actor, content, role=str(task.get("role") or ""), on_behalf_of=task.get("on_behalf_of") or None
        )
    return collect(nodes) if ticked else content
