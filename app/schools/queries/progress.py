"""How far the schools of a list are with their data: who has entered, who is waited for (BPM-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.engine import policies as engine_policies
from app.engine import queries as engine
from app.engine.views import Waiting
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .. import policies
from ..models import SchoolList
from . import membership, registry

ENTERS = "fill_context"
"""The task of a school; it stands until the school's data is there, or the process goes on without."""
_HEAD = "school_head@"


@dataclass(frozen=True, slots=True)
class Open:
    """A school that is waited for."""

    school: str
    name: str
    municipality: str
    task: int
    since: datetime | None
    due_at: datetime | None

    @property
    def overdue(self) -> bool:
        """Whether the deadline has passed."""
        return self.due_at is not None and self.due_at < clock.now()


@dataclass(frozen=True, slots=True)
class Progress:
    """The step of all schools.

    Attributes:
        owner: the reader owns the process: may remind and go on without a school.
    """

    list: SchoolList
    instance_key: int
    schools: int
    open: Sequence[Open]
    owner: bool

    @property
    def done(self) -> int:
        """Schools that are not waited for any more."""
        return self.schools - len(self.open)


def progress(actor: Actor, key: int) -> Progress:
    """The progress of a list that is being made, for who sees its process.

    Raises:
        NotFound: no such draft, or its process is not the actor's to see.
    """
    policies.demand_sight(actor)
    found = db.session.get(SchoolList, key)
    if found is None or found.instance_key is None or not may_follow(actor, found):
        raise NotFound()
    instance = engine.instance(actor, found.instance_key)
    waits = engine.waiting_on(actor, found.instance_key)
    opened = [(_school(each.whom), each) for each in waits if each.element_id == ENTERS]
    rows = [_open(school, each) for school, each in opened if school]
    return Progress(
        list=found,
        instance_key=found.instance_key,
        schools=len(membership.schools_in((), found.organisation)),
        open=sorted(rows, key=lambda row: (row.municipality, row.name)),
        owner=engine_policies.owns(actor, instance.owner_group),
    )


def _open(school: str, waits: Waiting) -> Open:
    name, place = registry.name_of(school), registry.municipality_name(school)
    return Open(school, name, place, waits.key or 0, waits.since, waits.due_at)


def may_follow(actor: Actor, found: SchoolList) -> bool:
    """Whether the actor sees how far a draft is: whose list it is, and who works on the region's."""
    return policies.sees_drafts(actor) or found.organisation in policies.municipalities(actor)


def _school(whom: Sequence[str]) -> str:
    codes = (each.removeprefix(_HEAD) for each in whom if each.startswith(_HEAD))
    return next((code for code in codes if people.organisation(code).level == "school"), "")
