"""Property: what was entered survives page and post unchanged, and means the same afterwards."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.forms import operations, rendering
from app.forms.definition import FormDefinition
from app.forms.entries import SEARCHES
from app.forms.rows import IDENTITY
from app.kernel.errors import Invalid

from .controls import posted
from .everything import COMPETENCES, SOURCE, VARIABLES
from .page import COURSES, PEOPLE, TEACHER, register_sources

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=30)
LINES = st.lists(TEXT, max_size=3).map("\n".join)
NUMBER = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.decimals(-1000, 1000, places=2).map(lambda number: str(number).replace(".", ",")),
    TEXT,
)
FLAG = st.sampled_from(["", "true"])


def chosen(*options: str) -> st.SearchStrategy[str]:
    """One of these or nothing."""
    return st.sampled_from(["", *options])


ENTRIES = st.fixed_dictionaries(
    {
        "full_name": TEXT,
        "age": NUMBER,
        "experience": NUMBER,
        "contact": st.fixed_dictionaries({"mail": TEXT}),
        "education": chosen("высшее", "ср. спец.", "другое"),
        "education_other": TEXT,
        "course": chosen(*(value for value, _ in COURSES[1:])),
        "tutor": chosen(*(value for value, _ in PEOPLE)),
        "month": chosen("апрель", "июнь"),
        "competences": st.lists(st.sampled_from(COMPETENCES), unique=True).map(
            lambda found: [one for one in COMPETENCES if one in found]
        ),
        "subjects": st.lists(st.sampled_from(["физика"]), unique=True),
        "modules": st.lists(
            st.fixed_dictionaries({"title": TEXT, "hours": NUMBER, "variative": FLAG, "why": TEXT}), max_size=3
        ),
        "period_from": st.one_of(st.just(""), st.dates().map(str)),
        "period_to": st.one_of(st.just(""), st.dates().map(str)),
        "meets_at": st.one_of(st.just(""), st.datetimes().map(lambda at: at.isoformat(timespec="minutes"))),
        "call_at": st.one_of(st.just(""), st.times().map(lambda at: at.isoformat(timespec="minutes"))),
        "note": LINES,
        "signature": FLAG,
    }
)


def form() -> FormDefinition:
    """The form with every component."""
    register_sources()
    definition, _ = operations.check_form(SOURCE)
    assert definition is not None
    return definition


def page(definition: FormDefinition, data: dict[str, Any]) -> str:
    """The form's HTML."""
    return str(rendering.render_form(definition, data, actor=TEACHER, context=VARIABLES, refresh_url="/task/refresh"))


def outcome(definition: FormDefinition, data: dict[str, Any]) -> tuple[str, Any]:
    """What sending these entries leads to: the values, or the messages."""
    try:
        result = operations.validate_submission(definition, data, context=VARIABLES, actor=TEACHER)
        return "accepted", {**result, "signature": None}
    except Invalid as error:
        return "refused", {path: [str(one) for one in messages] for path, messages in error.errors.items()}


def bare(data: Any) -> Any:
    """Entries without what the page adds for itself, and as browsers write texts."""
    if isinstance(data, dict):
        return {key: bare(value) for key, value in data.items() if key not in (IDENTITY, SEARCHES)}
    if isinstance(data, list):
        return [bare(value) for value in data]
    return data.replace("\r\n", "\n") if isinstance(data, str) else data


@given(entries=ENTRIES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_entries_survive_page_and_post(app: Flask, unit: None, entries: dict[str, Any]) -> None:
    definition = form()
    once = operations.parse_form_data(definition, posted(page(definition, entries)))
    again = operations.parse_form_data(definition, posted(page(definition, once)))
    assert again == once
    for name, value in entries.items():
        if value not in ("", []) or name in once:
            assert bare(once.get(name)) == value, name
    assert outcome(definition, once) == outcome(definition, entries)


def test_a_hidden_text_that_begins_with_a_brace_is_carried(app: Flask, unit: None) -> None:
    entries = {"education_other": '{"a": 1}'}
    assert operations.parse_form_data(form(), posted(page(form(), entries)))["education_other"] == '{"a": 1}'


@given(noise=st.dictionaries(st.from_regex(r"f\.[a-z_.0-9]{0,30}", fullmatch=True), st.text(max_size=20), max_size=20))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_post_is_read_rendered_and_judged(app: Flask, unit: None, noise: dict[str, str]) -> None:
    definition = form()
    raw = operations.parse_form_data(definition, MultiDict(noise.items()))
    assert outcome(definition, raw)[0] == "refused"
    assert "process-form" in page(definition, raw)
