"""Results of ВПР, ОГЭ and ЕГЭ from Excel: checked first, taken once (processes.md, rmp_analytics step 1,
school_identification step 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.audit import operations as audit
from app.jobs import operations as jobs
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.ids import next_key
from app.people import queries as people
from app.web.spreadsheets import Problem

from .. import policies
from ..models import AssessmentImport, AssessmentResult
from ..rules import results_file as file

JOB = "schools.results"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('assessment_result', 0))")
_IDENTITY = ("school", "subject", "procedure", "year", "grade")
_FIGURES = ("participants", "mean", "below_min", "tasks", "bias_flag")


def upload_results(actor: Actor, file_name: str, content: bytes, *, uploaded_by: str | None = None) -> AssessmentImport:
    """Read a file and keep its report; nothing is recorded yet.

    Args:
        uploaded_by: login of who attached it to a task, where a process hands it in.

    Raises:
        Forbidden: only ЦМОКО imports results.
        Invalid: the file is wrong as a whole.
    """
    demand_importer(actor)
    reading = file.read(content, file_name)
    rows, problems = _judge(reading)
    run = AssessmentImport(
        key=next_key(),
        file_name=file_name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        problems=problems,
        uploaded_by=uploaded_by or actor.login,
        uploaded_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return run


def take_results(actor: Actor, key: int) -> int:
    """Record the good rows of an uploaded file at once; a row that is there already with other figures corrects them.

    Returns:
        How many rows were recorded or corrected; rows that are there already as they are count for nothing.

    Raises:
        Forbidden: only ЦМОКО imports results.
        NotFound: there is no such file.
        Conflict: the file was taken already.
    """
    count = take_some(key, rows_to_take(actor, key))
    finish(actor, key, count)
    return count


def start_taking(actor: Actor, key: int) -> int:
    """Let the workers record the rows of a long file.

    Returns:
        The key of the job.

    Raises:
        Forbidden, NotFound, Conflict: as `take_results`.
    """
    rows = rows_to_take(actor, key)
    return jobs.start(
        actor,
        JOB,
        {"import": key},
        title=_l("Results of assessment procedures: %(name)s", name=_run(key).file_name),
        total=len(rows),
        link=f"/schools/results/import/{key}",
        once=f"assessment-import:{key}",
    )


def rows_to_take(actor: Actor, key: int) -> list[dict[str, Any]]:
    """The good rows of a file that was not taken yet; the file is locked.

    Raises:
        Forbidden: only ЦМОКО imports results.
        NotFound: there is no such file.
        Conflict: the file was taken already.
    """
    demand_importer(actor)
    run = _run(key)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    return list(run.rows)


def take_some(key: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Record or correct some rows of a file. Returns how many changed anything."""
    db.session.execute(_LOCK)  # two files at once take turns
    return sum(_take(key, row) for row in rows)


def finish(actor: Actor, key: int, count: int) -> None:
    """Say that a file was taken.

    Raises:
        Conflict: somebody else has taken it meanwhile.
    """
    run = _run(key)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    run.taken_at, run.taken_count = clock.now(), count
    facts = {"file": run.file_name, "sha256": run.sha256, "recorded": run.taken_count}
    audit.record_event(actor, "assessment", str(run.key), "import_results", details=facts)
    db.session.flush()


def _run(key: int) -> AssessmentImport:
    query = select(AssessmentImport).where(AssessmentImport.key == key)
    run = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if run is None:
        raise NotFound(_l("There is no such import."))
    return run


def demand_importer(actor: Actor) -> None:
    """Refuse who may not import results.

    Raises:
        Forbidden: sees the results, but does not import them.
        NotFound: there are no such pages for the actor.
    """
    if policies.may_import_results(actor):
        return
    raise Forbidden(_l("The assessment centre imports the results.")) if policies.may_see_schools(actor) else NotFound()


def _judge(reading: file.Reading) -> tuple[list[Any], list[Any]]:
    """Rows that may be taken, with the school's code, and problems."""
    schools, known = _schools(), _known({row.year for row in reading.rows})
    rows: list[Any] = []
    problems = list(reading.problems)
    seen: dict[tuple[Any, ...], int] = {}
    for row in reading.rows:
        found = schools.get(_plain(row.school), [])
        if len(found) != 1:
            message = _l("There are several schools «%(name)s»: name the code.", name=row.school)
            if not found:
                message = _l("There is no school «%(name)s».", name=row.school)
            problems.append(Problem(row.sheet, row.row, "", message))
            continue
        stored = _stored(row, *found[0])
        identity = tuple(stored[name] for name in _IDENTITY)
        if identity in seen:
            message = _l("The same result stands in row %(row)s already.", row=seen[identity])
            problems.append(Problem(row.sheet, row.row, "", message))
            continue
        seen[identity] = row.row
        if known.get(identity) == _figures(stored):
            problems.append(Problem(row.sheet, row.row, "", _l("This result has been taken already.")))
            continue
        rows.append(stored)
    problems.sort(key=lambda problem: (problem.sheet, problem.row))
    return rows, [{"sheet": p.sheet, "row": p.row, "column": p.column, "message": str(p.message)} for p in problems]


def _known(years: set[int]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Figures of the results that are there already, by their identity."""
    query = select(AssessmentResult).where(AssessmentResult.year.in_(years))
    return {
        tuple(getattr(row, name) for name in _IDENTITY): {name: getattr(row, name) for name in _FIGURES}
        for row in db.session.scalars(query)
    }


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a row as the table holds them."""
    figures = {name: row[name] for name in _FIGURES}
    return {**figures, "mean": None if row["mean"] is None else Decimal(row["mean"])}


def _schools() -> dict[str, list[tuple[str, str | None]]]:
    """Code and municipality of the schools, by code, name and short name."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for school in db.session.scalars(people.organisations(level="school")):
        facts = (school.code, people.municipality_of(school.code))
        for name in {_plain(school.code), _plain(school.name), _plain(school.short_name)}:
            found.setdefault(name, []).append(facts)
    return found


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("ё", "е").split())


def _stored(row: file.AssessmentRow, school: str, municipality: str | None) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "name": row.school,
        "school": school,
        "municipality": municipality,
        "subject": row.subject,
        "procedure": row.procedure,
        "year": row.year,
        "grade": row.grade,
        "participants": row.participants,
        "mean": None if row.mean is None else str(row.mean),
        "below_min": row.below_min,
        "tasks": row.tasks,
        "bias_flag": row.bias,
    }


def _take(import_key: int, row: Mapping[str, Any]) -> bool:
    """Record or correct one result; whether anything changed."""
    identity = {name: row[name] for name in _IDENTITY}
    figures = _figures(row)
    there = db.session.scalars(select(AssessmentResult).filter_by(**identity)).one_or_none()
    if there is not None and all(getattr(there, name) == value for name, value in figures.items()):
        return False
    if there is None:
        there = AssessmentResult(key=next_key(), **identity)
        db.session.add(there)
    for name, value in figures.items():
        setattr(there, name, value)
    there.municipality, there.import_key, there.recorded_at = row["municipality"], import_key, clock.now()
    db.session.flush()
    return True
