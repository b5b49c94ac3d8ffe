"""Experts give their opinion on a programme: who is asked, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people

from ..models import EXPERTISE, ProgrammeOpinion
from ..rules.words import RECOMMENDED
from . import finding

_O = ProgrammeOpinion
CRITERIA = ("risk_match", "measurable", "feasible", "monitoring")
MAXIMUM = 8


@dataclass(frozen=True, slots=True)
class Totals:
    """What the opinions on a revision come to.

    Attributes:
        spread: points between the highest and the lowest.
        recommending: how many recommend approval.
        middle: the median of the points, halves down.
        remarks: of all who gave some, for the team.
    """

    points: list[int]
    spread: int
    recommending: int
    middle: int
    remarks: str


def choose_experts(actor: Actor, key: int, count: int, without: Sequence[str] = ()) -> list[str]:
    """The experts with the fewest opinions so far; nobody judges the programme of the school in which they work.

    Args:
        count: how many at most; there may be fewer.
        without: logins who have given their opinion already.
    """
    row = finding.programme(key)
    row.state = EXPERTISE
    db.session.flush()
    return least_loaded(row.school, count, without)


def least_loaded(school: str, count: int, without: Sequence[str] = ()) -> list[str]:
    """Experts with the fewest opinions on programmes who do not work at the school."""
    given = select(_O.expert, func.count()).group_by(_O.expert)
    load = {str(expert): int(number) for expert, number in db.session.execute(given)}
    free = [
        login
        for login in people.holders("expert_consultant")
        if login not in without and people.person_by_login(login).organisation != school
    ]
    return sorted(free, key=lambda login: (load.get(login, 0), login))[:count]


def record_opinions(actor: Actor, key: int, opinions: Sequence[Mapping[str, Any]]) -> Totals:
    """Keep the opinions on the newest revision; an expert who was recorded already is not recorded twice.

    Args:
        opinions: `{expert, opinion}` with the fields of `programme_expertise`; points are counted here.
    """
    row = finding.programme(key)
    newest = finding.newest(row)
    if newest is None:
        return Totals([], 0, 0, 0, "")
    of_revision = _O.programme_key == row.key, _O.version == newest.version, _O.revision == newest.revision
    known = set(db.session.scalars(select(_O.expert).where(*of_revision)))
    for each in opinions:
        if each["expert"] not in known:
            known.add(each["expert"])
            db.session.add(_opinion(row.key, newest.version, newest.revision, each))
    db.session.flush()
    found = db.session.scalars(select(_O).where(*of_revision).order_by(_O.key)).all()
    row.expert_totals = [one.total for one in found]
    db.session.flush()
    return _totals(found)


def _opinion(key: int, version: int, revision: int, each: Mapping[str, Any]) -> ProgrammeOpinion:
    said: Mapping[str, Any] = each["opinion"]
    criteria = {name: int(said[name]) for name in CRITERIA}
    return _O(
        programme_key=key,
        version=version,
        revision=revision,
        expert=str(each["expert"]),
        criteria=criteria,
        total=sum(criteria.values()),
        maximum=MAXIMUM,
        verdict=str(said["verdict"]),
        remarks=said.get("remarks") or None,
        given_at=clock.now(),
    )


def _totals(found: Sequence[ProgrammeOpinion]) -> Totals:
    points = [one.total for one in found]
    names = people.person_names([one.expert for one in found])
    remarks = "\n".join(f"{names.get(one.expert, one.expert)}: {one.remarks}" for one in found if one.remarks)
    return Totals(
        points=points,
        spread=max(points) - min(points) if points else 0,
        recommending=sum(one.verdict == RECOMMENDED for one in found),
        middle=sorted(points)[(len(points) - 1) // 2] if points else 0,
        remarks=remarks,
    )
