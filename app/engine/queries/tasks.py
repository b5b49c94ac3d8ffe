"""Tasks of people.

The first page by deadline reads only the covering index of `task_candidate`: the next few rows of each of the actor's
candidate strings, merged. So it does not matter how many tasks are open in all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text, true, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import String

from app.engine import candidates, policies
from app.engine.definitions import definition
from app.engine.models import ProcessInstance, UserTask, task_candidate
from app.engine.models.tasks import OPEN
from app.engine.queries.paging import beyond, decode_cursor, encode_cursor, moment
from app.engine.task_rows import demand_visible, task_row
from app.engine.views import CAP, Page, TaskFilter, TaskView
from app.kernel.actor import Actor
from app.kernel.db import db

_SORTS: Mapping[str, ColumnElement[Any]] = {
    "due": UserTask.due_sort,  # type: ignore[dict-item]
    "created": UserTask.created_at,  # type: ignore[dict-item]
    "name": UserTask.name,  # type: ignore[dict-item]
    "priority": UserTask.priority,  # type: ignore[dict-item]
    "follow_up": func.coalesce(UserTask.follow_up_at, UserTask.due_sort),
    "ended": func.coalesce(UserTask.ended_at, UserTask.created_at),
}
_FIRST = text("""
    SELECT DISTINCT found.due_sort, found.task_key FROM unnest(CAST(:strings AS text[])) AS mine(candidate)
    CROSS JOIN LATERAL (
        SELECT c.due_sort, c.task_key FROM task_candidate c
        WHERE c.candidate = mine.candidate AND (CAST(:role AS text) IS NULL OR c.role = :role)
            AND (CAST(:after AS timestamptz) IS NULL OR (c.due_sort, c.task_key) > (:after, CAST(:last AS bigint)))
        ORDER BY c.due_sort, c.task_key LIMIT :limit
    ) found ORDER BY found.due_sort, found.task_key LIMIT :limit
""")
_COUNTS = text("""
    SELECT coalesce(found.role, '') AS role, count(DISTINCT found.task_key) AS total
    FROM unnest(CAST(:strings AS text[])) AS mine(candidate)
    CROSS JOIN LATERAL (
        SELECT c.role, c.task_key FROM task_candidate c WHERE c.candidate = mine.candidate
        ORDER BY c.due_sort, c.task_key LIMIT :cap
    ) found GROUP BY 1
""")


def tasks_for(
    actor: Actor,
    filters: TaskFilter | None = None,
    *,
    sort: str = "due",
    cursor: str | None = None,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[TaskView]:
    """Tasks of the actor.

    Args:
        sort: `due`, `created`, `name`, `priority`, `follow_up`, `ended`; with a leading `-` the other way round.
        cursor: of the page before.
        count: also count all, up to `CAP`.

    Raises:
        Invalid: the cursor is none of ours.
    """
    wanted = filters or TaskFilter()
    if sort == "due" and not offset and not count and _plain(wanted):
        return _first_by_due(actor, wanted, cursor, limit)
    return _listed(actor, wanted, sort, cursor, limit, offset, count)


def _plain(wanted: TaskFilter) -> bool:
    """Whether the index alone finds the page: nothing narrows it but the role or the person substituted."""
    return wanted == TaskFilter(role=wanted.role, substituting=wanted.substituting)


def _strings(actor: Actor, substituting: str | None = None) -> dict[str, str | None]:
    """The actor's candidate strings -> whom they come from: None for the actor, the login of a person substituted."""
    found: dict[str, str | None] = {}
    if substituting is None:
        found.update(dict.fromkeys(policies.own_strings(actor)))
    for other in actor.substitutions:
        if substituting in (None, other.login):
            for string in policies.strings_of(other):
                found.setdefault(string, other.login)
    return found


def _first_by_due(actor: Actor, wanted: TaskFilter, cursor: str | None, limit: int) -> Page[TaskView]:
    strings = _strings(actor, wanted.substituting)
    after, last = decode_cursor(cursor, 2) if cursor else (None, None)
    parameters = {
        "strings": list(strings),
        "role": wanted.role,
        "after": None if after is None else moment(after),
        "last": last,
        "limit": limit + 1,
    }
    found = db.session.execute(_FIRST, parameters).all()
    more = len(found) > limit
    keys = [row.task_key for row in found[:limit]]
    rows = {row.key: row for row in db.session.execute(_columns().where(UserTask.key.in_(keys)))} if keys else {}
    items = tuple(_view(rows[key], strings) for key in keys if key in rows)
    return Page(items, encode_cursor([found[limit - 1].due_sort, found[limit - 1].task_key]) if more else None)


_NAMES = tuple(
    "key instance_key element_id name title process_id definition_key organisation state role assignee "  # noqa: SIM905
    "candidate_groups candidate_users candidates form_id form_key due_at follow_up_at priority created_at claimed_at "
    "ended_at completed_by on_behalf_of outcome comment overdue".split()
)


def _columns() -> Select[Any]:
    """The columns of a list: plain rows cost a third of mapped objects."""
    return select(*(getattr(UserTask, name) for name in _NAMES))


def _view(row: Any, strings: Mapping[str, str | None] | None = None) -> TaskView:
    facts = {name: getattr(row, name) for name in _NAMES}
    for name in ("candidate_groups", "candidate_users", "candidates"):
        facts[name] = tuple(facts[name])
    return TaskView(
        **facts,
        process_name=definition(row.definition_key).name,
        substituted=_substituted(row, strings) if strings else None,
    )


def _substituted(row: Any, strings: Mapping[str, str | None]) -> str | None:
    """Whom the actor stands in for in this task; None when it is their own."""
    if row.state != OPEN:
        return None
    held = [candidates.person(row.assignee)] if row.assignee else list(row.candidates)
    sources = [strings[string] for string in held if string in strings]
    return None if not sources or None in sources else sources[0]


def _listed(
    actor: Actor, wanted: TaskFilter, sort: str, cursor: str | None, limit: int, offset: int, count: bool
) -> Page[TaskView]:
    """Any other list: conditions on the rows of the actor's scope."""
    strings = _strings(actor, wanted.substituting)
    down, column = sort.startswith("-"), _SORTS.get(sort.lstrip("-"), _SORTS["due"])
    query = _columns().add_columns(column.label("sorted_by"))
    for condition in [_scope(actor, wanted, list(strings)), *_conditions(wanted)]:
        query = query.where(condition)
    total = _capped(query) if count else None
    if cursor:
        value, last = decode_cursor(cursor, 2)
        if sort.lstrip("-") in ("due", "created", "follow_up", "ended"):
            value = moment(value)
        query = query.where(beyond(column, UserTask.key, value, last, down))  # type: ignore[arg-type]
    order = (column.desc(), UserTask.key.desc()) if down else (column, UserTask.key)
    rows = db.session.execute(query.order_by(*order).limit(limit + 1).offset(offset)).all()
    items = tuple(_view(row, strings) for row in rows[:limit])
    more = encode_cursor([rows[limit - 1].sorted_by, rows[limit - 1].key]) if len(rows) > limit else None
    return Page(items, more, total)


def _capped(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.limit(CAP).subquery())) or 0


def _scope(actor: Actor, wanted: TaskFilter, strings: Sequence[str]) -> ColumnElement[bool]:
    """Whose tasks: the actor's own, done, or all of the instances that they see."""
    listed = select(task_candidate.c.task_key).where(task_candidate.c.candidate.in_(strings))
    mine = UserTask.key.in_(listed)
    if wanted.scope == "done":
        return UserTask.completed_by == actor.login
    if wanted.scope == "assigned":
        return (UserTask.assignee == actor.login) & mine
    if wanted.scope == "available":
        return UserTask.assignee.is_(None) & mine
    if wanted.scope == "visible":
        if policies.sees_everything(actor):
            return true()
        inside = select(UserTask.key).where(UserTask.instance_key.in_(policies.visible_keys(actor)))
        return UserTask.key.in_(union_all(inside.correlate(None), listed))
    return mine


def _conditions(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    """What narrows the list."""
    equal = {
        UserTask.role: wanted.role,
        UserTask.process_id: wanted.process_id,
        UserTask.instance_key: wanted.instance_key,
        UserTask.definition_key: wanted.definition_key,
        UserTask.element_id: wanted.element_id,
        UserTask.assignee: wanted.assignee,
        UserTask.state: wanted.state,
        UserTask.overdue: wanted.overdue,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    spans = (
        (UserTask.due_at, wanted.due_from, wanted.due_to),
        (UserTask.created_at, wanted.created_from, wanted.created_to),
    )
    for column, first, last in spans:
        found += [column >= first] if first else []
        found += [column <= last] if last else []
    if wanted.candidate_group:
        found.append(UserTask.candidate_groups.op("@>")(array([wanted.candidate_group], type_=String)))
    if wanted.organisation:
        inside = ProcessInstance.organisations.op("@>")(array([wanted.organisation], type_=String))
        found.append(UserTask.instance_key.in_(select(ProcessInstance.key).where(inside)))
    if wanted.variables:
        holding = ProcessInstance.variables.contains(dict(wanted.variables))
        found.append(UserTask.instance_key.in_(select(ProcessInstance.key).where(holding)))
    if wanted.keys:
        found.append(UserTask.key.in_(wanted.keys))
    if wanted.text:
        found.append(
            or_(
                UserTask.name.icontains(wanted.text, autoescape=True),
                UserTask.title.icontains(wanted.text, autoescape=True),
            )
        )
    return found


def task_view(actor: Actor, key: int) -> TaskView:
    """One task as lists show it.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    demand_visible(actor, task_row(key))
    return view_of(actor, key)


def view_of(actor: Actor, key: int) -> TaskView:
    """A task that is known to exist, as lists show it to the actor."""
    return _view(db.session.execute(_columns().where(UserTask.key == key)).one(), _strings(actor))


def task_counts(actor: Actor) -> dict[str, int]:
    """How many open tasks the actor has per role, up to `CAP` each; key `""` holds those without a role."""
    rows = db.session.execute(_COUNTS, {"strings": list(_strings(actor)), "cap": CAP})
    return {row.role: min(row.total, CAP) for row in rows}


def open_task(instance_key: int, element_id: str) -> int | None:
    """Key of the open task of an element, for the feature that drives it; None when there is none."""
    where = UserTask.instance_key == instance_key, UserTask.element_id == element_id, UserTask.state == OPEN
    return db.session.scalar(select(UserTask.key).where(*where).order_by(UserTask.key).limit(1))
