"""The plan of a school: measures of its approved programme are tracked like those of any roadmap (school_programme 8).

They stand in a support programme of the school inside its municipality's. A new edition keeps what it repeats, takes
out what it dropped and begins what is new; what was done is not begun again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people import queries as people
from app.school_programmes.following import Approved, on_approved, on_stopped
from app.school_programmes.models import SchoolProgramme

from ..models import Measure, Roadmap, SupportProgramme
from ..models.measures import CANCELLED, DONE, OVER
from ..models.programmes import ACTIVE, CLOSED
from ..models.programmes import SCHOOL as SCHOOL_LEVEL
from ..rules import drafts
from .passports import Passport, create_programme
from .roadmaps import freeze, locked_roadmap, write_rows

SECTION = drafts.Section("1", "Меры программы школы")


@on_approved
def track(actor: Actor, approved: Approved) -> Sequence[str]:
    """Take the measures of an approved edition.

    Returns:
        Keys of those that begin now: for each the process sends `roadmap.approved`.
    """
    programme = _programme(actor, approved)
    roadmap = locked_roadmap(programme)
    number, document = approved.programme.order_number, approved.programme.document_id
    order = {"number": number, "date": clock.today().isoformat(), "document_id": document}
    rows = [_row(each, position, programme) for position, each in enumerate(approved.measures, 1)]
    before = db.session.scalars(select(Measure).where(_mine(approved.programme)).order_by(Measure.row_key)).all()
    there = {_same(each.title, each.windows) for each in before if each.state == DONE or each.state not in OVER}
    wanted = {_same(row.title, row.windows) for row in rows}
    for each in before:
        if each.state not in OVER and _same(each.title, each.windows) not in wanted:
            _take_out(each, order, _stored(_l("The new edition of the school's programme does without it.")))
    new = write_rows(roadmap, [SECTION], [row for row in rows if _same(row.title, row.windows) not in there])
    begun = freeze(actor, roadmap, order, reason=_stored(_l("The school has approved its programme.")), new_rows=new)
    return [each.row_key for each in begun]


@on_stopped
def take_out_all(actor: Actor, school_programme: SchoolProgramme) -> None:
    """The school's programme was stopped: its measures that are not over are taken out."""
    reason = _stored(_l("The school's programme was stopped."))
    mine = select(Measure).where(_mine(school_programme), Measure.state.not_in(OVER)).order_by(Measure.row_key)
    for each in db.session.scalars(mine):
        _take_out(each, {}, reason)


def _mine(school_programme: SchoolProgramme) -> ColumnElement[bool]:
    """Measures of any edition of a school's programme."""
    return Measure.row_key.startswith(f"school-programme:{school_programme.key}:", autoescape=True)


def _stored(reason: object) -> str:
    """A reason as the register keeps it: in Russian, whatever language who acts reads."""
    with force_locale("ru"):
        return str(reason)


def _programme(actor: Actor, approved: Approved) -> SupportProgramme:
    """The school's support programme: the one that holds earlier editions, else (or where it is closed) a new one."""
    school_programme, today = approved.programme, clock.today()
    last = max(school_programme.period_to or today, today)
    first = min(school_programme.period_from or today, today)
    held = (
        select(SupportProgramme)
        .join(Roadmap, Roadmap.programme_key == SupportProgramme.key)
        .join(Measure, Measure.roadmap_key == Roadmap.key)
        .where(_mine(school_programme), SupportProgramme.state != CLOSED)
    )
    found = db.session.scalars(held.limit(1).with_for_update(of=SupportProgramme)).first()
    if found is None:
        name = people.organisation(school_programme.school).short_name
        passport = Passport(
            code=_code(school_programme, first.year),
            title=f"Программа школы: {name}",
            organisation=school_programme.school,
            period_from=first,
            period_to=last,
            parent=_parent(school_programme, last),
            goal=str(approved.content.get("goal") or ""),
            tasks=[str(row.get("task") or "") for row in approved.content.get("tasks") or ()],
        )
        found = create_programme(actor, passport, copied=True)
    found.period_to = max(found.period_to, last)
    db.session.flush()
    return found


def _code(school_programme: SchoolProgramme, year: int) -> str:
    """`lebedyan-1-2026`, as a programme written by hand would be called; with a further number where it is taken."""
    code = base = f"{school_programme.school[:30]}-{year}"
    taken = set(db.session.scalars(select(SupportProgramme.code).where(SupportProgramme.code.startswith(base))))
    number = 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def _parent(school_programme: SchoolProgramme, last: date) -> str | None:
    """The programme in force that it stands in: the municipality's, without one the region's."""
    above = people.organisation_path(school_programme.school)
    query = select(SupportProgramme.code).where(
        SupportProgramme.organisation.in_(above),
        SupportProgramme.kind != SCHOOL_LEVEL,
        SupportProgramme.state == ACTIVE,
        SupportProgramme.period_from <= last,
        SupportProgramme.period_to >= clock.today(),
    )
    order = (SupportProgramme.kind, SupportProgramme.period_from.desc())  # «municipality» stands before «region»
    return db.session.scalars(query.order_by(*order).limit(1)).first()


def _row(measure: Mapping[str, Any], number: int, programme: SupportProgramme) -> drafts.Row:
    """A measure of the form as a row: from today until its own last day."""
    today = clock.today()
    due = date.fromisoformat(str(measure["due"])[:10]) if measure.get("due") else programme.period_to
    return drafts.Row(
        sheet="",
        row=number,
        section=SECTION.number,
        number=str(measure["number"]),
        title=str(measure["title"]),
        period=f"до {due:%d.%m.%Y}",
        kind="window",
        windows=[{"from": min(today, due).isoformat(), "to": due.isoformat()}],
        executors=str(measure.get("responsible") or ""),
        roles=["school_head"],
        result=str(measure.get("result") or ""),
        document=str(measure.get("document") or ""),
        key=str(measure["row_key"]),
    )


def _same(title: str, windows: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """What makes a measure of two editions the same one: its words and its last day."""
    return title, windows[-1]["to"] if windows else ""


def _take_out(found: Measure, order: Mapping[str, Any], reason: str) -> None:
    if found.instance_key is None:
        found.state, found.reason = CANCELLED, reason
        db.session.flush()
    else:
        cancelled = {"cancel_order": {**order, "reason": reason}}
        engine.set_variables(PLATFORM, found.instance_key, cancelled, internal=True)
