"""What the model says about a task beside its row: buttons, signature, help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine.bpmn import ElementInfo
from app.engine.definitions import definition
from app.engine.views import Outcome, TaskPage
from app.forms import queries as forms

SUBMIT = "submit"
_ONE = (Outcome(SUBMIT, _l("Submit")),)


def info_of(definition_key: int, element_id: str) -> ElementInfo:
    """The element of a task as drawn."""
    return definition(definition_key).model.elements[element_id]


def outcomes_of(info: ElementInfo) -> tuple[Outcome, ...]:
    """The buttons of a task: `value:Label|value:Label`, or one «Отправить»."""
    found = []
    for part in info.properties.get("outcomes", "").split("|"):
        value, _, label = part.partition(":")
        if value.strip():
            found.append(Outcome(value.strip(), label.strip() or value.strip()))
    return tuple(found) or _ONE


def flag(info: ElementInfo, name: str) -> bool:
    """Whether a property of the task is switched on."""
    return info.properties.get(name, "").strip().lower() == "true"


def signs(info: ElementInfo, form_key: int | None) -> bool:
    """Whether completing the task asks for the password: by its property, or by a sign-off field of a form that is
    not merely shown."""
    if flag(info, "signoff"):
        return True
    return form_key is not None and not flag(info, "readonly_form") and forms.form(form_key).needs_signature


def page_of(info: ElementInfo, seen: Mapping[str, Any]) -> TaskPage | None:
    """The page on which a task is done: property `page`, `endpoint:variable:Label`, while the task sees the variable.

    Such a task is completed by the feature of the page, not by a button (ARCHITECTURE, «Tasks of people»).
    """
    endpoint, _, rest = info.properties.get("page", "").partition(":")
    variable, _, label = rest.partition(":")
    value = seen.get(variable)
    return TaskPage(label, endpoint, str(value)) if endpoint and value is not None else None


def named(values: Any) -> dict[str, Any]:
    """A context, or nothing."""
    return dict(values) if isinstance(values, dict) else {}
