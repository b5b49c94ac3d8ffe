"""A programme is closed by its report, meeting and order, prolonged instead, or goes on; addenda come afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import queries as processes
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

from .. import queries
from ..models import ClosingAddendum, Measure, MeasureFact, Occurrence, ProgrammeClosing, SupportProgramme
from ..models.closings import CLOSED, DROPPED, EXTENDED, OPEN
from ..models.measures import CANCELLED, OVER
from ..models.programmes import ACTIVE, SCHOOL
from ..models.programmes import CLOSED as PROGRAMME_CLOSED


def open_closing(code: str, instance_key: int) -> ProgrammeClosing:
    """Begin to close a programme. Asked again for the same process it is the same row.

    Raises:
        Invalid: no such programme, a school's, not in force, or being closed already.
    """
    query = select(SupportProgramme).where(SupportProgramme.code == code)
    found = db.session.scalar(query.with_for_update(of=SupportProgramme))
    if found is None:
        raise _wrong(_l("There is no such programme."))
    if found.kind == SCHOOL:
        raise _wrong(_l("Only programmes of the region and of municipalities are closed by a report."))
    row = ProgrammeClosing
    known = db.session.scalar(select(row).where(row.programme_key == found.key, row.state.in_((OPEN, CLOSED))))
    if known is not None and known.instance_key == instance_key:
        return known
    if known is not None and known.state == OPEN and processes.is_over(known.instance_key):
        drop(known, "Процесс прекращён")
    elif known is not None:
        raise _wrong(_l("This programme is being closed already."))
    if found.state != ACTIVE:
        raise _wrong(_l("Only a programme in force can be closed."))
    made = row(key=next_key(), programme_key=found.key, instance_key=instance_key, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


def locked(instance_key: int) -> ProgrammeClosing:
    """The closing of a process, its row locked.

    Raises:
        NotFound: there is none.
    """
    found = _of_process(instance_key)
    if found is None:
        raise NotFound()
    return found


def _of_process(instance_key: int) -> ProgrammeClosing | None:
    query = select(ProgrammeClosing).where(ProgrammeClosing.instance_key == instance_key)
    return db.session.scalars(query.order_by(ProgrammeClosing.key.desc()).with_for_update(of=ProgrammeClosing)).first()


def extend(actor: Actor, found: ProgrammeClosing, until: date, reason: str) -> None:
    """Prolong the programme instead of closing it; it is looked at again before its new end. Measures under way that
    go on until the end of the programme go on until the new one.

    Raises:
        Invalid: not later than its end, or more than five years.
    """
    programme = found.programme
    before = programme.period_to
    if until <= before or until.year > before.year + 5:
        message = _l("Choose a day after the end of the programme (%(day)s).", day=f"{before:%d.%m.%Y}")
        raise Invalid(message, {"until": [message]})
    programme.period_to = until
    found.state, found.reason = EXTENDED, reason
    db.session.flush()
    for measure in queries.closings.measures_of(programme):
        key = measure.instance_key
        if key is not None and measure.state not in OVER and not processes.is_over(key):
            engine.set_variables(PLATFORM, key, {"programme_end": until.isoformat()}, internal=True)
    changes = {"period_to": (before.isoformat(), until.isoformat())}
    audit.record_event(actor, "programme", programme.code, "extend", changes=changes, details={"reason": reason})


def conclude(found: ProgrammeClosing, proposed: str, report: Mapping[str, Any]) -> None:
    """Keep the closing report as it was written.

    Raises:
        Invalid: another conclusion than the computed one without a reason.
    """
    conclusion, reason = str(report.get("conclusion") or ""), str(report.get("reason") or "").strip()
    if conclusion != proposed and not reason:
        message = _l("By the figures the conclusion is «%(word)s»: say why it is another one.", word=proposed)
        raise Invalid(message, {"reason": [message]})
    found.report, found.proposed, found.conclusion = dict(report), proposed, conclusion
    found.reason = reason if conclusion != proposed else ""
    db.session.flush()


def publish(
    actor: Actor, found: ProgrammeClosing, protocol: Mapping[str, Any], order: Mapping[str, Any], document_id: str
) -> None:
    """Close the programme: its report is the archive, its passport stays as it is."""
    found.protocol, found.order, found.document_id = dict(protocol), dict(order), document_id
    found.state, found.closed_on = CLOSED, clock.today()
    found.programme.state = PROGRAMME_CLOSED
    db.session.flush()
    details = {"conclusion": found.conclusion, "proposed": found.proposed, "reason": found.reason}
    audit.record_event(actor, "programme", found.programme.code, "close", details=details)


def drop(found: ProgrammeClosing, reason: str) -> None:
    """The order was refused: the programme goes on as it was."""
    found.state, found.reason, found.closed_on = DROPPED, reason, clock.today()
    db.session.flush()


def stopped(_actor: Actor, instance_key: int, reason: str) -> None:
    """The process of a closing was cancelled: the programme goes on as it was."""
    found = _of_process(instance_key)
    if found is not None and found.state == OPEN:
        drop(found, reason)


def attach(measure: Measure) -> ClosingAddendum | None:
    """A measure has ended: where its programme is closed, it becomes an addendum to the closing report (SOS 14)."""
    closing = queries.closings.published(measure.roadmap.programme_key)
    if closing is None or measure.state == CANCELLED:
        return None
    query = select(ClosingAddendum).where(ClosingAddendum.measure_key == measure.key)
    if (known := db.session.scalar(query)) is not None:
        return known
    made = ClosingAddendum(
        key=next_key(),
        closing_key=closing.key,
        measure_key=measure.key,
        number=measure.number,
        title=measure.title,
        state=measure.state,
        reason=measure.reason,
        evidence=_evidence(measure),
        added_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _evidence(measure: Measure) -> Sequence[Any]:
    query = select(MeasureFact).join(Occurrence, Occurrence.key == MeasureFact.occurrence_key)
    facts = db.session.scalars(query.where(Occurrence.measure_key == measure.key).order_by(MeasureFact.at))
    return [each for fact in facts for each in fact.evidence]


def _wrong(message: object) -> Conflict | Invalid:
    return Invalid(message, {"programme": [message]})
