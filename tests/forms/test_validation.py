"""What is accepted, what is refused with which field, and what never comes from the client."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.forms import operations, signing
from app.forms.definition import FormDefinition
from app.kernel.errors import Invalid

from .conftest import read
from .everything import COMPETENCES, ENTRIES, VARIABLES, values
from .submitting import one, refusals, submit


def test_the_whole_form(everything: FormDefinition, monday: object, unit: None) -> None:
    result = submit(everything, ENTRIES, **VARIABLES)
    assert result["age"] == 41
    assert result["experience"] == 12.5
    assert result["workplace"] == "МБОУ СОШ № 1, Иванова Мария"
    assert result["contact"] == {"mail": "ivanova@example.org"}
    assert result["modules"] == [
        {"title": "Теория", "hours": 36.5, "half": 18.25, "variative": False},
        {"title": "Практика", "hours": 10, "half": 5, "variative": True, "why": "для молодых педагогов"},
    ]
    assert result["total"] == 46.5
    assert result["score"] == 94.96
    assert result["difficulties"][1] == {"competence": COMPETENCES[2], "text": "Общение с родителями"}
    assert result["answers"][0] == {"q": "Мне помогают коллеги", "a": "да"}
    assert result["meets_at"] == "2026-04-10T15:30:00+03:00"
    assert result["call_at"] == "09:05"
    assert "intro" not in result
    signed = {**result, "signature": None}
    assert result["signature"] == {
        "login": "teacher",
        "name": "Иванова Мария",
        "role": "",
        "signed_at": "2026-04-06T06:00:00+00:00",
        "sha256": signing.content_hash(signed),
        "on_behalf_of": None,
    }


def test_an_empty_form_names_every_required_field(everything: FormDefinition, unit: None) -> None:
    assert set(refusals(everything, {}, **VARIABLES)) == {
        "full_name", "age", "education", "course", "competences", "modules.0.title", "modules.0.hours",
        "answers.0.a", "answers.1.a", "signature",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("component", "raw", "value"),
    [
        ({"type": "number"}, "12,5", 12.5),
        ({"type": "number"}, " 1\u00a0234,50 ", 1234.5),
        ({"type": "number"}, "-3", -3),
        ({"type": "number"}, "\u22123", -3),
        ({"type": "number"}, "7,0", 7),
        ({"type": "number"}, 0.1, 0.1),
        ({"type": "number"}, "0,1", 0.1),
        ({"type": "number", "serializeToString": True}, "0,10", "0.10"),
        ({"type": "number", "decimalDigits": 0}, "5,0", 5),
        ({"type": "number"}, "", None),
        ({"type": "textfield"}, "  a\x00b\r\nc ", "ab c"),
        ({"type": "textarea"}, "a\r\nb\n\n", "a\nb"),
        ({"type": "textfield"}, "   ", None),
        ({"type": "checkbox"}, "true", True),
        ({"type": "checkbox"}, "", False),
        ({"type": "checkbox"}, True, True),
        ({"type": "radio", "values": [{"value": 1, "label": "x"}, {"value": 2, "label": "y"}]}, "2", 2),
        ({"type": "select", "valuesKey": "months"}, "июнь", "июнь"),
        ({"type": "checklist", "values": values("a", "b", "c")}, ["c", "a", "c"], ["a", "c"]),
        ({"type": "taglist", "values": values("a")}, "a", ["a"]),
        ({"type": "taglist", "values": values("a")}, "", []),
        ({"type": "datetime", "subtype": "date"}, "6.4.2026", "2026-04-06"),
        ({"type": "datetime", "subtype": "date"}, "2026-04-06", "2026-04-06"),
        ({"type": "datetime", "subtype": "time"}, "09:30", "09:30"),
        ({"type": "datetime", "subtype": "datetime"}, "06.04.2026 9:30", "2026-04-06T09:30:00+03:00"),
        (
            {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
            "2026-04-06T09:30",
            "2026-04-06T06:30:00Z",
        ),
        (
            {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "no_timezone"},
            "2026-04-06T09:30",
            "2026-04-06T09:30:00",
        ),
    ],
)
def test_entries_become_values(component: dict[str, Any], raw: Any, value: Any, unit: None) -> None:
    assert one(component, raw, months=["апрель", "июнь"]) == value
    assert type(one(component, raw, months=["апрель", "июнь"])) is type(value)


@pytest.mark.parametrize(
    ("component", "raw", "words"),
    [
        ({"type": "number"}, "много", "число"),
        ({"type": "number"}, "1e5", "число"),
        ({"type": "number"}, "NaN", "число"),
        ({"type": "number"}, True, "число"),
        ({"type": "number"}, "1234567890123456", "число"),
        ({"type": "number"}, {"a": 1}, "не подходит"),
        ({"type": "number", "decimalDigits": 0}, "1,5", "целое"),
        ({"type": "number", "decimalDigits": 2}, "1,555", "не более 2"),
        ({"type": "number", "validate": {"min": 0.5}}, "0,4", "Не меньше 0,5"),
        ({"type": "number", "validate": {"max": "=limit"}}, "11", "Не больше 10"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "ab", "не менее 3"),
        ({"type": "textfield", "validate": {"maxLength": 3}}, "abcd", "не более 3"),
        ({"type": "textfield"}, "x" * 1001, "не более 1000"),
        ({"type": "textarea"}, "x" * 1_000_000, "не более 20000"),
        ({"type": "textfield", "validate": {"pattern": r"^\d{3}$"}}, "12", "не так"),
        ({"type": "textfield", "validate": {"pattern": "^a$", "patternErrorMessage": "Нужна а"}}, "b", "Нужна а"),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "a@", "почты"),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "12", "телефона"),
        ({"type": "textfield", "validate": {"required": True}}, " ", "Заполните"),
        ({"type": "checkbox", "validate": {"required": True}}, "", "Отметьте"),
        ({"type": "checkbox"}, ["true", "false"], "не подходит"),
        ({"type": "radio", "values": values("a")}, "b", "Выберите"),
        ({"type": "checklist", "values": values("a"), "validate": {"required": True}}, [], "Выберите"),
        ({"type": "checklist", "values": values("a")}, ["a", "b"], "Выберите"),
        ({"type": "datetime", "subtype": "date"}, "31.02.2026", "дату"),
        ({"type": "datetime", "subtype": "date"}, "0001-01-01", "дату"),
        ({"type": "datetime", "subtype": "time"}, "25:00", "время"),
        ({"type": "datetime", "subtype": "datetime"}, "вчера", "дату и время"),
        (
            {"type": "datetime", "subtype": "date", "properties": {"max": "=today()"}},
            "2026-04-07",
            "Не позже 06.04.2026",
        ),
        ({"type": "datetime", "subtype": "date", "properties": {"min": "2026-04-06"}}, "2026-04-05", "Не раньше"),
        ({"type": "filepicker"}, ["123"], "Файла больше нет"),
        ({"type": "filepicker"}, ["1", "2"], "Слишком много"),
        ({"type": "textfield", "properties": {"check": '=value != "x"', "checkMessage": "Не икс"}}, "x", "Не икс"),
    ],
)
def test_bad_entries_are_refused(component: dict[str, Any], raw: Any, words: str, unit: None, monday: object) -> None:
    definition = read([{"id": "c", "key": "x", "label": "X", **component}])
    assert words in refusals(definition, {"x": raw}, limit=10)["x"]


def test_both_ends_of_limits_are_allowed(unit: None, monday: object) -> None:
    assert one({"type": "number", "validate": {"min": 1, "max": 2}}, "2") == 2
    assert one(
        {"type": "datetime", "subtype": "date", "properties": {"min": "=today()", "max": "=today()"}}, "2026-04-06"
    )
    span = {"min": "2026-04-06", "max": "2026-04-06"}
    assert one({"type": "datetime", "subtype": "datetime", "properties": span}, "2026-04-06T23:59")


def test_a_pattern_that_backtracks_without_end_is_refused_in_time(unit: None) -> None:
    definition = read([{"type": "textfield", "id": "c", "key": "x", "validate": {"pattern": "^(a+)+$"}}])
    assert "x" in refusals(definition, {"x": "a" * 40 + "!"})


def test_read_only_values_come_from_the_server(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "p", "key": "p", "readonly": True, "properties": {"prefill": "=actor.login"}},
        {"type": "number", "id": "n", "key": "n", "disabled": True},
        {"type": "number", "id": "d", "key": "d", "readonly": "=n > 5"},
        {"type": "expression", "id": "e", "key": "e", "expression": "=n * 2"},
        {"type": "select", "id": "s", "key": "s", "readonly": True, "properties": {"source": "people"}},
        {"type": "dynamiclist", "id": "l", "path": "rows", "allowAddRemove": False, "components": [
            {"type": "textfield", "id": "rn", "key": "name", "readonly": True},
            {"type": "textfield", "id": "rv", "key": "v"}]},
    ])  # fmt: skip
    rows = [{"name": "hacked", "v": "1"}, {"_row": "1", "name": "hacked", "v": "2"}, {"name": "more", "v": "3"}]
    tampered = {"p": "admin", "n": "99", "d": "1", "e": 5, "s": "boss", "rows": rows}
    result = submit(definition, tampered, n=7, d=8, s="petrov", rows=[{"name": "A"}, {"name": "B", "v": "old"}])
    assert result == {
        "p": "teacher",
        "n": 7,
        "d": 8,
        "e": 14,
        "s": "petrov",
        "rows": [{"name": "A", "v": "1"}, {"name": "B", "v": "2"}],
    }


def test_a_group_that_is_read_only_for_a_role(unit: None) -> None:
    fields = [{"type": "textfield", "id": "x", "key": "x"}]
    definition = read([
        {"type": "group", "id": "g", "properties": {"readonlyFor": "teacher, auditor"}, "components": fields},
        {"type": "textfield", "id": "h", "key": "h", "properties": {"showFor": "school_head"}},
    ])  # fmt: skip
    assert submit(definition, {"x": "new", "h": "y"}, x="old") == {"x": "old"}
    as_head = {"x": "old", "_task": {"roles": ["school_head"]}}
    assert submit(definition, {"x": "new", "h": "y"}, **as_head) == {"x": "new", "h": "y"}


def test_where_an_editable_value_comes_from(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "x", "key": "x", "defaultValue": "default", "properties": {"prefill": "=v + 1"}}
    ])  # fmt: skip
    assert submit(definition, {}) == {"x": "default"}
    assert submit(definition, {}, v=1) == {"x": "2"}
    assert submit(definition, {}, v=1, x="variable") == {"x": "variable"}
    assert submit(definition, {}, v=1, x="variable", form={"x": "earlier"}) == {"x": "earlier"}
    assert submit(definition, {"x": "entered"}, form={"x": "earlier"}) == {"x": "entered"}
    assert submit(definition, {"x": ""}, form={"x": "earlier"}) == {"x": None}


def test_pickers_accept_only_what_the_person_may_choose(everything: FormDefinition, unit: None) -> None:
    assert refusals(everything, {**ENTRIES, "course": "c1"}, **VARIABLES) == {"course": "Выберите из списка."}
    assert refusals(everything, {**ENTRIES, "tutor": "nobody"}, **VARIABLES) == {"tutor": "Выберите из списка."}
    assert submit(everything, {**ENTRIES, "tutor": "p60"}, **VARIABLES)["tutor"] == "p60"


def test_an_expression_that_fails_is_empty_and_spoils_nothing_else(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "a", "key": "a"},
        {"type": "expression", "id": "e", "key": "e", "expression": "=a.b.c / 0"},
        {"type": "expression", "id": "f", "key": "f", "expression": "=upper case(a)"},
    ])  # fmt: skip
    assert submit(definition, {"a": "x"}) == {"a": "x", "e": None, "f": "X"}


def test_a_signature_names_the_role_and_whom_it_is_for(unit: None) -> None:
    definition = read([
        {"type": "textfield", "id": "a", "key": "a"},
        {"type": "checkbox", "id": "s", "key": "s", "properties": {"signoff": "true"}},
        {"type": "checkbox", "id": "t", "key": "t", "readonly": True, "properties": {"signoff": "true"}},
    ])  # fmt: skip
    earlier = {"login": "petrova", "name": "Петрова", "signed_at": "2026-04-01T00:00:00+00:00", "sha256": "ab"}
    task = {"role": "school_head", "on_behalf_of": "head"}
    forged = {"a": "x", "s": {"login": "boss", "signed_at": "now", "sha256": "00"}, "t": "true"}
    with pytest.raises(Invalid):
        submit(definition, {**forged, "s": ["true", "x"]}, form={"t": earlier})
    result = submit(definition, {**forged, "s": "true"}, form={"t": earlier}, _task=task)
    assert result["t"] == earlier
    assert (result["s"]["login"], result["s"]["role"], result["s"]["on_behalf_of"]) == (
        "teacher",
        "school_head",
        "head",
    )
    assert submit(definition, {"a": "x", "s": ""})["s"] is False


def test_a_signature_cannot_be_sent_in(unit: None) -> None:
    definition = read([{"type": "checkbox", "id": "s", "key": "s", "properties": {"signoff": "true"}}])
    forged = {"login": "boss", "name": "Boss", "signed_at": "2026-01-01T00:00:00Z", "sha256": "00"}
    assert "s" in refusals(definition, {"s": forged})


def test_huge_input_is_refused_not_suffered(unit: None) -> None:
    row = [{"type": "textfield", "id": "t", "key": "t"}]
    definition = read([{"type": "dynamiclist", "id": "l", "path": "rows", "components": row}])
    posted = MultiDict([("f.rows", ""), *((f"f.rows.{n}.t", "x") for n in range(3000))])
    raw = operations.parse_form_data(definition, posted)
    assert len(raw["rows"]) == 1000
    assert refusals(definition, raw) == {"rows": "Строк может быть не более 200."}
    strange = MultiDict(
        [("f.rows.99999999999999999999.t", "x"), ("f." + "a." * 5000, "x"), ("f.rows.-1.t", "x"), ("f.", "")]
    )
    assert operations.parse_form_data(definition, strange) == {"rows": []}
