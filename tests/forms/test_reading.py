"""A form file is refused with the component and the reason, or becomes a definition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from app.forms import operations, queries
from app.kernel.errors import Invalid, NotFound

from .everything import SCHEMA, SOURCE

FIELD = {"type": "textfield", "id": "a1", "key": "a", "label": "A"}


def findings(*components: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """(component, message) of the errors of a form with these components."""
    source = json.dumps({"id": "f", "components": list(components), **more}).encode()
    return [(one.component, str(one.message)) for one in operations.check_form(source)[1] if one.severity == "error"]


def test_the_form_with_everything_has_no_findings() -> None:
    definition, found = operations.check_form(SOURCE)
    assert found == []
    assert definition is not None
    assert (definition.form_id, definition.title) == ("everything", "Все виды полей")
    assert definition.needs_signature
    assert {component.type for component in definition.walk()} >= {"textfield", "dynamiclist", "group", "filepicker"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", "not a form-js form"),
        (b'{"id": "x"}', "no list of components"),
        (b'{"id": "x", "components": 5}', "no list of components"),
        (b'{"components": []}', "no id"),
        (b'{"id": "../x", "components": []}', "no id"),
        (b'{"id": "x", "components": [5]}', "not an object"),
        (b'{"id": "x", "components": [{"type": "textfield", "key": 5}]}', "wrong shape"),
        (b'{"id": "x", "components": [{"type": "select", "values": {"a": 1}, "key": "k"}]}', "wrong shape"),
        (b'{"id": "x", "components": [' + b",".join([b'{"type":"separator"}'] * 601) + b"]}", "more than 600"),
        (b'{"id": "x", "components": [], "filler": "' + b"x" * 1_000_001 + b'"}', "larger than"),
    ],
)
def test_what_is_no_form_is_refused(source: bytes, words: str) -> None:
    definition, found = operations.check_form(source)
    assert definition is None
    assert any(words in str(one.message) for one in found)


def test_deep_nesting_is_refused() -> None:
    inner: dict[str, Any] = dict(FIELD)
    for _ in range(11):
        inner = {"type": "group", "components": [inner]}
    assert any("nested deeper" in message for _, message in findings(inner))


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "iframe", "url": "http://example.org"}, "iframe"),
        ({"type": "hologram", "id": "h"}, "not supported"),
        ({"type": "number"}, "no key"),
        ({"type": "dynamiclist", "components": []}, "no key"),
        ({"type": "textfield", "key": "1a"}, "must consist of names"),
        ({"type": "textfield", "key": "a b"}, "must consist of names"),
        ({"type": "textfield", "key": "submission"}, "used by the platform"),
        ({"type": "datetime", "key": "d", "subtype": "week"}, "subtype"),
        ({"type": "textfield", "key": "s", "properties": {"signoff": "true"}}, "Only a checkbox"),
        ({"type": "select", "key": "s"}, "exactly one way"),
        ({"type": "select", "key": "s", "values": [], "valuesKey": "x", "properties": {"source": "people"}}, "one way"),
        ({"type": "radio", "key": "s", "properties": {"source": "people"}}, "A source needs"),
        ({"type": "select", "key": "s", "values": [{"label": "a"}]}, "label and a value"),
        ({"type": "select", "key": "s", "values": [{"value": 1}, {"value": "1"}]}, "the same"),
        ({"type": "textfield", "key": "t", "conditional": {"hide": "=a +"}}, "hide"),
        ({"type": "textfield", "key": "t", "validate": {"max": "=("}}, "max"),
        ({"type": "textfield", "key": "t", "validate": {"pattern": "(["}}, "regular expression"),
        ({"type": "textfield", "key": "t", "properties": {"prefill": "actor."}}, "prefill"),
        ({"type": "textfield", "key": "t", "label": "{{ 1 + }}"}, "label"),
        ({"type": "text", "id": "t", "text": "{{#if a +}}x{{/if}}"}, "text"),
        ({"type": "number", "key": "n", "validate": {"min": 5, "max": 2}}, "greater"),
        ({"type": "textfield", "key": "n", "validate": {"minLength": 5, "maxLength": 2}}, "greater"),
        ({"type": "textfield", "key": "n", "validate": {"validationType": "passport"}}, "validation type"),
    ],
)
def test_a_bad_component_is_named(component: dict[str, Any], words: str) -> None:
    found = findings(FIELD, component)
    name = str(component.get("key") or component.get("id") or "c_1")
    assert any(words in message and where == name for where, message in found), found


def test_keys_are_unique_in_their_scope_only() -> None:
    row = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [{**FIELD, "id": "a3"}]}
    assert findings(FIELD, row) == []
    assert findings(FIELD, {**FIELD, "id": "a2"}) != []
    assert findings(FIELD, {"type": "group", "id": "g", "components": [{**FIELD, "id": "a2"}]}) != []
    assert findings(FIELD, {"type": "group", "id": "g", "path": "p", "components": [{**FIELD, "id": "a2"}]}) == []
    assert findings({**FIELD, "key": "a"}, {**FIELD, "id": "a2", "key": "a.b"}) != []


def test_ids_are_unique_in_the_whole_form() -> None:
    row = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [{**FIELD, "key": "b"}]}
    assert [message for _, message in findings(FIELD, row)] == ["Another component has the same id “a1”."]


def test_an_unknown_property_is_a_warning() -> None:
    source = json.dumps({"id": "f", "components": [{**FIELD, "properties": {"colour": "red"}}]}).encode()
    definition, found = operations.check_form(source)
    assert definition is not None
    assert [(one.component, one.severity) for one in found] == [("a", "warning")]


def test_deploying_makes_versions_and_bindings_find_them(unit: None) -> None:
    first = operations.deploy_form(SOURCE, 10)
    tagged = json.dumps({**SCHEMA, "versionTag": "spring"}).encode()
    second = operations.deploy_form(tagged, 11, resource_name="forms/everything.form")
    assert (first.version, second.version) == (1, 2)
    assert queries.form_by("everything").key == second.key
    assert queries.form_by("everything", binding="deployment", deployment_key=10).key == first.key
    assert queries.form_by("everything", binding="versionTag", version_tag="spring").key == second.key
    assert queries.form(first.key) == first
    with pytest.raises(NotFound):
        queries.form_by("everything", binding="deployment", deployment_key=12)
    with pytest.raises(NotFound):
        queries.form_by("nothing")
    with pytest.raises(NotFound):
        queries.form(1)


def test_a_form_with_errors_is_not_deployed(unit: None, app: Flask) -> None:
    broken = json.dumps({"id": "bad", "components": [{"type": "number"}, {"type": "iframe", "id": "x"}]}).encode()
    with pytest.raises(Invalid) as caught:
        operations.deploy_form(broken, 10, resource_name="bad.form")
    assert "bad.form" in str(caught.value)
    assert set(caught.value.errors) == {"c_0", "x"}
    with pytest.raises(NotFound):
        queries.form_by("bad")
