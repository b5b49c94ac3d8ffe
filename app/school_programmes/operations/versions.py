"""What the team submits: every submission is kept, an edition comes into force by approval or correction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

from ..models import SchoolProgramme, SchoolProgrammeVersion
from ..rules import content as rules
from . import finding

_V = SchoolProgrammeVersion


def submit(actor: Actor, key: int, content: Mapping[str, Any], *, reason: str | None = None) -> SchoolProgrammeVersion:
    """Keep what the team submits as the next revision of the open edition.

    Raises:
        Invalid: a risk without a measure or an indicator (named, YAR-07), a measure outside the term.
    """
    row = finding.programme(key)
    demand_complete(content)
    last = db.session.scalar(
        select(func.max(_V.revision)).where(_V.programme_key == row.key, _V.version == row.version)
    )
    version = _V(
        programme_key=row.key,
        version=row.version,
        revision=(last or 0) + 1,
        content=dict(content),
        reason=reason,
        submitted_by=actor.login,
        submitted_at=clock.now(),
    )
    db.session.add(version)
    row.period_from = date.fromisoformat(str(content["period_from"])[:10])
    row.period_to = date.fromisoformat(str(content["period_to"])[:10])
    db.session.flush()
    details = {"version": version.version, "revision": version.revision}
    audit.record_event(actor, "school_programme", str(row.key), "submit", details=details)
    return version


def demand_complete(content: Mapping[str, Any]) -> None:
    """Refuse a programme in which something is missing, each fault at its field."""
    errors: dict[str, list[object]] = {}
    for fault in rules.faults(content):
        message = _message(fault)
        errors.setdefault(fault.field, []).append(message)
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors)


def open_version(actor: Actor, key: int) -> SchoolProgramme:
    """Open the next edition; what was approved stays as it is. An edition nobody has submitted to is open already."""
    row = finding.programme(key)
    newest = finding.newest(row)
    if newest is not None and newest.version == row.version and newest.approved_on is not None:
        row.version += 1
        db.session.flush()
        audit.record_event(actor, "school_programme", str(row.key), "version", details={"version": row.version})
    return row


def put_in_force(actor: Actor, key: int) -> SchoolProgrammeVersion:
    """The last submission of the open edition counts from today.

    Raises:
        Invalid: nothing was submitted.
    """
    row = finding.programme(key)
    newest = finding.newest(row)
    if newest is None or newest.version != row.version:
        raise Invalid(_l("The programme has not been submitted yet."))
    newest.approved_on = newest.approved_on or clock.today()
    db.session.flush()
    return newest


def _message(fault: rules.Fault) -> object:
    if fault.kind == rules.NO_MEASURE:
        return _l("Plan a measure for the risk «%(risk)s».", risk=fault.about)
    if fault.kind == rules.NO_INDICATOR:
        return _l("Name an indicator with initial and final value for the risk «%(risk)s».", risk=fault.about)
    return _l("The measure «%(measure)s» lies outside the term of the programme.", measure=fault.about)
