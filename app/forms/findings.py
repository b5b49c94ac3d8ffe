"""What a form file may hold: component types, keys, expressions, limits. Each finding names its component."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from app import feel
from app.feel import FeelError
from app.forms.definition import Component, Finding
from app.forms.evaluation import matches
from app.forms.expressions import is_marked
from app.forms.templating import expressions_in

KEYED = frozenset((
    "textfield", "textarea", "number", "checkbox", "checklist", "taglist",
    "radio", "select", "datetime", "filepicker", "expression",
))  # fmt: skip
OPTIONS = frozenset(("checklist", "taglist", "radio", "select"))
STATIC = frozenset(("text", "html", "image", "table", "documentPreview", "separator", "spacer", "button"))
NESTED = frozenset(("group", "dynamiclist"))
KNOWN = KEYED | STATIC | NESTED
PROPERTIES = frozenset((
    "prefill", "source", "sourceFilter", "signoff", "truncate", "showFor", "readonlyFor", "requiredWhen",
    "check", "checkMessage", "min", "max", "minRows", "maxRows", "rows", "rowKey", "maxSize",
))  # fmt: skip
RESERVED = frozenset(("submission", "outcome", "actor", "acted_at", "this", "parent", "i"))
# `form` is free: the catalogue has a field of that name (course_card, final_attestation); prefill reads the variable
MAX_OPTIONS = 500
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_SUBTYPES = ("date", "time", "datetime")


def component_findings(components: Iterable[Component]) -> Iterator[Finding]:
    """Everything wrong with a tree of components."""
    components = list(components)
    yield from _key_findings(components, ())
    ids: set[str] = set()
    for component in _walk(components):
        if component.id in ids:
            yield Finding(name_of(component), _l("Another component has the same id “%(id)s”.", id=component.id))
        ids.add(component.id)
        yield from _type_findings(component)
        if component.type in KNOWN:
            yield from _expression_findings(component)
            yield from _limit_findings(component)


def _walk(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from _walk(component.components)


def name_of(component: Component) -> str:
    """What a finding calls the component: its key where it has one."""
    return ".".join(component.path) or component.id


def _key_findings(components: Iterable[Component], base: tuple[str, ...]) -> Iterator[Finding]:
    """Keys are present, well formed, and unique in their scope (a scope is the form or a row)."""
    seen: list[tuple[str, ...]] = []
    for component, path in _scope(components, base):
        name = name_of(component)
        if not component.path:
            if component.type in KEYED or component.type == "dynamiclist":
                yield Finding(name, _l("The component has no key."))
            continue
        if not _NAME.fullmatch(".".join(component.path)):
            yield Finding(name, _l("The key must consist of names (letters, digits, _) joined by dots."))
        if not base and path[0] in RESERVED:
            yield Finding(name, _l("The key “%(key)s” is used by the platform; choose another.", key=path[0]))
        if component.type != "group":
            if any(path[: len(other)] == other or other[: len(path)] == path for other in seen):
                yield Finding(name, _l("Another component has the same key."))
            seen.append(path)
    for component in _walk(components):
        if component.type == "dynamiclist":
            yield from _key_findings(component.components, ())


def _scope(components: Iterable[Component], base: tuple[str, ...]) -> Iterator[tuple[Component, tuple[str, ...]]]:
    """The components of one scope with their full paths in it; groups are looked into, lists are not."""
    for component in components:
        path = base + component.path
        yield component, path
        if component.type == "group":
            yield from _scope(component.components, path)


def _type_findings(component: Component) -> Iterator[Finding]:
    name, kind = name_of(component), component.type
    if kind == "iframe":
        yield Finding(name, _l("Embedded pages (iframe) are not allowed."))
    elif kind not in KNOWN:
        yield Finding(name, _l("The component type “%(type)s” is not supported.", type=kind))
    if kind == "datetime" and component.spec.get("subtype", "date") not in _SUBTYPES:
        yield Finding(name, _l("The subtype must be date, time or datetime."))
    if component.has("signoff") and kind != "checkbox":
        yield Finding(name, _l("Only a checkbox can be a sign-off field."))
    if kind in OPTIONS:
        yield from _option_findings(component)
    for key in component.properties:
        if key not in PROPERTIES:
            yield Finding(name, _l("The property “%(key)s” is unknown and has no effect.", key=key), "warning")


def _option_findings(component: Component) -> Iterator[Finding]:
    name, spec = name_of(component), component.spec
    values = spec.get("values") or ()
    if len(values) > MAX_OPTIONS:
        yield Finding(name, _l("The component has more than %(count)s values.", count=MAX_OPTIONS))
    if any(not isinstance(value, dict) or "value" not in value for value in values):
        yield Finding(name, _l("Each of the values needs a label and a value."))
    elif len({str(value["value"]) for value in values}) != len(values):
        yield Finding(name, _l("Two of the values are the same."))
    ways = [key for key in ("values", "valuesKey", "valuesExpression") if spec.get(key)]
    if component.properties.get("source"):
        ways.append("source")
        if component.type not in ("select", "taglist"):
            yield Finding(name, _l("A source needs a select or a taglist."))
    if len(ways) != 1:
        yield Finding(name, _l("Give the values in exactly one way: values, valuesKey, valuesExpression or source."))


def _expression_findings(component: Component) -> Iterator[Finding]:
    for where, expression in expressions_of(component):
        try:
            feel.compile(expression)
        except FeelError as error:
            yield Finding(name_of(component), _l("“%(where)s”: %(error)s", where=where, error=str(error)))


def expressions_of(component: Component) -> Iterator[tuple[str, str]]:
    """Every FEEL expression of a component, without its '=', with the name of the place where it stands."""
    yield from component.expressions.items()
    for key in ("text", "content", "label", "dateLabel", "timeLabel", "description"):
        for expression in expressions_in(str(component.spec.get(key) or "")):
            yield key, expression
    for key in ("prefixAdder", "suffixAdder"):
        for expression in expressions_in(str((component.spec.get("appearance") or {}).get(key) or "")):
            yield key, expression


def _limit_findings(component: Component) -> Iterator[Finding]:
    name, rules = name_of(component), component.validate
    for low, high in (("min", "max"), ("minLength", "maxLength")):
        limits = [_number(rules.get(key)) for key in (low, high)]
        if None not in limits and limits[0] > limits[1]:  # type: ignore[operator]
            yield Finding(name, _l("“%(low)s” is greater than “%(high)s”.", low=low, high=high))
    pattern = rules.get("pattern")
    if isinstance(pattern, str) and pattern and not is_marked(pattern) and not _compiles(pattern):
        yield Finding(name, _l("The pattern is not a regular expression."))
    if rules.get("validationType") not in (None, "", "custom", "email", "phone"):
        yield Finding(name, _l("The validation type must be email, phone or custom."))


def _compiles(pattern: str) -> bool:
    try:
        return matches(pattern, "") is not None
    except FeelError:
        return False


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
