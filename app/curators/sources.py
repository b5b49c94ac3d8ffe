"""The picker of experts, what curators see of the processes of their schools, and what indicators count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import String

from app.engine import policies as engine
from app.engine.models import ProcessInstance
from app.forms import sources
from app.indicators import sources as indicators
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.kernel.db import db

from . import policies
from .models import ACTIVE, CuratorAppointment, Expert
from .queries import load_of
from .queries.experts import experts_today

FOLLOWED = (
    *("school_programme", "arp_monitoring", "targeted_support_programme", "effective_mode_assessment"),
    *("school_monitoring", "cooperation_agreement", "management_decision"),
)
"""Processes of a school that those who look after it may see."""


def experts_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Experts of the pool with their load; for those who distribute, all of them.

    Args:
        wanted: `except` (a login or several).
    """
    never = wanted.get("except") or ()
    never = {never} if isinstance(never, str) else set(never)
    query = experts_today(words)
    if not (actor.system or actor.has_role(*policies.DISTRIBUTING)):
        query = query.where(policies.experts_in_scope(actor))
    found = db.session.scalars(query.limit(sources.PAGE + 1 + len(never)))
    return [(row.login, _named(row)) for row in found if row.login not in never]


def expert_label(login: str) -> str | None:
    """Name and load of an expert."""
    query = select(Expert).where(Expert.login == login).order_by(Expert.created_at.desc()).limit(1)
    found = db.session.scalar(query)
    return None if found is None else found.name


def _named(row: Expert) -> str:
    return f"{row.name} ({load_of(row.login)} из {row.max_load})"


def looked_after(actor: Actor) -> ColumnElement[bool] | None:
    """Processes of the schools and municipalities that somebody looks after (roles §2, scope A)."""
    codes = sorted(actor.assigned("org"))
    if not codes or not actor.has_role(*policies.CURATING):
        return None
    found: ColumnElement[bool] = ProcessInstance.organisations.op("&&")(array(codes, type_=String))
    return ProcessInstance.process_id.in_(FOLLOWED) & found


sources.register("experts", search=experts_for, label=expert_label, title=_l("Expert"))
engine.instance_source(looked_after)
indicators.table(  # in force (LIP-I-3.2, LIP-I-2.1, SOS-I-04)
    "curator_appointments",
    label=_l("Curators and consultants"),
    key=CuratorAppointment.key,
    title=CuratorAppointment.person_name,
    link=columns.link("/curators/", CuratorAppointment.key),
    organisation=CuratorAppointment.target,
    on=CuratorAppointment.valid_from,
    joined=lambda rows: rows.where(CuratorAppointment.state == ACTIVE),
    fields=(
        Field("kind", _l("Duty"), "text", CuratorAppointment.kind),
        Field("person", _l("Person"), "person", CuratorAppointment.person),
        Field("municipality", _l("Municipality"), "organisation", CuratorAppointment.municipality),
        Field("until", _l("Until"), "date", CuratorAppointment.valid_to),
    ),
)
