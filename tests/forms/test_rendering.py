"""Forms as HTML: values shown, nothing executed, only live parts sent again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask_babel import force_locale
from lxml import html
from werkzeug.datastructures import MultiDict

from app.forms import operations, rendering, sources
from app.forms.definition import FormDefinition

from .conftest import read
from .controls import posted
from .everything import COMPETENCES, ENTRIES, VARIABLES, values
from .page import TEACHER

URL = "/task/refresh"


def edit(definition: FormDefinition, data: dict[str, Any], **context: Any) -> str:
    """The form to fill in."""
    return str(rendering.render_form(definition, data, actor=TEACHER, context=context, refresh_url=URL))


def reading(definition: FormDefinition, data: dict[str, Any], mode: Any = "read", **context: Any) -> str:
    """The form as text."""
    return str(rendering.render_form(definition, data, actor=TEACHER, context=context, mode=mode))


def updates(definition: FormDefinition, before: str, changes: dict[str, str], **context: Any) -> dict[str, Any]:
    """Parts (by id) that an entry on the page `before` leads to."""
    form = posted(before)
    for name, text in changes.items():
        form.setlist(name, ["", text] if text else [""])
    data = operations.parse_form_data(definition, form)
    markup = rendering.render_updates(definition, data, form, actor=TEACHER, context=context, refresh_url=URL)
    root = html.fromstring(f"<div>{markup}</div>")
    assert all(part.get("hx-swap-oob") == "true" for part in root)
    return {part.get("id"): part for part in root}


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}"


def test_entries_and_variables_are_escaped_everywhere(unit: None) -> None:
    definition = read([
        {"type": "text", "id": "t", "text": "Hello {{v}} [link](javascript:alert(1)) <b>raw</b>"},
        {"type": "html", "id": "h", "content": "<p onclick='x()'>{{v}}</p><iframe src='//x'></iframe>"},
        {"type": "textfield", "id": "a", "key": "a", "label": "{{v}}", "description": "={v: v}.v"},
        {"type": "textarea", "id": "b", "key": "b", "label": "B"},
        {"type": "select", "id": "s", "key": "s", "label": "S", "valuesExpression": "=[v]"},
        {"type": "expression", "id": "e", "key": "e", "label": "E", "expression": "=v"},
        {"type": "table", "id": "tb", "dataSource": "=[{x: v}]", "columns": [{"key": "x", "label": "X"}]},
        {"type": "image", "id": "i", "source": "javascript:alert(1)"},
        {"type": "dynamiclist", "id": "l", "path": "l", "label": "L", "components": [
            {"type": "textfield", "id": "lx", "key": "x", "label": "X"}]},
    ])  # fmt: skip
    data = {"a": EVIL, "b": EVIL, "s": EVIL, "l": [{"x": EVIL, "_row": EVIL}]}
    for markup in (edit(definition, data, v=EVIL), reading(definition, data, v=EVIL)):
        root = html.fromstring(f"<div>{markup}</div>")
        assert not list(root.iter("script", "img", "iframe"))
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
        assert "javascript:" not in "".join(root.xpath("//@href|//@src"))
        assert "49" not in root.text_content()
    assert html.fromstring(edit(definition, data, v=EVIL)).xpath("//input[@name='f.a']/@value") == [EVIL]


def test_every_control_has_a_label_and_messages_are_tied_to_it(everything: FormDefinition, unit: None) -> None:
    errors = {"full_name": ["Заполните"], "education": ["Выберите"], "modules.0.title": ["Заполните"], "files": ["Нет"]}
    markup = rendering.render_form(
        everything,
        ENTRIES,
        actor=TEACHER,
        context=VARIABLES,
        errors=errors,
        refresh_url=URL,  # type: ignore[arg-type]
    )
    root = html.fromstring(f"<div>{markup}</div>")
    ids = set(root.xpath("//@id"))
    assert len(root.xpath("//@id")) == len(ids)
    for element in root.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        named = element.xpath("ancestor::label") or element.get("aria-label")
        assert named or root.xpath(f"//label[@for='{element.get('id')}']"), html.tostring(element)
    for text in root.xpath("//@aria-describedby"):
        assert set(text.split()) <= ids
    links = root.xpath("//*[@id='process-form-errors']//a")
    assert [link.text for link in links] == [
        "Фамилия, имя, отчество", "Образование", "Модули, строка 1: Название", "Материалы",
    ]  # fmt: skip
    assert all(link.get("href")[1:] in ids for link in links)


def test_a_read_only_value_is_no_control(everything: FormDefinition, unit: None) -> None:
    names = set(posted(edit(everything, ENTRIES, **VARIABLES)))
    assert not names & {"f.workplace", "f.total", "f.score", "f.difficulties.0.competence"}
    assert "94,9" in edit(everything, ENTRIES, **VARIABLES)


def test_scores_are_truncated_and_sent_unrounded(unit: None) -> None:
    score = {
        "type": "number",
        "id": "s",
        "key": "s",
        "label": "S",
        "readonly": True,
        "properties": {"truncate": "true"},
    }
    definition = read([score])
    for value, shown in ((94.96, "94,9"), (94.99999, "94,9"), (95, "95,0"), (95.0, "95,0"), (0.05, "0,0")):
        assert f">{shown}<" in edit(definition, {}, s=value)
        assert operations.validate_submission(definition, {}, context={"s": value}, actor=TEACHER) == {"s": value}


def test_numbers_follow_the_readers_language(unit: None) -> None:
    definition = read([{"type": "number", "id": "n", "key": "n", "label": "N"}])
    assert 'value="12,5"' in edit(definition, {}, n=12.5)
    with force_locale("en"):
        assert 'value="12.5"' in edit(definition, {}, n=12.5)


def test_an_entry_sends_only_the_parts_that_change(everything: FormDefinition, unit: None) -> None:
    before = edit(everything, ENTRIES, **VARIABLES)
    assert updates(everything, before, {"f.full_name": "Кто-то", "f.note": "x", "f.tutor": "p07"}, **VARIABLES) == {}
    changed = updates(everything, before, {"f.education": "высшее"}, **VARIABLES)
    assert "p-education_other" in changed
    assert "d-none" in changed["p-education_other"].get("class")
    assert not {"p-education", "p-about", "p-modules", "p-difficulties"} & changed.keys()
    changed = updates(everything, before, {"f.modules.0.hours": "10"}, **VARIABLES)
    assert {"p-modules-0-half", "p-total"} <= changed.keys()
    assert "p-modules" not in changed
    assert changed["p-total"].text_content().split() == ["Всего", "часов", "20"]


def test_what_was_entered_in_a_part_that_hides_comes_back(everything: FormDefinition, unit: None) -> None:
    before = edit(everything, ENTRIES, **VARIABLES)
    hidden = updates(everything, before, {"f.education": "высшее"}, **VARIABLES)["p-education_other"]
    assert hidden.xpath(".//input[@name='f.education_other']/@value") == ["", "магистратура"]
    form = posted(edit(everything, {**ENTRIES, "education": "высшее"}, **VARIABLES))
    form.setlist("f.education", ["другое"])
    data = operations.parse_form_data(everything, form)
    assert data["education_other"] == "магистратура"


def test_rows_hidden_with_their_part_come_back(unit: None) -> None:
    columns = [
        {"type": "textfield", "id": "x", "key": "x", "label": "X"},
        {"type": "checklist", "id": "y", "key": "y", "label": "Y", "values": values("a", "b")},
    ]
    hide = {"hide": "=c = true"}
    definition = read([
        {"type": "checkbox", "id": "c", "key": "c", "label": "C"},
        {"type": "dynamiclist", "id": "l", "path": "l", "label": "L", "conditional": hide, "components": columns},
    ])  # fmt: skip
    rows = [{"x": "one", "y": ["a", "b"]}, {"x": "two", "y": []}]
    raw = operations.parse_form_data(definition, posted(edit(definition, {"c": "true", "l": rows})))
    assert raw["l"] == rows
    assert operations.validate_submission(definition, raw, context={}, actor=TEACHER) == {"c": True}


def test_adding_and_removing_rows(everything: FormDefinition, unit: None) -> None:
    page = edit(everything, ENTRIES, **VARIABLES)
    form = posted(page, ("_add", "modules"))
    data = operations.parse_form_data(everything, form)
    assert [row.get("title") for row in data["modules"]] == ["Теория", "Практика", None]
    markup = rendering.render_updates(everything, data, form, actor=TEACHER, context=VARIABLES, refresh_url=URL)
    assert "f.modules.2.title" in markup
    removed = operations.parse_form_data(everything, posted(page, ("_remove", "modules.0")))
    assert [row["title"] for row in removed["modules"]] == ["Практика"]
    assert operations.is_row_change(form)
    assert not operations.is_row_change(posted(page))


@pytest.mark.parametrize("button", [
    ("_add", "answers"), ("_add", "difficulties"), ("_add", "full_name"), ("_add", "nothing"), ("_add", ""),
    ("_remove", "answers.0"), ("_remove", "modules.9"), ("_remove", "modules.x"), ("_remove", "modules"),
    ("_remove", "competences.0"), ("_detach", "files:1"), ("_detach", "competences:x"), ("_detach", ""),
])  # fmt: skip
def test_buttons_that_the_form_does_not_have_do_nothing(everything: FormDefinition, unit: None, button: Any) -> None:
    page = edit(everything, ENTRIES, **VARIABLES)
    plain = operations.parse_form_data(everything, posted(page))
    assert operations.parse_form_data(everything, posted(page, button)) == plain


def test_a_picker_is_a_list_or_a_search(everything: FormDefinition, unit: None) -> None:
    root = html.fromstring(f"<div>{edit(everything, ENTRIES, **VARIABLES)}</div>")
    assert root.xpath("//select[@name='f.course']/option/@value") == ["", "c2", "c3"]
    assert root.xpath("//input[@type='radio' and @name='f.tutor' and @checked]/@value") == ["p07"]
    form = posted(edit(everything, ENTRIES, **VARIABLES))
    form["q.tutor"] = "методист 1"
    data = operations.parse_form_data(everything, form)
    assert data["_search"] == {"tutor": "методист 1"}
    markup = rendering.render_updates(everything, data, form, actor=TEACHER, context=VARIABLES, refresh_url=URL)
    found = html.fromstring(f"<div>{markup}</div>").xpath("//div[@id='p-tutor-found']//input[@type='radio']/@value")
    assert found[:3] == ["p07", "p10", "p11"]
    assert "_search" not in operations.validate_submission(everything, data, context=VARIABLES, actor=TEACHER)


def test_a_picker_of_several_sources_says_which(unit: None) -> None:
    sources.register("t_a", search=lambda *_: [("1", "One")], label={"1": "One"}.get, title="A")
    sources.register("t_b", search=lambda *_: [("1", "Uno")], label={"1": "Uno"}.get, title="B")
    definition = read([{"type": "taglist", "id": "p", "key": "p", "label": "P", "properties": {"source": "t_a, t_b"}}])
    assert operations.validate_submission(definition, {"p": ["t_b:1"]}, context={}, actor=TEACHER) == {"p": ["t_b:1"]}
    assert "B: Uno" in reading(definition, {"p": ["t_b:1"]})


def test_reading_a_submission(everything: FormDefinition, unit: None, monday: object) -> None:
    result = operations.validate_submission(everything, ENTRIES, context=VARIABLES, actor=TEACHER)
    for mode in ("read", "frozen"):
        markup = reading(everything, result, mode)
        text = " ".join(" ".join(html.fromstring(f"<div>{markup}</div>").itertext()).split())
        for shown in (
            "Фамилия, имя, отчество Иванова Мария Петровна", "Стаж в должности 12,5", "06.04.2026", "10.04.2026 15:30",
            "Оценивание: апрель–июнь", "Методист 07 Петрович", "Результат теста, % 94,9", "36,5 18,25 нет",
            "подписано: Иванова Мария Петровна 06.04.2026 09:00", "Первая строка Вторая строка",
        ):  # fmt: skip
            assert shown in text, shown
        root = html.fromstring(f"<div>{markup}</div>")
        assert not list(root.iter("input", "select", "textarea", "button"))
        for term in root.iter("dt", "dd"):
            assert term.xpath("ancestor::dl")


def test_a_submission_is_shown_as_it_was_sent(unit: None) -> None:
    now = {"prefill": '="now"'}
    definition = read([
        {"type": "textfield", "id": "a", "key": "a", "label": "Alpha", "properties": now, "readonly": True},
        {"type": "expression", "id": "e", "key": "e", "label": "Epsilon", "expression": '="now"'},
        {"type": "textfield", "id": "h", "key": "h", "label": "Hidden", "conditional": {"hide": "=secret"}},
    ])  # fmt: skip
    text = reading(definition, {"a": "then", "e": "then too"})
    assert "then too" in text
    assert "now" not in text
    assert "Hidden" not in text


def test_a_submission_is_shown_whole_without_the_variables_of_its_conditions(unit: None) -> None:
    inner = [
        {"type": "textfield", "id": "a", "key": "a", "label": "Alpha", "conditional": {"hide": "=who != 1"}},
        {"type": "textfield", "id": "b", "key": "b", "label": "Beta", "conditional": {"hide": "=who = null"}},
    ]
    definition = read([
        {"type": "group", "id": "g", "label": "Gamma", "conditional": {"hide": "=who = null"}, "components": inner},
        {"type": "group", "id": "h", "label": "Eta", "conditional": {"hide": "=who = null"}, "components": [
            {"type": "textfield", "id": "c", "key": "c", "label": "Kappa"}]},
    ])  # fmt: skip
    text = reading(definition, {"a": "value"})
    assert "Gamma" in text
    assert "Alpha" in text
    assert "Beta" not in text
    assert "Eta" not in text


def test_changes_between_two_submissions(everything: FormDefinition, unit: None) -> None:
    before = operations.validate_submission(everything, ENTRIES, context=VARIABLES, actor=TEACHER)
    changed = {
        **ENTRIES,
        "full_name": "Иванова Мария Сергеевна",
        "education": "высшее",
        "modules": [*ENTRIES["modules"][:1], {"title": "Практикум", "hours": "10", "variative": ""}],
        "competences": COMPETENCES[:1],
    }
    after = operations.validate_submission(everything, changed, context=VARIABLES, actor=TEACHER)
    before, after = ({**data, "signature": None} for data in (before, after))
    markup = rendering.render_changes(everything, before, after, actor=TEACHER)
    root = html.fromstring(f"<div>{markup}</div>")
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in root.xpath("//tbody/tr")]
    assert rows[0] == ["Фамилия, имя, отчество", "Иванова Мария Петровна", "Иванова Мария Сергеевна"]
    assert ["Какое именно", "магистратура", "—"] in rows
    assert ["Модули, строка 2: Название", "Практика", "Практикум"] in rows
    assert ["Модули, строка 2: Вариативный", "да", "нет"] in rows
    assert not [row for row in rows if row[0].startswith(("Модули, строка 1", "Возраст"))]
    assert "Ничего не изменено" in rendering.render_changes(everything, before, before, actor=TEACHER)


def test_headings_do_not_skip_levels(unit: None) -> None:
    definition = read(
        [{"type": "text", "id": f"t{n}", "text": text} for n, text in enumerate(["### A", "# B", "##### C"])]
    )
    assert re.findall(r"<h(\d)>", edit(definition, {})) == ["2", "2", "3"]


def test_the_page_carries_no_inline_script_or_style(everything: FormDefinition, unit: None) -> None:
    markup = edit(everything, ENTRIES, **VARIABLES)
    assert not re.search(r"\s(on\w+|style|hx-on[\w:-]*)=", markup)
    assert json.dumps(VARIABLES["points"]) not in markup


def test_posts_without_the_form_prefix_are_ignored(everything: FormDefinition, unit: None) -> None:
    raw = operations.parse_form_data(everything, MultiDict([("full_name", "x"), ("comment", "y"), ("f.comment", "z")]))
    assert raw == {}
