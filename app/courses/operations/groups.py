"""Subgroups: proposed by the decision, changed by the leader, every move in the journal (acceptance RMP-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import Course, GroupMove, Listener, Subgroup
from ..models.courses import CANCELLED, COMPLETED
from ..models.listeners import CONFIRMED
from ..queries.groups import default_modules
from ..rules import words
from . import finding

LONGEST_TITLE = 120


def propose_group(actor: Actor, course_code: str, teacher: str, group: str) -> Listener:
    """Keep the group that the decision `grouping` proposes; a listener without a group is put there."""
    listener = finding.listener(course_code, teacher, lock=True)
    listener.proposed_group = group
    if listener.group_title in (None, words.NO_GROUP):
        listener.group_title = group
    db.session.flush()
    return listener


def move_listener(actor: Actor, course_code: str, teacher: str, group: str) -> GroupMove | None:
    """Put a listener into a group by hand.

    Returns:
        The line of the journal; None when she is there already.

    Raises:
        Conflict: the course is over, or she is no listener any more.
        Invalid: the group has no name.
    """
    group = _checked_title(group)
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status != CONFIRMED or listener.course.status in (COMPLETED, CANCELLED):
        raise Conflict(_l("The groups of this course cannot be changed any more."))
    if listener.group_title == group:
        return None
    move = GroupMove(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        from_group=listener.group_title,
        to_group=group,
        proposed_group=listener.proposed_group,
        moved_by=actor.login,
        moved_by_name=actor.name,
        moved_at=clock.now(),
    )
    listener.group_title = group
    db.session.add(move)
    _ensure_group(listener.course_key, group)
    db.session.flush()
    return move


def place_listeners(actor: Actor, course_code: str, placement: Mapping[str, str]) -> list[GroupMove]:
    """Put several listeners into groups at once (the table «Сформировать подгруппы»).

    Args:
        actor: the course leader.
        course_code: the course.
        placement: group by login of the listener.
    """
    moves = [move_listener(actor, course_code, teacher, group) for teacher, group in sorted(placement.items())]
    return [move for move in moves if move is not None]


def set_modules(
    actor: Actor, course_code: str, group: str, modules: Sequence[str], *, only_known: bool = True
) -> Subgroup:
    """Name the variative modules of a subgroup.

    Args:
        actor: the course leader.
        course_code: the course.
        group: title of the subgroup.
        modules: titles.
        only_known: refuse what is no variative module of the programme's version.

    Raises:
        Invalid: a module is not known.
    """
    group = _checked_title(group)
    course = finding.course(course_code)
    known = {str(module.get("title")) for module in course.programme.modules if module.get("variative")}
    if only_known and not set(modules) <= known:
        raise Invalid(_l("Choose variative modules of the programme."), {"modules": [_l("Unknown module.")]})
    subgroup = _ensure_group(course.key, group)
    subgroup.modules = list(dict.fromkeys(modules))
    db.session.flush()
    return subgroup


def modules_of(course: Course, group: str) -> list[str]:
    """Modules of a subgroup: those that the leader named, else those that the programme foresees."""
    query = select(Subgroup).where(Subgroup.course_key == course.key, Subgroup.title == group)
    found = db.session.execute(query).scalar_one_or_none()
    return list(found.modules) if found is not None else default_modules(course, group)


def _checked_title(group: str) -> str:
    group = group.strip()
    if not 0 < len(group) <= LONGEST_TITLE:
        raise Invalid(_l("Please name the group."), {"group": [_l("Please name the group.")]})
    return group


def _ensure_group(course_key: int, title: str) -> Subgroup:
    found = db.session.execute(
        select(Subgroup).where(Subgroup.course_key == course_key, Subgroup.title == title)
    ).scalar_one_or_none()
    if found is None:
        course = db.session.get_one(Course, course_key)
        found = Subgroup(key=next_key(), course_key=course_key, title=title, modules=default_modules(course, title))
        db.session.add(found)
        db.session.flush()
    return found
