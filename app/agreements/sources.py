"""The picker of partners, and what indicators count of agreements (YAR-I-3.2a/b, SOS-I-08, SOS-P-03, LEB-I-5)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, Text, cast, literal

from app.forms import sources as pickers
from app.indicators import sources
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .models import CONFIRMED, SIGNED, Agreement, AgreementParty, JointActivity, SupportSite

_PAGE = columns.link("/agreements/", Agreement.key)
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


def _signed(agreement: Any, rows: Select[Any]) -> Select[Any]:
    """Rows of agreements that were signed."""
    return rows.join(Agreement, Agreement.key == agreement).where(Agreement.state.in_(SIGNED))


pickers.register("partners", search=partners_for, label=partner_label, title=_l("Organisation"))
sources.table(  # one row per signed agreement and organisation
    "agreement_parties",
    label=_l("Parties of agreements"),
    key=cast(Agreement.key, Text) + ":" + AgreementParty.organisation,
    title=Agreement.subject,
    link=_PAGE,
    organisation=AgreementParty.organisation,
    on=Agreement.signed_on,
    joined=partial(_signed, AgreementParty.agreement_key),
    fields=(
        Field("school", _l("Party"), "organisation", AgreementParty.organisation),
        Field("municipality", _l("Municipality"), "organisation", AgreementParty.municipality),
        Field("role", _l("Role of the party"), "text", AgreementParty.role),
        Field("kind", _l("Kind of agreement"), "text", Agreement.kind),
        Field("state", _l("State"), "text", Agreement.state),
        Field("until", _l("Until"), "date", Agreement.term_to),
    ),
)
sources.table(  # of signed agreements
    "joint_activities",
    label=_l("Joint plans of agreements"),
    key=JointActivity.key,
    title=JointActivity.title,
    link=_PAGE,
    organisation=JointActivity.responsible,
    on=JointActivity.due,
    joined=partial(_signed, JointActivity.agreement_key),
    fields=(
        Field("state", _l("State"), "text", JointActivity.state),
        Field("confirmed", _l("Confirmed"), "boolean", JointActivity.state == CONFIRMED),
        Field("form", _l("Form of cooperation"), "text", JointActivity.form),
        Field("held_on", _l("Held on"), "date", JointActivity.held_on),
    ),
)
sources.table(
    "support_sites",
    label=_l("Tutor schools and base sites"),
    key=SupportSite.key,
    title=Organisation.short_name,
    link=literal("/agreements/sites", Text),
    organisation=SupportSite.school,
    on=SupportSite.since,
    joined=lambda rows: rows.join(Organisation, Organisation.code == SupportSite.school),
    fields=(
        Field("kind", _l("Kind"), "text", SupportSite.kind),
        Field("state", _l("State"), "text", SupportSite.state),
    ),
)
