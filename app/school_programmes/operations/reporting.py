"""Reports of stages with their figures and light; a school that did not report is critical (YAR-09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import CRITICAL, ISSUED, SchoolProgramme, SchoolRecommendation, StageReport
from ..rules.words import PERFORMANCE
from . import finding


@dataclass(frozen=True, slots=True)
class Figures:
    """Unrounded percentages of a report, and the light that the decision gave."""

    measures_done_pct: Decimal
    indicators_reached_pct: Decimal
    light: str


def record_report(
    actor: Actor, key: int, year: int, stage: str, content: Mapping[str, Any], figures: Figures,
    *, instance_key: int | None = None,
) -> StageReport:  # fmt: skip
    """Keep the report of a stage that the curator has checked; what it says of earlier recommendations is kept there.

    Args:
        stage: one of `models.STAGES`.
        content: fields of the form `arp_stage_report`.
    """
    row = finding.programme(key)
    report = _report(row, year, stage, instance_key)
    report.submitted, report.content, report.reported_by = True, dict(content), actor.login
    report.measures_done_pct = figures.measures_done_pct
    report.indicators_reached_pct = figures.indicators_reached_pct
    _set_light(row, report, figures.light)
    for said in content.get("earlier") or ():
        _perform(row, said)
    return report


def record_absence(actor: Actor, key: int, year: int, stage: str, *, instance_key: int | None = None) -> StageReport:
    """Mark that no report came: «отчёт не представлен», counted as critical."""
    row = finding.programme(key)
    report = _report(row, year, stage, instance_key)
    if not report.submitted:
        _set_light(row, report, CRITICAL)
    return report


def _report(row: SchoolProgramme, year: int, stage: str, instance_key: int | None) -> StageReport:
    found = db.session.scalar(
        select(StageReport).where(
            StageReport.programme_key == row.key, StageReport.year == year, StageReport.stage == stage
        )
    )
    if found is None:
        found = StageReport(
            programme_key=row.key,
            school=row.school,
            municipality=row.municipality,
            year=year,
            stage=stage,
            version=row.version,
            submitted=False,
            content={},
            light=CRITICAL,
            recorded_at=clock.now(),
        )
        db.session.add(found)
    found.instance_key, found.recorded_at = instance_key, clock.now()
    return found


def _set_light(row: SchoolProgramme, report: StageReport, light: str) -> None:
    report.light = light
    row.light, row.light_stage = light, f"{report.year}:{report.stage}"
    db.session.flush()


def _perform(row: SchoolProgramme, said: Mapping[str, Any]) -> None:
    """Keep what became of a recommendation that was issued earlier."""
    advice = SchoolRecommendation
    key = str(said.get("key") or "")
    if not key.isdecimal():
        return
    wanted = advice.key == int(key), advice.programme_key == row.key, advice.state == ISSUED
    found = db.session.scalar(select(advice).where(*wanted))
    if found is not None:
        found.performance = PERFORMANCE.get(str(said.get("performed")), found.performance)
        db.session.flush()
