"""Counts of a course at its end, and of its teams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import Certificate, Course, Listener
from ..models.listeners import CONFIRMED, EXPELLED, FINISHED
from ..rules import teams, words
from . import finding


def course_totals(actor: Actor, course_code: str) -> dict[str, Any]:
    """Counts of a course and its teams, kept with it (course_run 9).

    Returns:
        `enrolled`, `started`, `tested`, `certified`, `notes`, `withdrawn` and `teams` (rows with name and result).
    """
    course = finding.course(course_code, lock=True)
    listeners = finding.active_listeners(course.key, CONFIRMED, FINISHED, EXPELLED)
    certified = set(
        db.session.execute(
            select(Certificate.listener_key).join(Certificate.listener).where(Listener.course_key == course.key)
        ).scalars()
    )
    totals = {
        "enrolled": len(listeners),
        "started": sum(1 for listener in listeners if listener.listener_instance is not None),
        "tested": sum(1 for listener in listeners if (test := listener.test(words.ENTRY)) and not test.no_show),
        "certified": len(certified),
        "withdrawn": sum(1 for listener in listeners if listener.status == EXPELLED),
        "teams": _teams(course, listeners, certified),
    }
    course.totals = totals
    db.session.flush()
    return totals


def _teams(course: Course, listeners: Iterable[Listener], certified: set[int]) -> list[dict[str, Any]]:
    members: dict[tuple[str, str], list[teams.Member]] = {}
    for listener in listeners:
        if listener.team_name:
            team = members.setdefault((listener.school, listener.team_name), [])
            team.append(teams.Member(listener.role, listener.key in certified))
    return [
        {
            "team_name": name,
            "school": school,
            "members": len(team),
            "certified": sum(member.certified for member in team),
            "result": teams.team_result(team, course.team_complete_rule),
        }
        for (school, name), team in sorted(members.items())
    ]
