"""Drafts of agreements: each change is a new version for all parties; the last signature puts it in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.people import queries as people

from ..models import DRAFT, IN_FORCE, PLANNED, REFUSED, Agreement, AgreementParty, AgreementVersion, JointActivity
from ..rules.drafts import Draft, problems


def save_draft(actor: Actor, instance_key: int, draft: Draft, *, initiator: str, scan: Sequence[Any] = ()) -> Agreement:
    """Keep a draft, or its next version; signatures given before are void.

    Args:
        initiator: organisation of who drafts it.

    Raises:
        Invalid: parties, term or plan are wrong; the fields are named.
        Conflict: it was signed already.
    """
    errors = problems(draft, initiator)
    for index, party in enumerate(draft.parties):
        if not _known(party.organisation):
            errors[f"parties.{index}.organisation"] = ["—"]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors)
    row = existing(instance_key)
    if row is None:
        row = Agreement(
            instance_key=instance_key,
            initiator=initiator,
            version=0,
            state=DRAFT,
            created_at=clock.now(),
            created_by=actor.login,
        )
        db.session.add(row)
    if row.state != DRAFT:
        raise Conflict()
    _write(row, draft, scan)
    db.session.flush()
    _keep_version(actor, row, draft)
    return row


def of_instance(instance_key: int) -> Agreement:
    """The agreement of a process, locked.

    Raises:
        NotFound: it has none.
    """
    found = existing(instance_key)
    if found is None:
        raise NotFound()
    return found


def conclude(
    actor: Actor, instance_key: int, signatures: Mapping[str, Mapping[str, Any] | None], registered: Mapping[str, Any]
) -> Agreement:
    """Put an agreement in force.

    Args:
        signatures: what was signed, by organisation; every party must be there.
        registered: `number, date, document_id` of the register.

    Raises:
        Invalid: a party has not signed.
        Conflict: it is in force already.
    """
    row = of_instance(instance_key)
    if row.state != DRAFT:
        raise Conflict()
    if not all(signatures.get(party.organisation) for party in row.parties):
        raise Invalid(_l("A party has not signed."))
    for party in row.parties:
        party.signature = dict(signatures[party.organisation] or {})
    row.state, row.number = IN_FORCE, str(registered["number"])
    row.signed_on = date.fromisoformat(str(registered["date"])[:10])
    row.document_id = str(registered.get("document_id") or "") or None
    db.session.flush()
    audit.record_event(actor, "agreement", str(row.key), "conclude", details={"number": row.number})
    return row


def refuse_draft(actor: Actor, instance_key: int, reason: str) -> None:
    """The agreement does not come about."""
    row = existing(instance_key)
    if row is not None and row.state == DRAFT:
        row.state, row.end_reason, row.ended_on = REFUSED, reason, clock.today()
        db.session.flush()


def existing(instance_key: int) -> Agreement | None:
    """The agreement of a process, locked; None where there is none yet."""
    return db.session.scalar(select(Agreement).where(Agreement.instance_key == instance_key).with_for_update())


def _write(row: Agreement, draft: Draft, scan: Sequence[Any]) -> None:
    row.version += 1
    row.kind, row.subject, row.forms, row.scan = draft.kind, draft.subject, list(draft.forms), list(scan)
    row.term_from, row.term_to = draft.term_from, draft.term_to
    row.parties.clear()
    row.activities.clear()
    db.session.flush()
    for position, party in enumerate(draft.parties):
        place = people.municipality_of(party.organisation)
        row.parties.append(
            AgreementParty(organisation=party.organisation, municipality=place, position=position, role=party.role)
        )
    for position, activity in enumerate(draft.plan):
        row.activities.append(JointActivity(position=position, state=PLANNED, **asdict(activity)))


def _keep_version(actor: Actor, row: Agreement, draft: Draft) -> None:
    content = asdict(draft) | {"term_from": draft.term_from.isoformat(), "term_to": draft.term_to.isoformat()}
    content["plan"] = [{**asdict(each), "due": each.due.isoformat()} for each in draft.plan]
    db.session.add(
        AgreementVersion(
            agreement_key=row.key,
            version=row.version,
            content=content,
            created_at=clock.now(),
            created_by=actor.login,
        )
    )
    db.session.flush()


def _known(code: str) -> bool:
    try:
        return people.organisation(code).active
    except NotFound:
        return False
