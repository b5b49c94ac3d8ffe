"""A form made ready for its preview: pickers offer samples instead of people, every field may hold an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from app.forms.definition import Component, FormDefinition

SAMPLES = 3
_DAY = "2026-04-06"
_DATES = {"date": _DAY, "time": "09:30", "datetime": f"{_DAY}T09:30:00+03:00"}


def with_samples(schema: Mapping[str, Any]) -> bytes:
    """The form with its pickers turned into lists of samples: who draws forms must not see whom they will offer."""
    return json.dumps({**schema, "components": [_component(spec) for spec in schema["components"]]}).encode()


def _component(spec: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(spec)
    properties = dict(spec.get("properties") or {})
    source = str(properties.pop("source", ""))
    if source:
        properties.pop("sourceFilter", None)
        if properties.pop("prefill", None) and spec["type"] == "select":
            properties["prefill"] = '="sample_1"'
        found["properties"] = properties
        found["values"] = [
            {"value": f"sample_{number}", "label": _("Sample %(number)s", number=number)}
            for number in range(1, SAMPLES + 1)
        ]
    if spec.get("components"):
        found["components"] = [_component(child) for child in spec["components"]]
    return found


def values(definition: FormDefinition) -> dict[str, Any]:
    """An example for every field, in the shape of a submission: what the context `form` of a task would hold."""
    return _scope(definition.components)


def _scope(components: tuple[Component, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in _examples(components, ()):
        inner = found
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return found


def _examples(components: tuple[Component, ...], prefix: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for component in components:
        path = prefix + component.path
        if component.type == "group":
            yield from _examples(component.components, path)
        elif component.path and component.type == "dynamiclist":
            yield path, [_scope(component.components), _scope(component.components)]
        elif component.path:
            value = _example(component)
            if value is not None:
                yield path, value


def _example(component: Component) -> Any:
    kind, spec = component.type, component.spec
    options = [
        option["value"] for option in spec.get("values") or () if isinstance(option, Mapping) and "value" in option
    ]
    if kind in ("checklist", "taglist"):
        return options[:2] or None
    if kind in ("radio", "select"):
        return options[0] if options else None
    if kind == "number":
        return component.validate.get("min") if isinstance(component.validate.get("min"), int | float) else 10
    if kind == "checkbox":
        return None if component.has("signoff") else True
    if kind == "datetime":
        return _DATES.get(spec.get("subtype", "date"))
    if kind == "textfield":
        return _text(component)
    return _("An example of a longer text, as somebody would write it here.") if kind == "textarea" else None


def _text(component: Component) -> str | None:
    """An example that the field's own rules take; none where a pattern says what it must be."""
    kind = component.validate.get("validationType")
    if kind in ("email", "phone"):
        return "primer@example.ru" if kind == "email" else "+79001234567"
    return None if component.validate.get("pattern") else _("Example")
