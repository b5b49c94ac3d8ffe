"""Programmes from the project's own data files (`app/programmes/data`), for the demo and the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from app.kernel.actor import Actor

from .. import queries
from ..models import RoadmapImport, SupportProgramme
from ..rules import roadmap_yaml
from .importing import take_import, upload_roadmap
from .passports import Passport, create_programme

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = ("lipetsk", "lebedyan", "yaroslavl", "sosva")


def load_file(
    actor: Actor, name: str, *, organisation: str | None = None, code: str | None = None, year: int | None = None
) -> tuple[SupportProgramme, RoadmapImport]:
    """Load a programme with its roadmap from a data file and take its good rows.

    Args:
        name: one of `FILES`.
        organisation: whose programme it becomes; of the file when None.
        code: of the programme; of the file when None.
        year: plan it for another year than the file's (without it the file's dates stay).

    Raises:
        Invalid: the code is taken, no organisation.
    """
    content = (DATA / f"{name}.yaml").read_bytes()
    data = roadmap_yaml.load(content)["programme"]
    passport = passport_of(data, organisation=organisation, code=code, year=year)
    programme = create_programme(actor, passport, copied=True)
    roadmap = queries.roadmap_of(programme.key)
    by = 0 if year is None else year - int(data["year"])
    run = upload_roadmap(actor, programme.code, f"{name}.yaml", content, shift=by)
    if roadmap is not None:
        roadmap.title = str(roadmap_yaml.read(content).title or roadmap.title)
    take_import(actor, programme.code, run.key)
    return programme, run


def passport_of(
    data: dict[str, Any], *, organisation: str | None = None, code: str | None = None, year: int | None = None
) -> Passport:
    """The passport in a data file, moved to another year when wanted."""
    first, last = date.fromisoformat(data["period_from"]), date.fromisoformat(data["period_to"])
    by = 0 if year is None else year - int(data["year"])
    cycle = str(data["code"]).rpartition("-")[0]
    return Passport(
        code=code or f"{cycle}-{int(data['year']) + by}",
        title=str(data["title"]),
        organisation=organisation or str(data.get("organisation") or ""),
        parent=_moved(data.get("parent"), by),
        period_from=first.replace(year=first.year + by),
        period_to=last.replace(year=last.year + by),
        curator=str(data.get("curator") or ""),
        responsible=str(data.get("responsible") or ""),
        executors=str(data.get("executors") or ""),
        goal=str(data.get("goal") or ""),
        tasks=list(data.get("tasks") or ()),
        groups=list(data.get("groups") or ()),
        targets=list(data.get("targets") or ()),
    )


def _moved(code: str | None, by: int) -> str | None:
    if not code or not by:
        return code or None
    cycle, _, year = code.rpartition("-")
    return f"{cycle}-{int(year) + by}"
