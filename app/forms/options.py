"""What can be chosen: fixed values, values of a variable, values of an expression. Pickers are in `sources`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.forms.definition import Component
from app.forms.evaluation import Lookup
from app.forms.nodes import Option
from app.forms.values import MISSING, get_in

WITH_OPTIONS = frozenset(("radio", "select", "checklist", "taglist"))


def options_of(component: Component, slots: Mapping[str, Any], lookup: Lookup) -> tuple[Option, ...]:
    """The choices of a component, none for one whose choices come from a picker source.

    Args:
        slots: values of its FEEL slots. lookup: the process variables (`valuesKey`).
    """
    if component.type not in WITH_OPTIONS or component.properties.get("source"):
        return ()
    if "valuesExpression" in component.expressions:
        return tuple(_options(slots.get("valuesExpression")))
    key = component.spec.get("valuesKey")
    if key:
        head, *rest = str(key).split(".")
        try:
            found = get_in(lookup(head), rest)
        except KeyError:
            found = None
        return tuple(_options(found))
    return tuple(_options(component.spec.get("values")))


def _options(values: Any) -> Iterable[Option]:
    """Options from `{value, label}` contexts or plain values, as form-js reads them."""
    if values is None or values is MISSING or not isinstance(values, list):
        return
    for item in values[:1000]:
        if isinstance(item, Mapping):
            value = item.get("value", item.get("label"))
            label = item.get("label", value)
        else:
            value = label = item
        if value is not None and not isinstance(value, dict | list):
            yield Option(value, str(label))
