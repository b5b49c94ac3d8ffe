"""What the inbox's pages show beside the engine's own facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.courses.queries import catalogue as courses
from app.engine import queries as engine
from app.engine.views import Page, TaskFilter, TaskView
from app.files import access
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .models import SavedFilter, TaskComment
from .rules import COMMENT_FILES, View, due_span

SIZE = 50
COURSE_ROLES = frozenset({"course_leader", "iro_methodist", "attestation_commission_member", "iro_coordinator"})


def tasks(actor: Actor, view: View, *, cursor: str | None = None, limit: int = SIZE) -> Page[TaskView]:
    """The actor's tasks as a view wants them; open ones by deadline, done ones latest first."""
    start, end = due_span(view.due, clock.today(actor.timezone), actor.timezone)
    filters = TaskFilter(
        scope=view.who or "mine",
        role=view.role or None,
        text=view.q or None,
        process_id=view.process or None,
        organisation=view.organisation or None,
        due_from=start,
        due_to=clock.now() if view.due == "overdue" else end,
        substituting=view.stands_in or None,
        variables={"course_id": view.course} if view.course else {},
    )
    return engine.tasks_for(actor, filters, sort="-ended" if view.who == "done" else "due", cursor=cursor, limit=limit)


def submission_of(actor: Actor, task: TaskView) -> Mapping[str, Any]:
    """What was entered when a task was completed, for whoever did it or sees its whole process; else nothing."""
    if task.state != "completed" or actor.login not in (task.completed_by, task.on_behalf_of):
        return {}
    for event in engine.history(actor, task.instance_key):
        if event.task_key == task.key and event.verb == "complete":
            for kind, _element, _token, facts in event.entries:
                if kind == "variable" and facts["name"] == "submission":
                    return dict(facts["after"] or {})
    return {}


def comments(actor: Actor, instance_key: int) -> list[TaskComment]:
    """All comments on an instance that the actor may see, oldest first.

    Raises:
        NotFound: the instance is out of scope.
    """
    engine.instance(actor, instance_key)
    statement = select(TaskComment).where(TaskComment.instance_key == instance_key)
    return list(db.session.scalars(statement.order_by(TaskComment.created_at, TaskComment.key)))


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """The actor's saved filters by name."""
    return list(
        db.session.scalars(select(SavedFilter).where(SavedFilter.login == actor.login).order_by(SavedFilter.name))
    )


def shared_filter(code: str) -> SavedFilter:
    """The filter behind a share code, whoever saved it: a filter holds no data, everybody sees their own tasks.

    Raises:
        NotFound: the code is wrong, or the filter was deleted.
    """
    found = db.session.scalars(select(SavedFilter).where(SavedFilter.share_code == code)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _may_see_comments(actor: Actor, instance_key: str) -> bool:
    try:
        engine.instance(actor, int(instance_key))
    except NotFound:
        return False
    return True


access.register(COMMENT_FILES, _may_see_comments)


def comment_count(instance_key: int) -> int:
    """How many comments an instance has; the caller has checked that the actor sees it."""
    return db.session.scalar(select(func.count()).where(TaskComment.instance_key == instance_key)) or 0


def course_choices(actor: Actor, limit: int = 30) -> list[tuple[str, str]]:
    """Courses in which the actor has work, as (code, title), for those who have many."""
    if not actor.has_role(*COURSE_ROLES):
        return []
    found = db.session.scalars(courses.course_select(actor, mine=True).limit(limit))
    return [(course.code, course.title) for course in found]


def colleagues(actor: Actor, organisation: str | None, *, q: str = "", limit: int = 100) -> list[tuple[str, str]]:
    """(login, name with position) of the people whom the actor may look up, those of a place first."""
    found: dict[str, str] = {}
    for place in dict.fromkeys((organisation, None)):
        for person in db.session.scalars(people.directory(actor, q, organisation=place).limit(limit)):
            if person.account.login != actor.login:
                label = f"{person.name}, {person.position}" if person.position else person.name
                found.setdefault(person.account.login, label)
    return list(found.items())[:limit]
