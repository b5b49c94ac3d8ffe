"""What becomes of measures: occurrences, reports, facts, moves. The processes' service tasks and the pages call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine.schedule import calendar
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people

from .. import policies, queries
from ..models import Measure, MeasureFact, Occurrence, OccurrenceMove
from ..models.measures import ACCEPTED, DONE, NOT_DONE, OVER, PARTLY, PLANNED, PROPOSED, REFUSED, RUNNING
from ..rules import periods, thresholds
from . import closings, following

STATUSES = {"выполнено": DONE, "выполнено частично": PARTLY, "не выполнено": NOT_DONE}
MOVED = "перенесено"


def locked_measure(row_key: str) -> Measure:
    """A measure, its row locked.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(select(Measure).where(Measure.row_key == row_key).with_for_update(of=Measure))
    if found is None:
        raise NotFound(_l("There is no such measure."))
    return found


def locked_occurrence(ref: str) -> Occurrence:
    """An occurrence by its reference (`LIP-2018:2.2/3`), its row locked.

    Raises:
        NotFound: there is none.
    """
    row_key, _, number = ref.rpartition("/")
    query = select(Occurrence).join(Measure).where(Measure.row_key == row_key, Occurrence.number == int(number or 0))
    found = db.session.scalar(query.with_for_update(of=Occurrence))
    if found is None:
        raise NotFound(_l("There is no such occurrence."))
    return found


def open_measure(row_key: str, instance_key: int) -> Measure:
    """A measure's process has begun: plan what can be planned (roadmap_measure 1). Again: nothing changes."""
    found = locked_measure(row_key)
    if found.instance_key is None:
        found.instance_key, found.state = instance_key, RUNNING
    if not queries.measures.occurrences_of([found.key]).get(found.key):
        programme = found.roadmap.programme
        span = (programme.period_from, programme.period_to)
        planned = periods.plan(found.period_kind, found.months, found.windows, span, calendar().works)
        _add(found, [(each.opens_on, each.due_on, "") for each in planned])
    db.session.flush()
    return found


def plan_schedule(row_key: str, rows: Sequence[Mapping[str, Any]]) -> list[Occurrence]:
    """The executor's own schedule: `{day, title}` with ISO dates («по отдельному графику»).

    Raises:
        Invalid: a date outside the programme, or twice.
    """
    found = locked_measure(row_key)
    programme = found.roadmap.programme
    days = [date.fromisoformat(str(row["day"])[:10]) for row in rows]
    outside = [day for day in days if not programme.period_from <= day <= programme.period_to]
    if outside:
        message = _l("%(day)s lies outside the programme.", day=f"{outside[0]:%d.%m.%Y}")
        raise Invalid(message, {"dates": [message]})
    if len(set(days)) != len(days):
        message = _l("A date is named twice.")
        raise Invalid(message, {"dates": [message]})
    return _add(found, [(day, day, str(row.get("title") or "")) for day, row in zip(days, rows, strict=True)])


def add_request(row_key: str, title: str, by: str, wanted: date | None = None) -> Occurrence:
    """One occurrence for a request («по запросам»): it begins today and is due at the end of the wanted month."""
    found = locked_measure(row_key)
    today = clock.today()
    last = periods.last_working_day(max(wanted or today, today), calendar().works)
    return _add(found, [(today, max(last, today), title)], by=by)[0]


def _add(found: Measure, spans: Sequence[tuple[date, date, str]], by: str = "") -> list[Occurrence]:
    last = db.session.scalar(select(func.max(Occurrence.number)).where(Occurrence.measure_key == found.key)) or 0
    rows = [
        Occurrence(
            key=next_key(),
            measure_key=found.key,
            number=number,
            title=title,
            planned_on=opens,
            opens_on=opens,
            due_on=due,
            requested_by=by,
        )
        for number, (opens, due, title) in enumerate(spans, last + 1)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def ask(actor: Actor, row_key: str, title: str, wanted: date | None, people_count: int | None) -> None:
    """Button «Новый запрос» (SOS-05): the measure's process makes an occurrence of it.

    Raises:
        NotFound: out of scope.
        Forbidden: neither a head of a school there nor a keeper.
        Conflict: this measure is not held on request, or does not run.
        Invalid: no theme.
    """
    found = queries.measure(actor, row_key)
    programme = found.roadmap.programme
    if not policies.may_request(actor, programme.kind, programme.organisation):
        raise Forbidden(_l("Heads of schools ask for it."))
    if found.period_kind != periods.REQUEST or found.state != RUNNING:
        raise Conflict(_l("This measure takes no requests now."))
    if not title.strip():
        raise Invalid(errors={"title": [_l("Please fill in this field.")]})
    request = {"title": title.strip(), "by": actor.login, "wanted": wanted.isoformat() if wanted else None}
    request["people"] = None if people_count is None else str(people_count)
    engine.publish_message(actor, "measure.request", row_key, {"request": request}, internal=True)
    audit.record_event(actor, "measure", row_key, "request", details=request)


def open_occurrence(ref: str, instance_key: int) -> Occurrence:
    """The process of an occurrence has begun."""
    found = locked_occurrence(ref)
    found.instance_key = instance_key
    db.session.flush()
    return found


def begin_occurrence(ref: str) -> Occurrence:
    """Its first day has come."""
    found = locked_occurrence(ref)
    if found.status == PLANNED:
        found.status = RUNNING
    db.session.flush()
    return found


def link_process(ref: str, process: str) -> Occurrence:
    """Remember which process does the work."""
    found = locked_occurrence(ref)
    found.linked_process = process
    db.session.flush()
    return found


def take_result(ref: str, instance: str | None) -> Occurrence:
    """Remember which instance did the work."""
    found = locked_occurrence(ref)
    found.linked_key = int(instance) if instance and str(instance).isdecimal() else None
    db.session.flush()
    return found


def report(ref: str, status: str) -> Occurrence:
    """A report waits for the coordinator."""
    found = locked_occurrence(ref)
    found.reported = status
    db.session.flush()
    return found


def accept_report(actor: Actor, ref: str, status: str, given: Mapping[str, Any]) -> Occurrence:
    """The coordinator accepted a report: its facts count from now on, followers get theirs.

    Args:
        status: `выполнено`, `выполнено частично`, `не выполнено`, as the decision table judged it.
        given: the report: `fact_date, fact_values[] {code, value}, participants[] {organisation, count}, evidence[],
            comment, reported_by, source?, linked?`.

    Raises:
        Invalid: a status that is none of them.
    """
    if status not in STATUSES:
        message = _l("Choose one of the list.")
        raise Invalid(message, {"status": [message]})
    found = locked_occurrence(ref)
    found.status, found.reported = STATUSES[status], ""
    day = given.get("fact_date")
    found.fact_on = date.fromisoformat(str(day)[:10]) if day else None
    found.reason = "" if found.status == DONE else str(given.get("comment") or "")
    fact = MeasureFact(
        key=next_key(),
        occurrence_key=found.key,
        source=str(given.get("source") or "report"),
        fact_on=found.fact_on or clock.today(),
        values=thresholds.entered(found.measure.thresholds, given.get("fact_values") or ()),
        participants=participants_of(given.get("participants") or ()),
        evidence=list(given.get("evidence") or ()) + list(given.get("documents") or ()),
        comment=str(given.get("comment") or ""),
        instance_key=_whole(given.get("linked")),
        reported_by=str(given.get("reported_by") or ""),
        accepted_by=actor.login,
        at=clock.now(),
    )
    db.session.add(fact)
    db.session.flush()
    audit.record_event(actor, "measure", found.measure.row_key, "accept-report", details={"ref": ref, "status": status})
    following.tell_followers(found, fact)
    return found


def close_occurrence(ref: str) -> Occurrence:
    """An occurrence is over; one whose process was cancelled counts as cancelled."""
    found = locked_occurrence(ref)
    if found.status not in OVER:
        found.status = "cancelled"
        found.reason = found.reason or str(_l("The process was cancelled."))
    found.closed_at = found.closed_at or clock.now()
    db.session.flush()
    return found


def propose_move(ref: str, to: date, reason: str, by: str) -> OccurrenceMove:
    """The executor wishes another month; the coordinator decides (LEB-12).

    Raises:
        Invalid: into the past, or more than a year after the programme's end.
    """
    found = locked_occurrence(ref)
    today = clock.today()
    if to < today.replace(day=1):
        message = _l("The new period is in the past.")
        raise Invalid(message, {"new_period": [message]})
    last = found.measure.roadmap.programme.period_to
    if to > last.replace(year=last.year + 1):
        message = _l("The new period is more than a year after the end of the programme.")
        raise Invalid(message, {"new_period": [message]})
    move = OccurrenceMove(
        key=next_key(),
        occurrence_key=found.key,
        from_on=found.opens_on,
        to_on=to,
        reason=reason,
        state=PROPOSED,
        proposed_by=by,
        at=clock.now(),
    )
    db.session.add(move)
    found.reported = MOVED
    db.session.flush()
    return move


def decide_move(actor: Actor, ref: str, *, accepted: bool) -> Occurrence:
    """Accept or refuse the latest wish; both dates stay in the history.

    Raises:
        Conflict: there is none.
    """
    found = locked_occurrence(ref)
    query = select(OccurrenceMove).where(OccurrenceMove.occurrence_key == found.key, OccurrenceMove.state == PROPOSED)
    move = db.session.scalars(query.order_by(OccurrenceMove.at.desc(), OccurrenceMove.key.desc()).limit(1)).first()
    if move is None:
        raise Conflict(_l("Nobody asked to move it."))
    move.state = ACCEPTED if accepted else REFUSED
    move.decided_by, move.decided_at = actor.login, clock.now()
    found.reported = ""
    if accepted:
        found.opens_on = max(move.to_on, clock.today())
        found.due_on = max(periods.last_working_day(found.opens_on, calendar().works), found.opens_on)
        found.status = PLANNED
    db.session.flush()
    details = {"ref": ref, "from": move.from_on.isoformat(), "to": move.to_on.isoformat(), "reason": move.reason}
    audit.record_event(actor, "measure", found.measure.row_key, f"move-{move.state}", details=details)
    return found


def close_measure(row_key: str, state: str, reason: str = "") -> Measure:
    """The measure's process is over."""
    found = locked_measure(row_key)
    found.state, found.reason = state, reason
    for each in queries.measures.occurrences_of([found.key]).get(found.key, ()):
        if each.status not in OVER:
            each.status, each.closed_at = "cancelled", clock.now()
            each.reason = each.reason or reason
    db.session.flush()
    closings.attach(found)
    return found


def participants_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who took part, each organisation once, with its municipality."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        code = str(row.get("organisation") or "")
        if not code:
            continue
        try:
            municipality = people.municipality_of(code)
        except NotFound:
            municipality = None
        before = found.get(code, {}).get("count") or 0
        found[code] = {
            "organisation": code,
            "municipality": municipality,
            "count": before + int(row.get("count") or 0),
        }
    return list(found.values())


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else None
