"""Conditions, computed values and rows: what depends on what else was entered."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from app.forms.definition import FormDefinition

from .conftest import read
from .everything import ENTRIES, VARIABLES, values
from .submitting import refusals, submit

ROWS = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [{"type": "textfield", "id": "r", "key": "t"}]}
HIDDEN = [
    {"type": "radio", "id": "k", "key": "kind", "values": values("a", "b"), "validate": {"required": True}},
    {
        "type": "textfield",
        "id": "o",
        "key": "other",
        "conditional": {"hide": '=kind != "b"'},
        "validate": {"required": True},
    },
    {
        "type": "group",
        "id": "g",
        "conditional": {"hide": '=kind = "a"'},
        "components": [{"type": "textfield", "id": "i", "key": "inner"}, ROWS],
    },
]


def test_hidden_fields_are_dropped_and_never_required(unit: None) -> None:
    definition = read(HIDDEN)
    tampered = {"kind": "a", "other": "geheim", "inner": "x", "rows": [{"t": "y"}], "unknown": 1}
    assert submit(definition, tampered) == {"kind": "a"}
    assert refusals(definition, {"kind": "b"}) == {"other": "Заполните это поле."}
    assert submit(definition, {**tampered, "kind": "b"})["inner"] == "x"


def test_a_chain_of_conditions_settles(unit: None) -> None:
    names = [f"f{number}" for number in range(6)]
    chain: list[dict[str, Any]] = [
        {"type": "textfield", "id": name, "key": name, "conditional": {"hide": f'={before} != "yes"'}}
        for before, name in pairwise(names)
    ]
    chain.insert(0, {"type": "textfield", "id": "f0", "key": "f0"})
    definition = read(chain)
    full = {f"f{number}": "yes" for number in range(6)}
    assert submit(definition, full) == full
    assert submit(definition, {**full, "f1": "no"}) == {"f0": "yes", "f1": "no"}


def test_conditions_that_contradict_each_other_come_to_an_end(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "a", "key": "a", "conditional": {"hide": "=b != null"}},
        {"type": "textfield", "id": "b", "key": "b", "conditional": {"hide": "=a != null"}},
    ])  # fmt: skip
    assert set(submit(definition, {"a": "1", "b": "2"})) <= {"a", "b"}


def test_a_variable_does_not_stand_in_for_a_hidden_field_of_its_name(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "a", "key": "a", "conditional": {"hide": "=true"}},
        {"type": "expression", "id": "e", "key": "e", "expression": "=a"},
    ])  # fmt: skip
    assert submit(definition, {"a": "x"}, a="variable") == {"e": None}


def test_computed_rows_follow_other_fields_and_keep_their_entries(unit: None) -> None:
    definition = read([
        {"type": "checklist", "id": "c", "key": "c", "values": values("a", "b", "d")},
        {"type": "dynamiclist", "id": "l", "path": "rows", "properties": {"rows": "=for x in c return {name: x}"},
         "components": [
            {"type": "textfield", "id": "n", "key": "name"},
            {"type": "textfield", "id": "t", "key": "t", "validate": {"required": True}}]},
    ])  # fmt: skip
    entered = [{"_row": "d", "t": "dd", "name": "zzz"}, {"_row": "a", "t": "aa"}]
    assert submit(definition, {"c": ["a", "d"], "rows": entered})["rows"] == [
        {"name": "a", "t": "aa"},
        {"name": "d", "t": "dd"},
    ]
    assert refusals(definition, {"c": ["a", "b"], "rows": entered}) == {"rows.1.t": "Заполните это поле."}
    earlier = {"c": ["b"], "rows": [{"name": "b", "t": "from before"}]}
    assert submit(definition, {}, form=earlier)["rows"] == [{"name": "b", "t": "from before"}]


def test_blank_rows_are_dropped_unless_rows_are_demanded(unit: None) -> None:
    row = [{"type": "textfield", "id": "t", "key": "t", "validate": {"required": True}},
           {"type": "checkbox", "id": "b", "key": "b"}]  # fmt: skip
    free = read([{"type": "dynamiclist", "id": "l", "path": "rows", "label": "R", "components": row}])
    assert submit(free, {})["rows"] == []
    assert submit(free, {"rows": [{"t": ""}, {"t": "x"}, {"t": "", "b": ""}]})["rows"] == [{"t": "x", "b": False}]
    assert refusals(free, {"rows": [{"t": "", "b": "true"}]}) == {"rows.0.t": "Заполните это поле."}
    limits = {"minRows": "2", "maxRows": "3"}
    some = read([{"type": "dynamiclist", "id": "l", "path": "rows", "components": row, "properties": limits}])
    assert "rows.1.t" in refusals(some, {"rows": [{"t": "x"}, {}, {}]})
    assert refusals(some, {"rows": [{"t": "x"}]}) == {"rows": "Нужно строк, не менее: 2."}
    assert refusals(some, {"rows": [{"t": "x"}] * 4}) == {"rows": "Строк может быть не более 3."}


def test_a_rule_over_rows_sees_them_as_value(everything: FormDefinition, unit: None) -> None:
    modules = [{"title": "A", "hours": "50"}, {"title": "B", "hours": "23"}]
    assert refusals(everything, {**ENTRIES, "modules": modules}, **VARIABLES) == {
        "modules": "Всего не больше 72 часов."
    }


def test_rows_see_themselves_their_surroundings_and_their_number(unit: None) -> None:
    inner = {"type": "dynamiclist", "id": "li", "path": "inner", "components": [
        {"type": "number", "id": "w", "key": "w"},
        {"type": "expression", "id": "e2", "key": "e", "expression": "=parent.v * this.w + k + i[2]"}]}  # fmt: skip
    definition = read([
        {"type": "number", "id": "k", "key": "k"},
        {"type": "dynamiclist", "id": "l", "path": "rows", "components": [
            {"type": "number", "id": "v", "key": "v"},
            {"type": "expression", "id": "e1", "key": "e", "expression": "=this.v + k * 10 + i[1]"}, inner]},
    ])  # fmt: skip
    entries = {"k": "100", "rows": [{"v": "1", "inner": [{"w": "5"}, {"w": "7"}]}, {"v": "2", "inner": []}]}
    assert submit(definition, entries)["rows"] == [
        {"v": 1, "e": 1002, "inner": [{"w": 5, "e": 106}, {"w": 7, "e": 109}]},
        {"v": 2, "e": 1004, "inner": []},
    ]


def test_required_when_another_field_says_so(unit: None) -> None:
    definition = read([
        {"type": "radio", "id": "d", "key": "decision", "values": values("да", "нет")},
        {"type": "textarea", "id": "c", "key": "why", "properties": {"requiredWhen": '=decision = "нет"'}},
    ])  # fmt: skip
    assert submit(definition, {"decision": "да", "why": ""}) == {"decision": "да", "why": None}
    assert refusals(definition, {"decision": "нет", "why": ""}) == {"why": "Заполните это поле."}


def test_the_outcome_counts_in_conditions(unit: None) -> None:
    definition = read(
        [{"type": "textfield", "id": "c", "key": "c", "properties": {"requiredWhen": '=outcome = "refuse"'}}]
    )
    assert submit(definition, {}, outcome="approve") == {"c": None}
    assert "c" in refusals(definition, {}, outcome="refuse")


def test_prefill_in_a_row_sees_what_the_process_gave_the_row(unit: None) -> None:
    definition = read([
        {"type": "dynamiclist", "id": "l", "path": "rows", "properties": {"rows": "=due"}, "components": [
            {"type": "textfield", "id": "n", "key": "name"},
            {"type": "checkbox", "id": "f", "key": "open", "properties": {"prefill": "=this.planned and k > 1"}},
            {"type": "number", "id": "p", "key": "p", "readonly": True, "properties": {"prefill": "=i[1] * k"}}]},
    ])  # fmt: skip
    due = [{"name": "a", "planned": True}, {"name": "b", "planned": False}]
    assert submit(definition, {}, due=due, k=2)["rows"] == [
        {"name": "a", "open": True, "p": 2},
        {"name": "b", "open": False, "p": 4},
    ]
    entered = [{"_row": "a", "open": ""}]
    assert submit(definition, {"rows": entered}, due=due, k=2)["rows"][0]["open"] is False
