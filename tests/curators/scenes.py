"""Scenes of curators: schools of the programme, and a pool of experts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from app.curators import operations
from app.curators.models import CuratorAppointment, Expert
from app.curators.operations import experts
from app.curators.operations.asking import Wish
from app.curators.operations.experts import Profile
from app.curators.rules.kinds import MUNICIPAL, PERSONAL
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.schools import operations as schools
from app.schools.models import SchoolMembership

POOL: Mapping[str, tuple[int, str]] = {
    "curator": (3, "преподавание"),
    "expert_consultant": (3, "управление качеством"),
    "curator_500": (2, "оценка качества"),
    "iro_methodist": (2, "работа с трудностями в обучении"),
}
"""Experts of the scenes: most targets, competence area."""


def programme(*codes: str, group: str = "shnor") -> None:
    """These schools, and no others, are in the programme: whatever the demo region says of itself."""
    db.session.execute(delete(SchoolMembership))
    schools.put_into_group(PLATFORM, group, codes, since=clock.today(), reason="Перечень 2026 года")


def pool(**loads: int) -> None:
    """Put experts into the pool: login and how many each may look after."""
    profiles = [Profile(login, "привлечённый специалист", [POOL[login][1]], most) for login, most in loads.items()]
    order = {"number": "1", "document_id": None}
    experts.activate(PLATFORM, profiles, order, until=clock.today() + timedelta(days=200), instance_key=None)


def pool_of(*logins: str) -> None:
    """Put people into the pool with the usual load."""
    profiles = [Profile(login, "привлечённый специалист", ["преподавание"], 3) for login in logins]
    order = {"number": "1", "document_id": None}
    experts.activate(PLATFORM, profiles, order, until=clock.today() + timedelta(days=200), instance_key=None)


def weak_schools(schools: list[str] | None = None, experts: Mapping[str, int] | None = None) -> Mapping[str, Any]:
    """Two schools of the programme in one municipality, and a pool (all of `POOL` unless said otherwise)."""
    with db.unit_of_work():
        programme(*(schools or ["lebedyan-1", "lebedyan-2"]))
        pool(**(experts or {login: most for login, (most, _area) in POOL.items()}))
    return {}


def appoint(login: str, target: str, kind: str = PERSONAL) -> CuratorAppointment:
    """An appointment in force, as a process makes it."""
    instance = next_key()
    (row,) = operations.open_places(PLATFORM, [(kind, target)], instance_key=instance)
    term = {"since": clock.today(), "until": clock.today() + timedelta(days=200)}
    operations.offer(PLATFORM, instance, [Wish(row.key, login, "person")], **term)
    operations.agree(PLATFORM, instance, row.key)
    order = {"number": "7", "date": clock.today().isoformat(), "document_id": None}
    (appointed,) = operations.appoint(PLATFORM, instance, order).appointed
    return appointed


def curated(replace: bool = False) -> Mapping[str, Any]:
    """A school and its municipality that are looked after. Facts: `replacement`, what `curator.replace` carries."""
    weak_schools(["lebedyan-1"])
    with db.unit_of_work():
        appoint("expert_consultant", "lebedyan", MUNICIPAL)
        row = appoint("curator", "lebedyan-1")
        facts = {
            "replaces": str(row.key),
            "replace_reason": "Уходит из школы-тьютора",
            "school_id": "lebedyan-1",
            "municipality_id": "lebedyan",
            "kinds": [PERSONAL],
            "initiator": "school_head",
        }
    return {"replacement": facts}


def no_pool() -> Mapping[str, Any]:
    """One school of the programme (a place for it, one for its municipality), and nobody in the pool."""
    with db.unit_of_work():
        programme("lebedyan-1")
        for row in db.session.scalars(select(Expert)):
            experts.end_expert(PLATFORM, row)
    return {}


SCENES: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "weak_schools": weak_schools,
    "curated": curated,
    "no_pool": no_pool,
}
