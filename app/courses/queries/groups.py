"""Subgroups of a course and the journal of moves (acceptance RMP-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import Course, GroupMove, Listener, Subgroup
from ..models.listeners import CONFIRMED, FINISHED
from ..rules import words
from . import catalogue, listeners
from .listeners import ListenerRow


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The table «Сформировать подгруппы».

    Attributes:
        course: the course.
        rows: confirmed listeners with results, needs, proposed and chosen group.
        groups: titles to choose from.
        modules: modules of each group.
        variative: titles of the programme's variative modules.
        moves: the journal, newest first.
        manages: the reader may move people.
    """

    course: Course
    rows: Sequence[ListenerRow]
    groups: Sequence[str]
    modules: dict[str, list[str]]
    variative: Sequence[str]
    moves: Sequence[GroupMove]
    manages: bool

    @property
    def is_formed(self) -> bool:
        """Whether the groups were formed already: from then on the leader moves people on the page."""
        return any(row.group for row in self.rows)


DEFAULT_GROUPS = (
    "А — предметная",
    "Б — методическая",
    "В — психолого-педагогическая и коммуникативная",
    "Г — углублённая (открытый урок, наставничество)",
    words.NO_GROUP,
)
"""Groups of the decision `grouping` as it is delivered; a changed decision adds its own by proposing them."""


def group_table(actor: Actor, code: str) -> GroupTable:
    """The table of subgroups for who sees all results of the course.

    Raises:
        NotFound: no such course, or its results are hidden from the actor.
    """
    row, seen = catalogue.sight_of(actor, code)
    if not seen.full:
        raise NotFound(_l("There is no such page."))
    query = (
        select(Listener)
        .join(Listener.course)
        .where(Listener.course_key == row.course.key, Listener.status.in_((CONFIRMED, FINISHED)))
        .order_by(Listener.teacher_name)
    )
    rows = listeners.listener_rows(actor, db.session.scalars(query).unique(), seen)
    subgroups = db.session.scalars(select(Subgroup).where(Subgroup.course_key == row.course.key)).all()
    titles = [*DEFAULT_GROUPS, *(group.title for group in subgroups)]
    titles += [title for item in rows for title in (item.group, item.proposed_group) if title]
    return GroupTable(
        course=row.course,
        rows=rows,
        groups=list(dict.fromkeys(titles)),
        modules=_modules(row.course, [str(item.group) for item in rows if item.group], subgroups),
        variative=[str(module["title"]) for module in row.course.programme.modules if module.get("variative")],
        moves=_moves(row.course),
        manages=seen.manages,
    )


def _modules(course: Course, used: Sequence[str], subgroups: Sequence[Subgroup]) -> dict[str, list[str]]:
    """Modules of the groups that have listeners or were given modules; else those that the programme foresees."""
    chosen = {group.title: list(group.modules) for group in subgroups}
    for title in used:
        if title != words.NO_GROUP:
            chosen.setdefault(title, default_modules(course, title))
    return chosen


def default_modules(course: Course, group: str) -> list[str]:
    """Variative modules that the programme foresees for a subgroup."""
    return [
        str(module["title"])
        for module in course.programme.modules
        if module.get("variative") and group in (module.get("groups") or [])
    ]


def _moves(course: Course) -> Sequence[GroupMove]:
    query = (
        select(GroupMove)
        .join(GroupMove.listener)
        .where(Listener.course_key == course.key)
        .order_by(GroupMove.moved_at.desc(), GroupMove.key.desc())
    )
    return db.session.scalars(query).unique().all()
