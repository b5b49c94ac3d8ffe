"""A page with one form, as the inbox makes it: draft, refresh, sending. Only for tests and for looking at forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue

from app.forms import operations, queries, rendering, sources
from app.kernel.actor import Actor, Assignment
from app.kernel.config import Settings
from app.kernel.errors import Invalid
from app.main import create_app
from app.web import shell

TEACHER = Actor(
    "teacher", "Иванова Мария Петровна", assignments=(Assignment("teacher", "lebedyan-1", "school"),), locale="ru"
)
COURSES = [("c1", "Современный урок (закрыт)"), ("c2", "Оценивание: апрель–июнь"), ("c3", "Цифровая школа: ноябрь")]
PEOPLE = [(f"p{number:02}", f"Методист {number:02} Петрович") for number in range(1, 61)]
_PAGE = """
{% extends "layout.html" %}{% block title %}Форма{% endblock %}{% block main %}
<form id="task" method="post" novalidate enctype="multipart/form-data" hx-post="{{ request.path }}" hx-target="#body" hx-select="#body" hx-swap="outerHTML">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<div id="body">{% if sent %}<p role="status" id="sent">Отправлено</p><pre id="values">{{ sent|tojson }}</pre>{% else %}{{ fields }}
<button class="btn btn-primary mt-3" type="submit" name="outcome" value="submit">Отправить</button>{% endif %}</div>
</form>{% endblock %}
"""  # noqa: E501


def register_sources() -> None:
    """Two pickers: one with few choices, one that must be searched."""
    sources.register(
        "test_courses",
        search=lambda actor, words, wanted: [
            (value, label)
            for value, label in COURSES[1 if wanted.get("open") else 0 :]
            if words.lower() in label.lower()
        ],
        label=lambda value: dict(COURSES).get(value),
    )
    sources.register(
        "test_people",
        search=lambda actor, words, wanted: [one for one in PEOPLE if words.lower() in one[1].lower()],
        label=lambda value: dict(PEOPLE).get(value),
    )


@shell.authenticator
def _page_actor() -> Actor | None:
    """Whoever the page is for is signed in, in the page's own application only."""
    actor: Actor | None = current_app.extensions.get("form_page_actor")
    return actor


class FormPage:
    """The state behind the page: which form, whose draft."""

    def __init__(self, form_key: int, variables: dict[str, Any], actor: Actor = TEACHER) -> None:
        self.form_key, self.variables, self.actor = form_key, variables, actor
        self.draft: dict[str, Any] = {}
        self.submitted: dict[str, Any] | None = None


def application(settings: Settings, page: FormPage) -> Flask:
    """The whole application with the page under `/try`; everybody is the page's actor."""
    app = create_app(settings)
    app.testing = True
    blueprint = Blueprint("try", __name__)

    app.extensions["form_page_actor"] = page.actor

    @blueprint.get("/try")
    def show() -> ResponseReturnValue:
        return _render(page, {})

    @blueprint.post("/try/refresh")
    def refresh() -> ResponseReturnValue:
        definition = queries.form(page.form_key)
        page.draft = operations.parse_form_data(definition, request.form, request.files, actor=page.actor)
        if not request.headers.get("HX-Request"):
            return redirect(url_for("try.show"), 303)
        return rendering.render_updates(
            definition, page.draft, request.form, actor=page.actor, context=page.variables, refresh_url="/try/refresh"
        )

    @blueprint.post("/try")
    def send() -> ResponseReturnValue:
        definition = queries.form(page.form_key)
        page.draft = operations.parse_form_data(definition, request.form, request.files, actor=page.actor)
        if operations.is_row_change(request.form):
            return redirect(url_for("try.show"), 303)
        try:
            page.submitted = operations.validate_submission(
                definition, page.draft, context=page.variables, actor=page.actor
            )
        except Invalid as error:
            return _render(page, error.errors), 422
        return render_template_string(_PAGE, fields="", sent=page.submitted)

    app.register_blueprint(blueprint)
    return app


def _render(page: FormPage, errors: Any) -> str:
    definition = queries.form(page.form_key)
    fields = rendering.render_form(
        definition,
        page.draft,
        actor=page.actor,
        context=page.variables,
        errors=errors,
        refresh_url="/try/refresh",
    )
    return render_template_string(_PAGE, fields=fields, sent=None)
