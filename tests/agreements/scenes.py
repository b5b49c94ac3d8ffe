"""Scenes of agreements: signed ones between two schools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.agreements import operations
from app.agreements.models import Agreement
from app.agreements.rules.drafts import Activity, Draft, Party
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.schools.models.results import AssessmentImport, AssessmentResult
from tests.curators.scenes import programme


def draft(one: str, other: str, **changes: Any) -> Draft:
    """An agreement of two organisations with two planned activities."""
    today = clock.today()
    values: dict[str, Any] = {
        "kind": "межшкольное партнёрство",
        "subject": "Помощь в подготовке к итоговой аттестации",
        "forms": ("взаимопосещения уроков", "мастер-классы"),
        "parties": (Party(one, "школа-партнёр/наставник"), Party(other, "школа-участник")),
        "plan": (
            Activity("Взаимопосещение уроков", today + timedelta(days=14), one, "Справка"),
            Activity("Мастер-класс", today + timedelta(days=40), other, "Справка"),
        ),
        "term_from": today,
        "term_to": today + timedelta(days=200),
    }
    return Draft(**values | changes)


def signed(one: str, other: str, **changes: Any) -> Agreement:
    """An agreement in force."""
    instance = next_key()
    made = operations.save_draft(PLATFORM, instance, draft(one, other, **changes), initiator=one)
    signatures = {party.organisation: {"name": "Руководитель", "login": ""} for party in made.parties}
    registered = {"number": str(made.key % 1000), "date": clock.today().isoformat(), "document_id": None}
    return operations.conclude(PLATFORM, instance, signatures, registered)


def agreed(one: str = "lebedyan-3", other: str = "lebedyan-1") -> Mapping[str, Any]:
    """A signed agreement. Facts: `agreement_id`."""
    with db.unit_of_work():
        return {"agreement_id": str(signed(one, other).key)}


def improved() -> Mapping[str, Any]:
    """A tutor school whose results rose from 20 to 2 percent below the minimum, and a weak school of the programme."""
    with db.unit_of_work():
        programme("lebedyan-1")
        years = (clock.today().year - 2, clock.today().year - 1)
        load = AssessmentImport(
            key=next_key(),
            file_name="a.xlsx",
            sha256="0",
            rows=[],
            problems=[],
            uploaded_by="",
            uploaded_at=clock.now(),
        )
        db.session.add(load)
        db.session.flush()
        for school, below in (("lebedyan-3", (20, 2)), ("lebedyan-1", (20, 30))):
            for year, count in zip(years, below, strict=True):
                facts = {"school": school, "municipality": "lebedyan", "subject": "математика", "procedure": "ОГЭ"}
                figures = {"year": year, "grade": 9, "participants": 100, "below_min": count, "import_key": load.key}
                db.session.add(AssessmentResult(key=next_key(), **facts, **figures, recorded_at=clock.now()))
        db.session.flush()
    return {}


SCENES: Mapping[str, Callable[..., Mapping[str, Any]]] = {"agreed": agreed, "improved": improved}
