"""Rules of training at outside providers: words, quotas handed on, totals (KEM 2020: 968 listeners, 862 of 942)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ENROLLED, STUDYING, ATTESTED = "зачислен", "обучается", "аттестован"
NOT_ATTESTED, DROPPED = "не аттестован", "выбыл"
STATUSES = (ENROLLED, STUDYING, ATTESTED, NOT_ATTESTED, DROPPED)
_SAID = {"не приступил": ENROLLED, "не приступила": ENROLLED, "выбыла": DROPPED, "зачислена": ENROLLED} | {
    "аттестована": ATTESTED,
    "не аттестована": NOT_ATTESTED,
}
REPLACE_WITHIN = timedelta(days=7)
"""How long after the start a dropout may be replaced (processes.md, external_course 4)."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What came of a course; percentages are unrounded, None where they have no meaning."""

    listeners: int
    attested: int
    plan: int
    of_listeners: float | None
    of_plan: float | None

    @property
    def short(self) -> bool:
        """Whether fewer were attested than planned."""
        return self.attested < self.plan


def status(text: str) -> str | None:
    """The status that a cell means; None when it means none."""
    said = " ".join(text.lower().split())
    return said if said in STATUSES else _SAID.get(said)


def totals(statuses: Iterable[str], plan: int) -> Totals:
    """Listeners, attested, and both shares. A dropout counts as a listener: the place was used."""
    found = list(statuses)
    attested = sum(each == ATTESTED for each in found)
    return Totals(
        listeners=len(found),
        attested=attested,
        plan=plan,
        of_listeners=100 * attested / len(found) if found else None,
        of_plan=100 * attested / plan if plan else None,
    )


def redistribute(quotas: Mapping[str, int], sent: Mapping[str, int], wishes: Mapping[str, int]) -> dict[str, int]:
    """Places that some left empty, for those who asked for more: one each in turn, the smallest wish is met first.

    Args:
        quotas: places by municipality.
        sent: listeners sent.
        wishes: how many more a municipality could send.

    Returns:
        Further places by municipality; who gets none is not named.
    """
    free = sum(max(0, quota - sent.get(code, 0)) for code, quota in quotas.items())
    free -= sum(max(0, sent.get(code, 0) - quota) for code, quota in quotas.items())
    asked = sorted((wish, code) for code, wish in wishes.items() if wish > 0 and sent.get(code, 0) >= quotas[code])
    given = dict.fromkeys((code for _, code in asked), 0)
    while free > 0 and any(given[code] < wish for wish, code in asked):
        for wish, code in asked:
            if free > 0 and given[code] < wish:
                given[code] += 1
                free -= 1
    return {code: places for code, places in given.items() if places}


def may_replace(today: date, start: date) -> bool:
    """Whether a dropout may still be replaced."""
    return today <= start + REPLACE_WITHIN


def named_twice(logins: Sequence[str]) -> list[str]:
    """Logins that stand in a list more than once."""
    return sorted({login for login in logins if logins.count(login) > 1})
