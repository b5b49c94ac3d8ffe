"""Whether a school has analysed what its measures gave (YAR-05), and what its programme planned and reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.documents.models import Record
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db

from ..rules import content as rules
from ..rules.stages import reached
from . import registry, stages

KIND = "effectiveness_analysis"
"""Records of the analysis (form `effectiveness_analysis`) belong to the school."""


def has_analysis(school: str, since: date | None = None) -> bool:
    """Whether the school has sent its analysis since a day: without one, this year or the year before."""
    since = since or date(clock.today().year - 1, 1, 1)
    level: ColumnElement[bool] = or_(
        Record.data["level"].as_string().is_(None), Record.data["level"].as_string() == "школа"
    )
    found = exists().where(
        Record.kind == KIND, Record.current, Record.organisation == school, level, func.date(Record.created_at) >= since
    )
    return bool(db.session.scalar(select(found)))


def plan_and_fact(school: str) -> dict[str, list[dict[str, Any]]]:
    """What the school's latest programme planned, and what its last stage report says of it.

    Returns:
        `measures[]` `{measure, state?, evidence?}` in words of the report; `indicators[]` `{indicator, plan, fact,
        reached?}`; both empty where the school has submitted no programme.
    """
    rows = registry.of_school(PLATFORM, school)
    submitted = registry.versions(PLATFORM, rows[0].key) if rows else []
    if not submitted:
        return {"measures": [], "indicators": []}
    content, report = submitted[-1].content, stages.latest_report(rows[0].key)
    said: Mapping[str, Any] = report.content if report is not None else {}
    states = {str(row.get("measure")): row for row in rules.rows(said, "measures")}
    facts = {str(row.get("indicator")): row for row in rules.rows(said, "indicators")}
    return {
        "measures": [_measure(row, states) for row in rules.rows(content, "measures")],
        "indicators": [_indicator(row, facts) for row in rules.rows(content, "indicators")],
    }


def _measure(row: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    said = states.get(str(row.get("measure")), {})
    return {"measure": row.get("measure"), "state": said.get("state"), "evidence": said.get("evidence")}


def _indicator(row: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    fact = facts.get(str(row.get("indicator")), {}).get("fact")
    judged = reached({"plan": row.get("target"), "fact": fact, "initial": row.get("initial")})
    return {
        "indicator": row.get("indicator"),
        "plan": row.get("target"),
        "fact": fact,
        "reached": None if fact is None else judged,
    }
