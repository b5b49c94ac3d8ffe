"""Names for people: who a task waits for, where it belongs, how its deadline stands in working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.engine import schedule
from app.engine.views import TaskView, Waiting
from app.kernel import clock
from app.kernel.errors import NotFound
from app.people import queries as people

_PERSON = "user:"
_FEW = 3


def place(code: str | None) -> str:
    """Short name of an organisation; empty for none, the code for a stranger."""
    if not code:
        return ""
    try:
        return people.organisation(code).short_name
    except NotFound:
        return code


def group(text: str) -> str:
    """`role@organisation` in words: «Руководитель ОО, Школа № 1»."""
    role, _sign, code = text.partition("@")
    login = people.person_of_group(text)
    if login is not None:
        return f"{people.role_name(role)}, {people.person_name(login)}"
    return ", ".join(part for part in (people.role_name(role), place(code)) if part)


def whom(candidates: Iterable[str], role: str | None = None) -> str:
    """Who is meant: names of persons, else the groups; the group of the task's own role stands for its expansions."""
    persons = [text.removeprefix(_PERSON) for text in candidates if text.startswith(_PERSON)]
    groups = [text for text in candidates if not text.startswith(_PERSON)]
    if persons:
        names = people.person_names(persons)
        words = [names[login] for login in persons]
    else:
        chosen = [text for text in groups if text.partition("@")[0] == role] or groups
        # The engine expands a group to its organisation's ancestors, the organisation itself first.
        nearest = {text.partition("@")[0]: text for text in reversed(chosen)}
        words = list(dict.fromkeys(group(text) for text in chosen if text in nearest.values()))
    return "; ".join(words[:_FEW]) + (" …" if len(words) > _FEW else "")


def task_whom(task: TaskView) -> str:
    """Who has a task, or who may take it."""
    if task.assignee:
        return people.person_name(task.assignee)
    return whom([*(_PERSON + login for login in task.candidate_users), *task.candidate_groups], task.role)


def waiting_whom(waiting: Waiting) -> str:
    """Who is waited for."""
    return whom(waiting.whom)


def working_days_left(due: datetime, zone: str) -> int | None:
    """Working days from tomorrow to the day of a deadline; negative: working days since it passed.

    None: it has passed, and no working day since.
    """
    days = schedule.calendar()
    today, last = clock.today(zone), due.astimezone(ZoneInfo(zone)).date()
    low, high = min(today, last), min(max(today, last), min(today, last) + timedelta(days=400))
    count = sum(days.works(low + timedelta(days=step)) for step in range(1, (high - low).days + 1))
    return count if last >= today else -count or None
