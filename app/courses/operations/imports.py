"""Results of tests from outside: an Excel file or one entry by hand, taken once and passed to the process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.web.spreadsheets import Problem

from .. import policies
from ..models import Course, ImportRun, Listener
from ..models.courses import RUNNING
from ..models.listeners import CONFIRMED
from ..queries import catalogue
from ..rules import scores, words
from ..rules.results_file import Reading, ResultRow, read_results
from . import delivery, finding, results


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: how many results were recorded, and which rows were refused after all."""

    recorded: int
    refused: Sequence[Mapping[str, Any]]


def upload_results(actor: Actor, course_code: str, kind: str, file_name: str, content: bytes) -> ImportRun:
    """Read a file and keep its report; nothing is recorded yet.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Invalid: the file or the kind of test is wrong.
        Conflict: the course has not begun, or is over.
    """
    course = led_running(actor, course_code)
    if kind not in words.ATTEMPT_KINDS:
        raise Invalid(_l("Unknown kind of test."), {"kind": [_l("Unknown kind of test.")]})
    reading = read_results(content, file_name)
    rows, problems = _judge(course, kind, reading)
    run = ImportRun(
        key=next_key(),
        course_key=course.key,
        kind=kind,
        file_name=file_name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        problems=problems,
        uploaded_by=actor.login,
        uploaded_at=clock.now(),
        taken_count=0,
    )
    db.session.add(run)
    db.session.flush()
    return run


def take_import(actor: Actor, course_code: str, key: int) -> Taken:
    """Record the good rows of an uploaded file, once, and pass every result on to the listener's process.

    An impossible score (104 %) is not recorded: it is passed on as it is, so that the process stands still with an
    incident and gives no level (acceptance RMP-05).

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Conflict: the file was taken already.
    """
    course = led_running(actor, course_code)
    run = locked_run(course, key)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    _hold(course, run.kind, [row["listener"] for row in run.rows])
    recorded, refused = 0, []
    for row in in_order(run):
        message = _take_row(actor, course, run, row)
        if message:
            refused.append({**row, "message": message})
        elif not row["impossible"]:
            recorded += 1
    run.taken_at, run.taken_count = clock.now(), recorded
    if refused:
        run.problems = [*run.problems, *(_as_problem(row) for row in refused)]
    record_taken(actor, course, run)
    db.session.flush()
    return Taken(recorded, refused)


def locked_run(course: Course, key: int) -> ImportRun:
    """An uploaded file of the course, its row locked.

    Raises:
        NotFound: there is none.
    """
    statement = select(ImportRun).where(ImportRun.key == key, ImportRun.course_key == course.key).with_for_update()
    run = db.session.execute(statement).scalar_one_or_none()
    if run is None:
        raise NotFound(_l("There is no such import."))
    return run


def in_order(run: ImportRun) -> list[dict[str, Any]]:
    """The rows that may be taken, in one order of locks for all files."""
    return sorted(run.rows, key=lambda row: str(row["listener"]))


def take_one(actor: Actor, course: Course, run: ImportRun, row: Mapping[str, Any]) -> str:
    """Record one row of a file that is taken row by row. Returns why it was refused, else empty."""
    _hold(course, run.kind, [str(row["listener"])])
    message = _take_row(actor, course, run, row)
    if message:
        run.problems = [*run.problems, _as_problem({**row, "message": message})]
    elif not row["impossible"]:
        run.taken_count += 1
    return message


def record_taken(actor: Actor, course: Course, run: ImportRun) -> None:
    """Keep in the course's history that a file was taken."""
    facts = {"file": run.file_name, "sha256": run.sha256, "kind": run.kind, "recorded": run.taken_count}
    audit.record_event(actor, "course", course.code, "import_results", details=facts)


def enter_result(actor: Actor, course_code: str, teacher: str, kind: str, points: Decimal, maximum: Decimal) -> None:
    """Record one result that the leader enters by hand, and pass it on to the listener's process.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        ScoreOutOfRange: the points lie outside 0…maximum.
        Conflict: a result that counts is there already.
    """
    course = led_running(actor, course_code)
    attempt = results.Attempt(kind, points, maximum, finished_at=clock.now())
    _hold(course, kind, [teacher])
    results.record_attempt(actor, course.code, teacher, attempt, source=results.MANUAL)
    listener = finding.listener(course.code, teacher)
    delivery.pass_result_on(actor, listener, kind, points, maximum, [])
    facts = {"kind": kind, "points": str(points), "max_points": str(maximum)}
    audit.record_event(actor, "listener", f"{course.code}:{teacher}", "enter_result", details=facts)


def _hold(course: Course, kind: str, teachers: Sequence[str]) -> None:
    """Keep the listeners' processes still while their results are written.

    Whoever completes a task of a listener locks the process first and the listener's row then; in the other order the
    two would wait for each other.
    """
    entry = kind == words.ENTRY
    rows = db.session.scalars(
        select(Listener.listener_instance if entry else Listener.remediation_instance).where(
            Listener.course_key == course.key, Listener.teacher.in_(teachers)
        )
    )
    for key in sorted(key for key in rows if key is not None):
        engine.hold_instance(key)


def demand_leader(actor: Actor, code: str) -> Course:
    """The course, if the actor leads it.

    Raises:
        NotFound: unknown, or its results are hidden from the actor.
        Forbidden: the actor sees the results but does not lead the course.
    """
    course = finding.course(code)
    if not policies.may_lead(actor, course):
        _row, seen = catalogue.sight_of(actor, code)
        raise Forbidden(_l("Only the course leader enters results.")) if seen.full else NotFound()
    return course


def led_running(actor: Actor, code: str) -> Course:
    """The course, if the actor leads it and it runs now.

    Raises:
        NotFound, Forbidden: as `demand_leader`.
        Conflict: it has not begun, or is over.
    """
    course = demand_leader(actor, code)
    if course.status != RUNNING:
        raise Conflict(_l("Results are entered while the course runs."))
    return course


def _judge(course: Course, kind: str, reading: Reading) -> tuple[list[Any], list[Any]]:
    """Rows that may be taken (impossible ones among them, marked), and problems."""
    listeners = finding.active_listeners(course.key, CONFIRMED)
    rows: list[Any] = []
    problems = list(reading.problems)
    seen: dict[str, int] = {}
    for row in reading.rows:
        found = _find(listeners, row)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.teacher in seen:
            message = _l("%(name)s stands in row %(row)s already.", name=found.teacher_name, row=seen[found.teacher])
            problems.append(Problem(row.sheet, row.row, row.column, message))
        elif (reason := _already(found, kind)) is not None:
            problems.append(Problem(row.sheet, row.row, row.column, reason))
        else:
            seen[found.teacher] = row.row
            rows.append(_stored(row, found))
            if row.impossible:
                problems.append(Problem(row.sheet, row.row, row.column, _impossible(row)))
    problems.sort(key=lambda problem: (problem.sheet, problem.row))
    shown = [{"sheet": p.sheet, "row": p.row, "column": p.column, "message": str(p.message)} for p in problems]
    return rows, shown


def _find(listeners: Sequence[Listener], row: ResultRow) -> Listener | Problem:
    if row.login:
        found = [item for item in listeners if item.teacher == row.login]
        message = _l("There is no listener «%(who)s» on this course.", who=row.login)
    else:
        wanted = row.name.casefold().replace("ё", "е")
        found = [item for item in listeners if item.teacher_name.casefold().replace("ё", "е") == wanted]
        message = _l("There is no listener «%(who)s» on this course.", who=row.name)
        if len(found) > 1:
            message = _l("There are several listeners «%(who)s»: name the login.", who=row.name)
    return found[0] if len(found) == 1 else Problem(row.sheet, row.row, "", message)


def _already(listener: Listener, kind: str) -> str | None:
    """Why no result of this kind can be taken for the listener; None when it can."""
    if kind == words.RETEST and not (listener.entry_positive is False or listener.entry_no_show):
        return str(_l("This listener needs no retest."))
    try:
        results.check_attempt_left(listener, kind)
    except Conflict as refusal:
        test = listener.test(kind)
        if test is not None and test.pct is not None:
            return str(_l("A result is recorded already: %(pct)s %%.", pct=scores.shown(test.pct)))
        return str(refusal.message)
    return None


def _impossible(row: ResultRow) -> object:
    if row.points < 0:
        return _l("The points cannot be negative: the result is refused.")
    shown = scores.shown(100 * row.points / row.maximum)
    return _l("%(pct)s %% is more than 100 %%: the result is refused, no level is given.", pct=shown)


def _stored(row: ResultRow, listener: Listener) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "column": row.column,
        "listener": listener.teacher,
        "name": listener.teacher_name,
        "points": str(row.points),
        "max_points": str(row.maximum),
        "pct": "" if row.impossible else scores.shown(scores.percent(row.points, row.maximum)),
        "taken_on": row.taken_on.isoformat() if row.taken_on else None,
        "items": row.items,
        "impossible": row.impossible,
    }


def _take_row(actor: Actor, course: Course, run: ImportRun, row: Mapping[str, Any]) -> str:
    """Record one row and pass it on; the reason when it was refused, else empty."""
    points, maximum = Decimal(row["points"]), Decimal(row["max_points"])
    taken_on = date.fromisoformat(row["taken_on"]) if row["taken_on"] else None
    finished = datetime(taken_on.year, taken_on.month, taken_on.day, 9, tzinfo=UTC) if taken_on else None
    attempt = results.Attempt(run.kind, points, maximum, finished_at=finished, items=list(row["items"]))
    if not row["impossible"]:
        try:
            with db.session.begin_nested():
                results.record_attempt(
                    actor, course.code, row["listener"], attempt, source=results.IMPORT, import_key=run.key
                )
        except (Conflict, NotFound, Invalid) as refusal:
            return str(refusal.message)
    listener = finding.listener(course.code, row["listener"])
    delivery.pass_result_on(actor, listener, run.kind, points, maximum, row["items"])
    return ""


def _as_problem(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("sheet", "row", "column", "message")}
