"""The picker of partners, and what indicators count of agreements (YAR-I-3.2a/b, SOS-I-08, SOS-P-03, LEB-I-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, Text, cast, literal, select

from app.forms import sources as pickers
from app.indicators import sources
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .models import CONFIRMED, SIGNED, Agreement, AgreementParty, JointActivity, SupportSite

_LINK = literal("/agreements/")
PARTNERS = ("school", "tutor_school", "iro", "mouo", "mms", "external_provider", "innovation_site", "region_authority")
"""Kinds of organisations that may be a party."""


def partners_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[pickers.Choice]:
    """Organisations that may be a party of an agreement, wherever they lie: a partner is often elsewhere.

    Args:
        wanted: `codes` (only these).
    """
    query = people.organisations(words).where(Organisation.kind.in_(PARTNERS))
    if wanted.get("codes") is not None:
        query = query.where(Organisation.code.in_([str(code) for code in wanted["codes"] if code]))
    return [(row.code, row.name) for row in db.session.scalars(query.limit(pickers.PAGE + 1))]


def partner_label(code: str) -> str | None:
    """The name of an organisation."""
    try:
        return people.organisation(code).name
    except NotFound:
        return None


def party_rows() -> Select[Any]:
    """Parties of signed agreements: one row per agreement and organisation."""
    columns: tuple[Any, ...] = (
        (cast(Agreement.key, Text) + literal(":") + AgreementParty.organisation).label("key"),
        Agreement.subject.label("title"),
        (_LINK + cast(Agreement.key, Text)).label("link"),
        AgreementParty.organisation.label("organisation"),
        Agreement.signed_on.label("on"),
        AgreementParty.organisation.label("school"),
        AgreementParty.municipality.label("municipality"),
        AgreementParty.role.label("role"),
        Agreement.kind.label("kind"),
        Agreement.state.label("state"),
        Agreement.term_to.label("until"),
    )
    query = select(*columns).join(Agreement, Agreement.key == AgreementParty.agreement_key)
    return query.where(Agreement.state.in_(SIGNED))


def activity_rows() -> Select[Any]:
    """Rows of the joint plans of signed agreements."""
    columns: tuple[Any, ...] = (
        cast(JointActivity.key, Text).label("key"),
        JointActivity.title.label("title"),
        (_LINK + cast(Agreement.key, Text)).label("link"),
        JointActivity.responsible.label("organisation"),
        JointActivity.due.label("on"),
        JointActivity.state.label("state"),
        (JointActivity.state == CONFIRMED).label("confirmed"),
        JointActivity.form.label("form"),
        JointActivity.held_on.label("held_on"),
    )
    query = select(*columns).join(Agreement, Agreement.key == JointActivity.agreement_key)
    return query.where(Agreement.state.in_(SIGNED))


def site_rows() -> Select[Any]:
    """Tutor schools and base sites."""
    columns: tuple[Any, ...] = (
        cast(SupportSite.key, Text).label("key"),
        Organisation.short_name.label("title"),
        literal("/agreements/sites").label("link"),
        SupportSite.school.label("organisation"),
        SupportSite.since.label("on"),
        SupportSite.kind.label("kind"),
        SupportSite.state.label("state"),
    )
    return select(*columns).join(Organisation, Organisation.code == SupportSite.school)


pickers.register("partners", search=partners_for, label=partner_label, title=_l("Organisation"))
sources.register(
    "agreement_parties",
    label=_l("Parties of agreements"),
    select=party_rows,
    fields=(
        Field("school", _l("Party"), "organisation"),
        Field("municipality", _l("Municipality"), "organisation"),
        Field("role", _l("Role of the party"), "text"),
        Field("kind", _l("Kind of agreement"), "text"),
        Field("state", _l("State"), "text"),
        Field("until", _l("Until"), "date"),
    ),
)
sources.register(
    "joint_activities",
    label=_l("Joint plans of agreements"),
    select=activity_rows,
    fields=(
        Field("state", _l("State"), "text"),
        Field("confirmed", _l("Confirmed"), "boolean"),
        Field("form", _l("Form of cooperation"), "text"),
        Field("held_on", _l("Held on"), "date"),
    ),
)
sources.register(
    "support_sites",
    label=_l("Tutor schools and base sites"),
    select=site_rows,
    fields=(Field("kind", _l("Kind"), "text"), Field("state", _l("State"), "text")),
)
