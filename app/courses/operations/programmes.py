"""Programmes: drafts, and versions put into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, text

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

from ..models import Programme
from ..models.programmes import ACTIVE, ARCHIVED, DRAFT

_FIELDS = (
    *("title", "audience", "subject", "hours", "form", "kind", "competences", "deficits"),
    *("modules", "practice_hours", "attestation_forms", "test_bank"),
)
_CODES = text("SELECT pg_advisory_xact_lock(hashtextextended('programme code', 0))")
SHORTEST = 16
"""Hours of the shortest programme (forms.yaml, dpp_card)."""


def draft_programme(actor: Actor, code: str, card: Mapping[str, Any]) -> Programme:
    """Keep a new version of a programme as a draft.

    Args:
        actor: the developer.
        code: names the programme across its versions.
        card: fields of the form `dpp_card`; unknown ones are kept in `content`.

    Raises:
        Invalid: hours, modules or title are wrong, by field.
    """
    errors = _errors(card) | _title_taken(code, card)
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    last = db.session.execute(select(func.max(Programme.version)).where(Programme.code == code)).scalar()
    programme = Programme(
        key=next_key(),
        code=code,
        version=(last or 0) + 1,
        status=DRAFT,
        created_at=clock.now(),
        created_by=actor.login,
        content={name: value for name, value in card.items() if name not in _FIELDS},
        **{name: card[name] for name in _FIELDS if card.get(name) is not None},
    )
    db.session.add(programme)
    db.session.flush()
    return programme


def change_draft(actor: Actor, code: str, version: int, card: Mapping[str, Any]) -> Programme:
    """Change a draft; a version in force is never changed: then the card becomes the next version.

    Raises:
        Invalid: hours, modules or title are wrong, by field.
        NotFound: there is no such version.
    """
    programme = _version(code, version)
    if programme.status != DRAFT:
        return draft_programme(actor, code, card)
    errors = _errors(card) | _title_taken(code, card)
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    for name in _FIELDS:
        if card.get(name) is not None:
            setattr(programme, name, card[name])
    programme.content = {name: value for name, value in card.items() if name not in _FIELDS}
    db.session.flush()
    return programme


def approve_version(actor: Actor, code: str, version: int, basis: Mapping[str, Any]) -> Programme:
    """Put a draft into force with what it rests on (order, protocol, opinions); a second call changes nothing.

    Raises:
        Conflict: another programme in force has its title.
        NotFound: there is no such version.
    """
    programme = _version(code, version)
    if programme.status != DRAFT:
        return programme
    programme.content = {**programme.content, **{name: value for name, value in basis.items() if value is not None}}
    return approve_programme(actor, programme)


def new_code(card: Mapping[str, Any]) -> str:
    """A code that no programme has: three letters of the subject and the hours, numbered when taken (`МАТ-72-2`)."""
    letters = "".join(char for char in str(card.get("subject") or "ДПП") if char.isalpha())[:3].upper()
    base = f"{letters or 'ДПП'}-{card.get('hours')}"
    db.session.execute(_CODES)  # two developers at once get two codes
    taken = set(db.session.scalars(select(Programme.code).where(Programme.code.startswith(base)).distinct()))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


def _version(code: str, version: int) -> Programme:
    query = select(Programme).where(Programme.code == code, Programme.version == version).with_for_update()
    programme = db.session.scalars(query).one_or_none()
    if programme is None:
        raise NotFound(_l("There is no such programme."))
    return programme


def _title_taken(code: str, card: Mapping[str, Any]) -> dict[str, list[object]]:
    """An error at the title when another programme in force has it (forms.yaml, dpp_card)."""
    same = select(Programme.key).where(
        Programme.status == ACTIVE, Programme.title == str(card.get("title") or "").strip(), Programme.code != code
    )
    if db.session.execute(same).first() is None:
        return {}
    return {"title": [_l("A programme with this title is in force already.")]}


def approve_programme(actor: Actor, programme: Programme) -> Programme:
    """Put a draft into force («Реализуется»): it is frozen from now on, the version before goes to the archive.

    Courses that run keep their version (processes.md, dpp_development).

    Raises:
        Conflict: it is no draft, or another programme in force has its title.
    """
    if programme.status != DRAFT:
        raise Conflict(_l("This version of the programme is in force already."))
    same_title = select(Programme.key).where(
        Programme.status == ACTIVE, Programme.title == programme.title, Programme.code != programme.code
    )
    if db.session.execute(same_title).first():
        raise Conflict(_l("A programme with this title is in force already."))
    for before in db.session.execute(
        select(Programme).where(Programme.code == programme.code, Programme.status == ACTIVE).with_for_update()
    ).scalars():
        before.status = ARCHIVED
    db.session.flush()
    programme.status = ACTIVE
    programme.approved_at = clock.now()
    db.session.flush()
    return programme


def _errors(card: Mapping[str, Any]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    if not str(card.get("title") or "").strip():
        errors["title"] = [_l("Please give the title.")]
    hours = card.get("hours")
    if not isinstance(hours, int) or hours < SHORTEST:
        errors["hours"] = [_l("A programme has at least 16 hours.")]
        return errors
    modules = card.get("modules") or []
    if modules and sum(int(module.get("hours") or 0) for module in modules) != hours:
        errors["modules"] = [_l("The hours of the modules do not add up to the hours of the programme.")]
    if (card.get("practice_hours") or 0) > hours:
        errors["practice_hours"] = [_l("Practice cannot take more hours than the programme has.")]
    return errors
