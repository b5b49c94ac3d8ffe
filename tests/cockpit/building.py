"""A programme whose measures run at many places: rows as the processes write them, any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.engine.models import ProcessDefinition, ProcessInstance, UserTask
from app.kernel import clock
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people.models import Organisation
from app.programmes.models import Measure, Occurrence, Roadmap, SupportProgramme

COMPLETED, OPEN, LATE = "completed", "open", "late"


@dataclass(frozen=True)
class Built:
    """A programme with its roadmap."""

    programme: SupportProgramme
    roadmap: Roadmap


def programme(code: str = "ЛИП", *, organisation: str = "region", kind: str = "region") -> Built:
    """A programme of the year 2026 in force, with an empty roadmap."""
    made = SupportProgramme(
        key=next_key(), code=code, cycle=code, title=f"Программа {code}", kind=kind, organisation=organisation,
        period_from=date(2026, 1, 1), period_to=date(2026, 12, 31), state="active", created_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    roadmap = Roadmap(
        key=next_key(), programme_key=made.key, title="Дорожная карта", state="approved", version=1,
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(roadmap)
    db.session.flush()
    return Built(made, roadmap)


def measure(built: Built, number: str, months: Sequence[int] = (4,), *, follows: str | None = None) -> Measure:
    """A measure with one occurrence in each month."""
    position = int(number.replace(".", ""))
    made = Measure(
        key=next_key(), row_key=f"{built.programme.code}:{number}", roadmap_key=built.roadmap.key, section=number[0],
        position=position, number=number, title=f"Мероприятие {number}", period_text="", period_kind="months",
        months=list(months), follows=follows, state="running",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for place, month in enumerate(months, start=1):
        first = date(2026, month, 1)
        db.session.add(
            Occurrence(
                key=next_key(),
                measure_key=made.key,
                number=place,
                planned_on=first,
                opens_on=first,
                due_on=first.replace(day=28),
                status="running",
            )
        )
    db.session.flush()
    return made


def definition() -> ProcessDefinition:
    """Any deployed process: the rows of instances name one."""
    return db.session.scalars(select(ProcessDefinition).limit(1)).one()


def run(found: Measure, works: Sequence[tuple[str, str]], *, occurrence: int = 1, login: str | None = None) -> int:
    """A process that runs for an occurrence: a task per place.

    Args:
        works: code of a school or municipality, and `completed`, `open` or `late`.
        login: who holds the tasks; nobody by default.
    """
    model, now, key = definition(), clock.now(), next_key()
    values: dict[str, Any] = {
        "key": key, "definition_key": model.key, "process_id": model.process_id, "version": 1, "state_key": 0,
        "hash": b"", "status": "active", "incidents": 0, "title": found.title, "organisation": "region",
        "organisations": ["region"], "root_key": key, "depth": 0, "started_by": "", "started_at": now,
        "variables": {"roadmap_row": f"{found.row_key}/{occurrence}"},
    }  # fmt: skip
    db.session.execute(insert(ProcessInstance), [values])
    tasks = [_task(key, model, number, place, state, now, login) for number, (place, state) in enumerate(works)]
    if tasks:
        db.session.execute(insert(UserTask), tasks)
    return key


def _task(
    instance: int, model: ProcessDefinition, token: int, place: str, state: str, now: datetime, login: str | None
) -> dict[str, Any]:
    group = f"school_head@{place}"
    due = now + timedelta(days=-3 if state == LATE else 5)
    done = state == COMPLETED
    return {
        "key": next_key(), "instance_key": instance, "token": token, "element_id": "report", "name": "Сдать отчёт",
        "title": "Отчёты школ", "process_id": model.process_id, "definition_key": model.key, "organisation": "region",
        "state": "completed" if done else "open", "role": "school_head", "assignee": login,
        "candidate_groups": [group], "candidate_users": [], "candidates": [group],
        "inbox": [] if done else [f"user:{login}" if login else group], "not_by": [], "due_at": due, "due_sort": due,
        "priority": 50, "created_at": now, "ended_at": now if done else None,
        "completed_by": login if done else None, "overdue": state == LATE,
    }  # fmt: skip


def schools(municipalities: int, each: int, below: str = "region") -> list[str]:
    """More municipalities below the region, each with schools; returns the codes of the schools."""
    rows, codes = [], []
    for number in range(municipalities):
        place = f"m{number}"
        rows.append(_organisation(place, "mouo", "municipality", [below, place], below))
        for school in range(each):
            code = f"{place}-s{school}"
            codes.append(code)
            rows.append(_organisation(code, "school", "school", [below, place, code], place))
    db.session.execute(insert(Organisation), rows)
    return codes


def _organisation(code: str, kind: str, level: str, path: list[str], parent: str) -> dict[str, Any]:
    return {
        "code": code, "kind": kind, "level": level, "name": code, "short_name": code, "parent_code": parent,
        "path": path, "timezone": "Europe/Moscow", "categories": [], "projects": [], "active": True, "version": 1,
    }  # fmt: skip
