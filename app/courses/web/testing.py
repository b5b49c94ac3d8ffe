"""The e-test of a course: its journal, longer windows, annulment, answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from marshmallow import fields

from app.assessment.queries import journal
from app.assessment.rules.items import text_by_id
from app.assessment.web.texts import shown
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState, PageSchema, choice, load, text
from app.web.listing import Column

from ..operations import finding, imports, specifying, testing
from ..queries import catalogue
from ..queries import testing as queries
from ..queries.testing import TestRow
from ..rules import scores
from ..rules import words as terms
from . import words
from .blueprint import blueprint
from .course import frame, specification_link

STATES = {
    journal.WAITING: (_l("not begun"), "secondary"),
    journal.TAKING: (_l("is being taken"), "blue"),
    journal.DONE: (_l("finished"), "green"),
    journal.ANNULLED: (_l("annulled"), "red"),
    journal.CANCELLED: (_l("does not count"), "secondary"),
    journal.ABSENT: (_l("did not come"), "orange"),
}
OUTSIDE = "-"
"""What the choice of the specification sends for an outside system; no code of a specification is that short."""
_NO_LONGER = _l("This value does not fit here.")


class ExtensionSchema(PageSchema):
    """A longer window."""

    kind = choice(terms.ATTEMPT_KINDS, required=True)
    teacher = text()
    until = fields.NaiveDateTime(required=True, error_messages={"invalid": _NO_LONGER, "required": _NO_LONGER})
    reason = text(required=True, longest=500)


@blueprint.get("/<code>/test")
def test_journal(code: str) -> ResponseReturnValue:
    """Who is where with the e-test; as Excel with `?format=xlsx`."""
    if request.args.get("format") == "xlsx":
        _course, rows = queries.rows_of(shell.current_actor(), code)
        return excel.download(_("E-test"), _columns(), rows)
    return _page(code, FormState())


@blueprint.post("/<code>/test/extend")
def extend_test(code: str) -> ResponseReturnValue:
    """Keep windows open longer."""
    actor = shell.current_actor()
    imports.demand_leader(actor, code)
    data, state = load(ExtensionSchema(), request.form)
    if not state.errors:
        until = data["until"].replace(tzinfo=ZoneInfo(actor.timezone))
        try:
            moved = testing.extend(actor, code, data["kind"], data["teacher"] or None, until, data["reason"])
            said = ngettext("%(num)s window closes later now.", "%(num)s windows close later now.", moved)
            return shell.go("courses.test_journal", code=code, message=said)
        except Invalid as error:
            state.refuse(error)
        except Conflict as error:
            state.general.append(error.message)
    return _page(code, state)


@blueprint.post("/<code>/test/specification")
def choose_test(code: str) -> ResponseReturnValue:
    """Say by which specification the course is tested."""
    try:
        chosen = request.form.get("specification", "").strip()
        outside = chosen == OUTSIDE
        actor = shell.current_actor()
        specifying.choose_specification(actor, code, "" if outside else chosen, outside=outside)
    except (Conflict, Invalid) as error:
        said = error.message or _("Choose one of the list.")
        return shell.go("courses.test_journal", code=code, message=said, kind="danger")
    return shell.go("courses.test_journal", code=code, message=_("Saved."))


@blueprint.get("/<code>/test/<teacher>/annul/<kind>")
def annul_test(code: str, teacher: str, kind: str) -> ResponseReturnValue:
    """The page that asks for the reason."""
    return _annul_page(code, teacher, kind, FormState())


@blueprint.post("/<code>/test/<teacher>/annul/<kind>")
def annul_test_now(code: str, teacher: str, kind: str) -> ResponseReturnValue:
    """Annul a result."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    try:
        opens = testing.annul(actor, code, teacher, kind, request.form.get("reason", ""))
    except Invalid as error:
        return _annul_page(code, teacher, kind, state.refuse(error))
    except Conflict as error:
        state.general.append(error.message)
        return _annul_page(code, teacher, kind, state)
    said = _("The result is annulled. A new window is open.") if opens else _("The result is annulled.")
    return shell.go("courses.test_journal", code=code, message=said)


@blueprint.get("/<code>/test/answers/<int:key>")
def test_answers(code: str, key: int) -> ResponseReturnValue:
    """The answers of one attempt: own, for the leader of the course, for auditors."""
    actor = shell.current_actor()
    attempt, listener, items, keys = queries.answers_of(actor, code, key)
    row, seen = catalogue.sight_of(actor, code)

    own = attempt.login == actor.login

    def address(file: int) -> str:
        if own:
            return url_for("assessment.picture", key=attempt.window_key, file=file)
        return url_for("files.download", key=file)

    def said(words: str) -> Markup:
        return shown(words, address)

    return shell.render(
        "courses/test_answers.html",
        **frame(row, seen, "courses.test_journal"),
        attempt=attempt,
        listener=listener,
        items=items,
        keys=keys,
        said=said,
        texts=text_by_id,
    )


def _page(code: str, state: FormState) -> ResponseReturnValue:
    actor = shell.current_actor()
    course, rows = queries.rows_of(actor, code)
    row, seen = catalogue.sight_of(actor, code)
    used = specifying.specification_of(course)
    page = shell.render(
        "courses/test_journal.html",
        part="journal",
        **frame(row, seen, "courses.test_journal"),
        rows=rows,
        states=STATES,
        kinds=words.TESTS,
        state=state,
        until=state.value("until") or _proposed(actor),
        teachers=sorted({(item.teacher, item.name) for item in rows}, key=lambda each: each[1]),
        used=used,
        used_link=specification_link(actor, used),
        unclear=specifying.is_unclear(course),
        outside=OUTSIDE,
        specifications=[
            (each.code, f"{each.title} ({each.code})") for each in journal.specifications(course.organisation)
        ],
        begun=any(item.row.attempt is not None for item in rows),
        is_open=any(item.row.window.state == "open" for item in rows),
    )
    return page, 422 if state.errors or state.general else 200


def _annul_page(code: str, teacher: str, kind: str, state: FormState) -> ResponseReturnValue:
    actor = shell.current_actor()
    imports.demand_leader(actor, code)
    row, seen = catalogue.sight_of(actor, code)
    listener = finding.listener(code, teacher)
    page = shell.render(
        "courses/test_annul.html",
        **frame(row, seen, "courses.test_journal"),
        listener=listener,
        kind=kind,
        kinds=dict(words.TESTS),
        state=state,
    )
    return page, 422 if state.errors or state.general else 200


def _proposed(actor: Actor) -> str:
    """Tomorrow evening, as the browser's field writes it."""
    day = (clock.now() + timedelta(days=1)).astimezone(ZoneInfo(actor.timezone)).date()
    return f"{datetime(day.year, day.month, day.day, 20):%Y-%m-%dT%H:%M}"


def _columns() -> tuple[Column, ...]:
    def pct(item: TestRow) -> str:
        return scores.shown(item.row.attempt.pct) if item.row.attempt is not None else ""

    return (
        Column("name", _("Full name"), lambda item: item.name, None, 36),
        Column("school", _("School"), lambda item: item.school, None, 30),
        Column("kind", _("Test"), lambda item: item.kind, None, 14),
        Column("state", _("Status"), lambda item: str(STATES[item.row.state][0]), None, 18),
        Column("answered", _("Answers"), lambda item: f"{item.row.answered} / {item.row.count}", None, 12),
        Column("points", _("Points"), lambda item: item.row.attempt and item.row.attempt.points, None, 10),
        Column("maximum", _("Maximum"), lambda item: item.row.attempt and item.row.attempt.max_points, None, 12),
        Column("pct", "%", pct, None, 8),
    )
