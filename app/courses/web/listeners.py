"""Listeners of a course: the table, one person's card, leaving."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.kernel.errors import Invalid, NotFound
from app.web import excel, shell
from app.web.forms import FormState, PageSchema, choice, load, text
from app.web.listing import Column, Listing

from ..models import Listener
from ..operations import finding, leaving, testing
from ..operations.leaving import REASONS
from ..queries import catalogue, listeners
from ..queries.listeners import ListenerRow
from . import words
from .blueprint import blueprint
from .course import frame

_ALWAYS = (
    Column("name", _l("Full name"), lambda row: row.name, (Listener.teacher_name,), 36),
    Column("school", _l("School"), lambda row: row.school_name, Listener.school_name, 28, on_page=False),
    Column("position", _l("Position"), lambda row: row.position, None, 28, on_page=False),
    Column("team", _l("Team"), lambda row: row.team_name, None, 20, on_page=False),
    Column("status", _l("Status"), lambda row: str(words.listener_state(row.status)[0]), Listener.status, 20),
)
_LEVEL = Column("level", _l("Level"), lambda row: row.level, Listener.level, 20)
_WHOLE = (
    Column("entry", _l("Entry, %"), lambda row: _shown(row.entry), None, 12),
    Column("retest", _l("Retest, %"), lambda row: _shown(row.retest), None, 12),
    Column("method", _l("Method, %"), lambda row: row.method, None, 14),
    _LEVEL,
    Column("group", _l("Subgroup"), lambda row: row.group, Listener.group_title, 28),
    Column("admission", _l("Admission"), lambda row: row.admission, None, 24, on_page=False),
    Column("attestation", _l("Attestation"), lambda row: row.attestation_result, None, 16),
)
_CERTIFICATE = Column("certificate", _l("Certificate"), lambda row: row.certificate, None, 18)


@blueprint.get("/<code>/listeners")
def listeners_page(code: str) -> ResponseReturnValue:
    """Listeners and applications with the columns of this reader; the waiting list below."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    if not listeners.has_table(actor, row.course, seen):
        raise NotFound()
    columns = (*_ALWAYS, *(_WHOLE if seen.full or seen.tutors else (_LEVEL,)), _CERTIFICATE)
    listing = Listing.of_request(columns)
    status = listing.argument("status")
    statement = listeners.listener_select(actor, row.course, search=listing.q, status=status)
    if listing.wants_excel:
        record_access(actor, "export", "course", code)
        rows = listeners.listener_rows(actor, listing.everything(statement), seen)
        return excel.download(_("Listeners"), columns, rows)
    page = listing.page(statement)
    page = replace(page, rows=listeners.listener_rows(actor, page.rows, seen))
    return shell.render(
        "courses/listeners.html",
        **frame(row, seen, "courses.listeners_page"),
        listing=listing,
        page=page,
        columns=columns,
        status=status,
        statuses=[(key, label[0]) for key, label in words.LISTENER.items()],
        waiting=listeners.waiting_list(actor, code) if not status and not listing.q else [],
        wide=True,
    )


class LeavingSchema(PageSchema):
    """Why somebody leaves."""

    reason_kind = choice(REASONS)
    reason = text(longest=1000)


@blueprint.get("/<code>/listeners/<teacher>")
def listener(code: str, teacher: str) -> ResponseReturnValue:
    """One listener's card; that it was read is recorded."""
    return _card(code, teacher, FormState())


@blueprint.post("/<code>/listeners/<teacher>/withdraw")
def withdraw(code: str, teacher: str) -> ResponseReturnValue:
    """«Отозвать»: before the start."""
    data, state = load(LeavingSchema(), request.form)
    if not state.errors:
        try:
            leaving.withdraw(shell.current_actor(), code, teacher, data["reason"])
            return shell.go("courses.course", code=code, message=_("The withdrawal is on its way."))
        except Invalid as error:
            state.refuse(error)
    return _card(code, teacher, state)


@blueprint.post("/<code>/listeners/<teacher>/expel")
def expel(code: str, teacher: str) -> ResponseReturnValue:
    """«Отчислить»: after the start; the order is prepared in the process."""
    data, state = load(LeavingSchema(), request.form)
    if not state.errors:
        try:
            leaving.expel(shell.current_actor(), code, teacher, data["reason_kind"], data["reason"])
            message = _("The expulsion has begun: the order comes next.")
            return shell.go("courses.listener", code=code, teacher=teacher, message=message)
        except Invalid as error:
            state.refuse(error)
    return _card(code, teacher, state)


def _card(code: str, teacher: str, state: FormState) -> ResponseReturnValue:
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    shown: ListenerRow = listeners.listener(actor, code, teacher)
    if teacher != actor.login:
        record_access(actor, "open", "listener", f"{code}:{teacher}")
    found = finding.listener(code, teacher)
    page = shell.render(
        "courses/listener.html",
        **frame(row, seen, ""),
        item=shown,
        attempts=listeners.attempts(actor, code, teacher),
        practice=found.practice if shown.whole else [],
        kind_names=dict(words.TESTS),
        annullable=[kind for kind, _label in words.TESTS if seen.manages and testing.may_annul(found, kind, None)],
        state=state,
        reasons=list(REASONS.items()),
        may_withdraw=leaving.may_withdraw(actor, found),
        may_expel=leaving.may_expel(actor, found),
    )
    return page, 422 if state.errors or state.general else 200


def _shown(score: listeners.Score) -> str:
    return str(_("no-show")) if score.no_show else score.pct
