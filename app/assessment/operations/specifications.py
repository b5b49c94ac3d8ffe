"""Specifications of tests: how many items of each topic a variant has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import ItemBank, TestSpecification
from ..queries import banks as queries
from ..rules.drawing import Quota
from .banks import CODE, hold_bank

SPECIFICATION = "test_specification"
LONGEST_MINUTES, MOST_ITEMS = 600, 200


@dataclass(frozen=True, slots=True)
class SpecificationDraft:
    """A specification as it is written; `time_limit_min` None means until the window closes."""

    code: str
    title: str
    quotas: Sequence[Quota]
    time_limit_min: int | None
    active: bool = True


def save_specification(
    actor: Actor, bank_code: str, draft: SpecificationDraft, *, code: str = "", version: int | None = None
) -> TestSpecification:
    """Add a specification, or change one. Attempts that were begun keep their variant.

    Args:
        code: of the specification that is changed; empty for a new one.
        version: the version that was shown; None skips the check.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
        Invalid: what is wrong, by field (`quota.<topic>`: the topic holds fewer items than its quota).
        Conflict: somebody else changed it.
    """
    bank = hold_bank(queries.bank_to_edit(actor, bank_code))
    errors = _errors(bank, draft, new=not code)
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    if code:
        found = queries.specification(bank.key, code)
        if version is not None and found.version != version:
            raise Conflict(
                _l("Somebody else has changed this while you were editing. Compare, and save again if yours is right.")
            )
    else:
        found = TestSpecification(key=next_key(), code=draft.code, bank_key=bank.key)
        found.created_at, found.created_by = clock.now(), actor.login
        db.session.add(found)
    found.title, found.time_limit_min, found.active = draft.title, draft.time_limit_min, draft.active
    found.quotas = [{"topic": quota.topic, "count": quota.count} for quota in draft.quotas]
    audit.record_event(actor, SPECIFICATION, found.code, "change" if code else "create")
    db.session.flush()
    return found


def scarce_topics(bank: ItemBank, quotas: Sequence[Quota]) -> list[str]:
    """Topics with fewer than twice their quota: a repeat variant would hold items of the first one."""
    have = _available(bank)
    return [quota.topic for quota in quotas if quota.count <= have.get(quota.topic, 0) < 2 * quota.count]


def _available(bank: ItemBank) -> Mapping[str, int]:
    return {topic.title: topic.count for topic in queries.topics(bank.key)}


def _errors(bank: ItemBank, draft: SpecificationDraft, *, new: bool) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    if new and not CODE.fullmatch(draft.code):
        errors["code"] = [_l("From 2 to 40 letters, digits, hyphens and full stops, no spaces.")]
    elif new and db.session.scalar(select(TestSpecification.key).where(TestSpecification.code == draft.code)):
        errors["code"] = [_l("This code is taken.")]
    if not draft.title:
        errors["title"] = [_l("Please fill this in.")]
    if draft.time_limit_min is not None and not 1 <= draft.time_limit_min <= LONGEST_MINUTES:
        errors["time_limit_min"] = [_l("From 1 to %(most)s minutes, or empty.", most=LONGEST_MINUTES)]
    have = _available(bank)
    for quota in draft.quotas:
        if not 1 <= quota.count <= have.get(quota.topic, 0):
            message = _l("The topic holds %(count)s questions.", count=have.get(quota.topic, 0))
            errors[f"quota.{quota.topic}"] = [message]
    total = sum(quota.count for quota in draft.quotas)
    if not 1 <= total <= MOST_ITEMS or len({quota.topic for quota in draft.quotas}) != len(draft.quotas):
        errors["quotas"] = [_l("A test has from 1 to %(most)s questions.", most=MOST_ITEMS)]
    return errors
