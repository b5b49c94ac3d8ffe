"""The fields of a form in words, for a regulation and for who fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.definition import Component, FormDefinition

from .words import gettext as _


@dataclass(frozen=True, slots=True)
class FieldTold:
    """One field: what it is called, what goes in, whether it must; `depth` 1 for a column of a list."""

    label: str
    kind: str
    required: bool
    depth: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormTold:
    """A form with its fields in their order."""

    form_id: str
    title: str
    fields: tuple[FieldTold, ...]


def told(form: FormDefinition) -> FormTold:
    """A form for people."""
    return FormTold(form.form_id, form.title, tuple(_fields(form.components, 0)))


def _fields(components: tuple[Component, ...], depth: int) -> Iterator[FieldTold]:
    for component in components:
        label = "" if component.label.startswith("=") else component.label
        if component.path and (label or component.type == "dynamiclist"):
            options = [str(option.get("label")) for option in component.spec.get("values") or ()]
            required = bool(component.validate.get("required"))
            yield FieldTold(label or _("List of rows"), _kind(component), required, depth, tuple(options))
        yield from _fields(component.components, depth + (component.type == "dynamiclist"))


def _kind(component: Component) -> str:
    if component.properties.get("source"):
        return _("choice from a register")
    if component.has("signoff"):
        return _("an electronic signature")
    if component.type == "datetime":
        return {"time": _("a time of day"), "datetime": _("a date and time")}.get(
            str(component.spec.get("subtype")), _("a date")
        )
    return {
        "textfield": _("a line of text"),
        "textarea": _("several lines of text"),
        "number": _("a number"),
        "checkbox": _("a tick"),
        "checklist": _("several of a list"),
        "taglist": _("several of a list"),
        "radio": _("one of a list"),
        "select": _("one of a list"),
        "dynamiclist": _("a list of rows"),
        "filepicker": _("a file"),
        "expression": _("computed by the platform"),
        "table": _("a table"),
    }.get(component.type, _("a value"))
