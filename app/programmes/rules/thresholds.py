"""Thresholds of measures («не менее 2 совещаний», «100 % ШНОР», «не менее 25 % школ и 14 МОУО»), counted from facts.

A threshold is data: `{code, label, at_least, unit, count, group?, indicator?, having?}`; `count` says how:

    sum              numbers reported under its code, added up
    occurrences      occurrences that were done
    schools          distinct schools that took part
    schools_share    the same as a share of the schools of `group`, in percent
    having_share     schools of `group` (of the programme without it) that have all of `having` today, in percent:
                     `curator`, `agreement` (LEB-05: curator and signed agreement); nobody enters it
    municipalities   distinct municipalities
    indicator        value of the indicator `indicator`

Values are compared unrounded (indicators.md, «Rules»).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COUNTS = ("sum", "occurrences", "schools", "schools_share", "having_share", "municipalities", "indicator")
ENTERED = ("sum",)
"""Counts whose numbers the executor enters; the others follow from participants and states."""
HAVING = ("curator", "agreement")
"""What `having_share` can ask for."""
Members = Callable[[str], Collection[str]]
Indicator = Callable[[str], float | None]
Having = Callable[[str, Collection[str]], Collection[str]]


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


@dataclass(frozen=True, slots=True)
class Ground:
    """What is counted beside the reports.

    Attributes:
        members: codes of the schools of a group; of all that take part for an empty name.
        indicator: value of an indicator; None without data.
        having: those of some schools that have a thing of `HAVING` today.
    """

    members: Members
    indicator: Indicator
    having: Having


def judge(thresholds: Sequence[Mapping[str, Any]], facts: Facts, ground: Ground) -> list[Judged]:
    """Every threshold with what was reached."""
    return [_judged(each, facts, ground) for each in thresholds]


def _judged(each: Mapping[str, Any], facts: Facts, ground: Ground) -> Judged:
    count, at_least = str(each.get("count") or "sum"), float(each["at_least"])
    counted: int | None = None
    of: int | None = None
    missing: tuple[str, ...] = ()
    value: float | None
    if count in ("schools", "schools_share", "having_share"):
        group, took = _schools(each, count, facts, ground)
        counted, of = len(took), None if group is None else len(group)
        missing = () if group is None else tuple(sorted(group - took))
        value = float(counted) if count == "schools" else (100 * counted / of if of else None)
    else:
        value = _number(each, count, facts, ground)
    label, unit, met = str(each["label"]), str(each.get("unit") or ""), value is not None and value >= at_least
    return Judged(str(each["code"]), label, at_least, unit, value, met, counted, of, missing)


def _schools(
    each: Mapping[str, Any], count: str, facts: Facts, ground: Ground
) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The schools that a threshold is about (None: any), and those of them that count."""
    if count == "having_share":
        group = frozenset(ground.members(str(each.get("group") or "")))
        return group, frozenset.intersection(
            group, *(frozenset(ground.having(what, group)) for what in each.get("having") or HAVING)
        )
    if not each.get("group"):
        return None, facts.organisations
    group = frozenset(ground.members(str(each["group"])))
    return group, facts.organisations & group


def _number(each: Mapping[str, Any], count: str, facts: Facts, ground: Ground) -> float | None:
    if count == "municipalities":
        return float(len(facts.municipalities))
    if count == "occurrences":
        return float(facts.done)
    if count == "indicator":
        return ground.indicator(indicator_of(each))
    return facts.values.get(str(each["code"]), 0.0)


def indicator_of(each: Mapping[str, Any]) -> str:
    """Code of the indicator that a threshold of the count `indicator` reads."""
    return str(each.get("indicator") or each["code"])


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
