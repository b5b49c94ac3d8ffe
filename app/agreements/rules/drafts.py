"""What an agreement must say before it goes to the parties (forms.md, `cooperation_agreement`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

NOTICE_DAYS = 30
"""So many days before its end the parties are asked to prolong or to finish (processes.md, step 6)."""
TERMINATION_DAYS = 10
"""Working days of notice before an agreement ends early."""


@dataclass(frozen=True, slots=True)
class Party:
    """One side: organisation and its role in the words of the form."""

    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class Activity:
    """A row of the joint plan."""

    title: str
    due: date
    responsible: str
    expected: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of an agreement."""

    kind: str
    subject: str
    forms: tuple[str, ...]
    parties: tuple[Party, ...]
    plan: tuple[Activity, ...]
    term_from: date
    term_to: date


def problems(draft: Draft, initiator: str) -> dict[str, list[object]]:
    """What is wrong with a draft, by field path.

    Args:
        initiator: organisation that drafts it; it is one of the parties.
    """
    found: dict[str, list[object]] = {}
    codes = [party.organisation for party in draft.parties]
    if len(set(codes)) < 2:
        found["parties"] = [_l("An agreement needs at least two different organisations.")]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            found[f"parties.{index}.organisation"] = [_l("This organisation is a party already.")]
    if initiator not in codes:
        found.setdefault("parties", []).append(_l("Your own organisation must be one of the parties."))
    if draft.term_to <= draft.term_from:
        found["term_to"] = [_l("The last day is before the first.")]
    if not draft.plan:
        found["joint_plan"] = [_l("The joint plan is empty.")]
    found |= _plan_problems(draft.plan, codes, draft.term_from, draft.term_to)
    return found


def _plan_problems(
    plan: Sequence[Activity], codes: Sequence[str], first: date, last: date
) -> Mapping[str, list[object]]:
    found: dict[str, list[object]] = {}
    for index, row in enumerate(plan):
        if not first <= row.due <= last:
            found[f"joint_plan.{index}.due"] = [_l("This day lies outside the term of the agreement.")]
        if row.responsible not in codes:
            found[f"joint_plan.{index}.responsible"] = [_l("Only a party of the agreement can be responsible.")]
    return found


def notice_on(term_to: date) -> date:
    """The day on which the parties are asked to prolong or to finish."""
    return term_to - timedelta(days=NOTICE_DAYS)
