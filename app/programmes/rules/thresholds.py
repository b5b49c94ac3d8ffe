"""Thresholds of measures («не менее 2 совещаний», «100 % ШНОР», «не менее 25 % школ и 14 МОУО»), counted from facts.

A threshold is data: `{code, label, at_least, unit, count, group?, indicator?}`; `count` says how:

    sum              numbers reported under its code, added up
    occurrences      occurrences that were done
    schools          distinct schools that took part
    schools_share    the same as a share of the schools of `group`, in percent
    municipalities   distinct municipalities
    indicator        value of the indicator `indicator`

Values are compared unrounded (indicators.md, «Rules»).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COUNTS = ("sum", "occurrences", "schools", "schools_share", "municipalities", "indicator")
ENTERED = ("sum",)
"""Counts whose numbers the executor enters; the others follow from participants and states."""
Members = Callable[[str], Collection[str]]
Indicator = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reports of a measure say together.

    Attributes:
        values: numbers by code, added up.
        organisations: codes of all that took part, each once.
        municipalities: theirs, each once.
        done: occurrences that were done.
    """

    values: Mapping[str, float]
    organisations: frozenset[str]
    municipalities: frozenset[str]
    done: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A threshold with its fact.

    Attributes:
        value: unrounded; None while there is no data.
        counted, of: numerator and denominator of a share.
        missing: codes of the schools of the group that did not take part.
    """

    code: str
    label: str
    at_least: float
    unit: str
    value: float | None
    met: bool
    counted: int | None = None
    of: int | None = None
    missing: tuple[str, ...] = ()


def entered(wanted: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Numbers of a report by code; its rows name thresholds by code or by label."""
    codes = {str(each["label"]): str(each["code"]) for each in wanted}
    found: dict[str, float] = {}
    for row in rows:
        code = str(row.get("code") or codes.get(str(row.get("label")), ""))
        value = row.get("value")
        if code and isinstance(value, int | float) and not isinstance(value, bool):
            found[code] = found.get(code, 0) + value
    return found


def gather(facts: Iterable[Mapping[str, Any]], done: int = 0) -> Facts:
    """Add up facts: `{values, participants: [{organisation, municipality}]}`."""
    values: dict[str, float] = {}
    organisations: set[str] = set()
    municipalities: set[str] = set()
    for fact in facts:
        for code, number in (fact.get("values") or {}).items():
            if isinstance(number, int | float) and not isinstance(number, bool):
                values[code] = values.get(code, 0) + number
        for row in fact.get("participants") or ():
            if row.get("organisation"):
                organisations.add(str(row["organisation"]))
            if row.get("municipality"):
                municipalities.add(str(row["municipality"]))
    return Facts(values, frozenset(organisations), frozenset(municipalities), done)


def judge(
    thresholds: Sequence[Mapping[str, Any]], facts: Facts, members: Members, indicator: Indicator
) -> list[Judged]:
    """Every threshold with what was reached.

    Args:
        members: codes of the schools of a group.
        indicator: value of an indicator; None without data.
    """
    return [_judged(each, facts, members, indicator) for each in thresholds]


def _judged(each: Mapping[str, Any], facts: Facts, members: Members, indicator: Indicator) -> Judged:
    code, count, at_least = str(each["code"]), str(each.get("count") or "sum"), float(each["at_least"])
    counted: int | None = None
    of: int | None = None
    missing: tuple[str, ...] = ()
    value: float | None
    if count in ("schools", "schools_share"):
        group = frozenset(members(str(each["group"]))) if each.get("group") else None
        took = facts.organisations if group is None else facts.organisations & group
        counted, of = len(took), None if group is None else len(group)
        missing = () if group is None else tuple(sorted(group - took))
        value = float(counted) if count == "schools" else (100 * counted / of if of else None)
    elif count == "municipalities":
        value = float(len(facts.municipalities))
    elif count == "occurrences":
        value = float(facts.done)
    elif count == "indicator":
        value = indicator(str(each.get("indicator") or code))
    else:
        value = facts.values.get(code, 0.0)
    met = value is not None and value >= at_least
    return Judged(code, str(each["label"]), at_least, str(each.get("unit") or ""), value, met, counted, of, missing)


def all_met(judged: Iterable[Judged]) -> bool:
    """Whether every threshold is reached; true without any."""
    return all(each.met for each in judged)


def shown(value: float | None) -> str:
    """A number as people read it: one decimal half-up where it has one, `—` without data."""
    if value is None:
        return "—"
    if value == int(value):
        return str(int(value))
    tenths = int(abs(value) * 10 + 0.5)
    return f"{'-' if value < 0 else ''}{tenths // 10},{tenths % 10}"
