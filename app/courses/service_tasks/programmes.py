"""Service types of `dpp_development`: from the draft of a programme to the catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.documents.models import Record
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people

from ..models import Programme
from ..models.programmes import ACTIVE
from ..operations import programmes
from . import inputs

EXPERT = "expert_commission_member"
OPINION = "dpp_expert_opinion"
_SAME = (
    *("title", "audience", "subject", "form", "hours", "practice_hours", "competences", "deficits"),
    *("modules", "kind"),
)
"""Fields that `dpp_card` and the catalogue call by the same name."""


@service_type("programme.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """What the card is prefilled with: the version in force of a programme to be corrected, and the deficits."""
    code = inputs.optional(call, "dpp_id")
    card: dict[str, Any] = {"kind": "новая", "subject": inputs.optional(call, "subject")}
    if code is not None:
        card = _card(code) | {"kind": "корректируемая", "base_programme": code}
    deficits = inputs.optional(call, "deficits")
    if deficits is not None:
        card["deficits"] = deficits
    card["low_zones"] = inputs.texts(call, "low_zones")
    return {"card": card, "organisation": _only("iro"), "rumo": _only("rumo")}


def _card(code: str) -> dict[str, Any]:
    """The version in force as fields of the form.

    Raises:
        ModelFault: there is none.
    """
    found = db.session.scalars(select(Programme).where(Programme.code == code, Programme.status == ACTIVE)).first()
    if found is None:
        raise ModelFault(f"there is no programme «{code}» in force")
    card = {name: getattr(found, name) for name in _SAME}
    return card | {"final_attestation_forms": found.attestation_forms, "efom_bank": found.test_bank}


def _only(kind: str) -> str | None:
    """Code of the organisation of a kind; the first where there are several."""
    found = db.session.scalars(people.organisations(kind=kind).limit(1)).first()
    return found.code if found is not None else None


@service_type("programme.draft", inline=True)
def draft(call: ServiceCall) -> dict[str, Any]:
    """Keep the card as a draft in the catalogue; the same draft while it is one.

    Raises:
        Invalid: title, hours or modules are wrong.
    """
    card = inputs.context(call, "card")
    fields = card | {"attestation_forms": card.get("final_attestation_forms") or [], "test_bank": card.get("efom_bank")}
    author = people.actor_for(call.text("actor"))
    version = call.variables.get("dpp_version")
    code = inputs.optional(call, "dpp_id")
    if code is not None and isinstance(version, int):
        programme = programmes.change_draft(author, code, version, fields)
    else:
        programme = programmes.draft_programme(author, code or programmes.new_code(fields), fields)
    return {"dpp_id": programme.code, "dpp_version": programme.version}


@service_type("programme.experts", inline=True)
def experts(call: ServiceCall) -> dict[str, Any]:
    """The least loaded members of the expert commission; nobody judges the own programme.

    Raises:
        Invalid: the commission has too few members.
    """
    count = call.variables.get("count")
    wanted = count if isinstance(count, int) else 2
    found = _by_load(without={inputs.optional(call, "developer") or ""})
    if len(found) < wanted:
        raise Invalid(_l("The expert commission has too few members for this programme."))
    return {"experts": found[:wanted]}


@service_type("programme.replace-expert", inline=True)
def replace_expert(call: ServiceCall) -> dict[str, Any]:
    """Another expert instead of one who does not answer; the same when nobody else is left."""
    silent, asked = call.text("expert"), inputs.texts(call, "experts")
    found = _by_load(without={*asked, inputs.optional(call, "developer") or ""})
    if not found:
        return {"expert": silent, "experts": asked}
    return {"expert": found[0], "experts": [*asked, found[0]]}


def _by_load(without: set[str]) -> list[str]:
    """Members of the commission, those with the fewest opinions first."""
    members = [login for login in people.holders(EXPERT) if login not in without]
    query = (
        select(Record.owner, func.count().label("given"))
        .where(Record.current, Record.kind == OPINION, Record.owner.in_(members))
        .group_by(Record.owner)
    )
    given = {row.owner: row.given for row in db.session.execute(query)}
    return sorted(members, key=lambda login: (given.get(login, 0), login))


@service_type("programme.approve", inline=True)
def approve(call: ServiceCall) -> dict[str, Any]:
    """Put the draft into force: frozen, in «Программы», to be chosen in technical assignments."""
    version = call.variables.get("dpp_version")
    if not isinstance(version, int):
        raise ModelFault(f"«dpp_version» must be a number, not {version!r}")
    basis = {name: call.variables.get(name) for name in ("order", "protocol", "opinions")}
    programme = programmes.approve_version(call.actor, call.text("dpp_id"), version, basis)
    return {"title": programme.title}
