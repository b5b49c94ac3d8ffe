"""Address recommendations: drafted by the curator, decided row by row by a protocol, acknowledged by the school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

from ..models import DRAFTED, ISSUED, REJECTED, RecommendationAnswer, SchoolProgramme, SchoolRecommendation
from ..rules.words import ISSUE
from . import finding

_R = SchoolRecommendation


def draft_recommendations(
    actor: Actor, key: int, year: int, stage: str, items: Sequence[Mapping[str, Any]]
) -> list[SchoolRecommendation]:
    """Keep the curator's draft for a stage. Drafts nobody has decided on yet are replaced; rejected rows stay.

    Args:
        items: `{direction, recommendation, due, expected}` of the form `address_recommendations`.
    """
    row = finding.programme(key)
    for old in db.session.scalars(select(_R).where(*_of_stage(row.key, year, stage), _R.state == DRAFTED)):
        db.session.delete(old)
    db.session.flush()
    return _add(actor, row, year, stage, items)


def issue_recommendations(
    actor: Actor, key: int, year: int, stage: str, items: Sequence[Mapping[str, Any]], report: Mapping[str, Any]
) -> list[SchoolRecommendation]:
    """Give recommendations that rest on an analysis of the municipality: in force at once, without a working group.

    Args:
        items: as of `draft_recommendations`.
        report: the analytic report that they rest on: `number, document_id`.
    """
    row = finding.programme(key)
    found = _add(actor, row, year, stage, items)
    for each in found:
        each.state, each.decided_on = ISSUED, clock.today()
        each.protocol_number, each.protocol_document = report.get("number"), report.get("document_id")
        audit.record_event(actor, "school_recommendation", str(each.key), ISSUED)
    db.session.flush()
    return found


def _of_stage(key: int, year: int, stage: str) -> tuple[ColumnElement[bool], ...]:
    return _R.programme_key == key, _R.year == year, _R.stage == stage


def _add(
    actor: Actor, row: SchoolProgramme, year: int, stage: str, items: Sequence[Mapping[str, Any]]
) -> list[SchoolRecommendation]:
    last = db.session.scalar(select(func.max(_R.number)).where(*_of_stage(row.key, year, stage))) or 0
    found = [
        _R(
            programme_key=row.key,
            school=row.school,
            municipality=row.municipality,
            year=year,
            stage=stage,
            number=number,
            direction=str(item.get("direction") or ""),
            text=str(item["recommendation"]),
            due_on=date.fromisoformat(str(item["due"])[:10]) if item.get("due") else None,
            expected=item.get("expected") or None,
            state=DRAFTED,
            drafted_by=actor.login,
            created_at=clock.now(),
        )
        for number, item in enumerate(items, last + 1)
    ]
    db.session.add_all(found)
    db.session.flush()
    return found


def decide(
    actor: Actor, decisions: Mapping[int, tuple[str, str | None]], protocol: Mapping[str, Any]
) -> list[SchoolRecommendation]:
    """Write what the working group decided on every row (YAR-10). A row that was decided stays as it is.

    Args:
        decisions: by key of the row: the word of the protocol and the reason.
        protocol: `number, document_id`.

    Returns:
        The rows decided now.
    """
    query = select(_R).where(_R.key.in_(decisions), _R.state == DRAFTED).order_by(_R.key).with_for_update()
    found = list(db.session.scalars(query))
    for row in found:
        word, reason = decisions[row.key]
        row.state = ISSUED if word == ISSUE else REJECTED
        row.decision_reason = reason
        row.protocol_number, row.protocol_document = protocol.get("number"), protocol.get("document_id")
        row.decided_on = clock.today()
        audit.record_event(actor, "school_recommendation", str(row.key), row.state)
    db.session.flush()
    return found


def acknowledge(
    actor: Actor, key: int, year: int, stage: str, protocol_document: str, answer: Mapping[str, Any]
) -> RecommendationAnswer:
    """Keep that the school has read the recommendations of a protocol and how it corrects its programme.

    Args:
        answer: `school_response` (plan of correction) and `school_ack` (signature).

    Raises:
        Invalid: no plan of correction.
    """
    row = finding.programme(key)
    answers = RecommendationAnswer
    wanted = (
        answers.programme_key == row.key,
        answers.year == year,
        answers.stage == stage,
        answers.protocol_document == protocol_document,
    )
    known = db.session.scalar(select(answers).where(*wanted))
    if known is not None:
        return known
    plan = str(answer.get("school_response") or "").strip()
    if not plan:
        message = _l("Write how the school corrects its programme.")
        raise Invalid(message, {"school_response": [message]})
    said = answers(
        programme_key=row.key,
        year=year,
        stage=stage,
        protocol_document=protocol_document,
        correction=plan,
        signature=dict(answer.get("school_ack") or {}),
        answered_by=actor.login,
        answered_at=clock.now(),
    )
    db.session.add(said)
    db.session.flush()
    return said
