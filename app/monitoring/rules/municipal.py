"""The 14 municipal indicators: when each is active, what a cell may say, points and directions (LIP §1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from flask_babel import lazy_gettext as _l

MONTHS = (4, 6, 11)
"""The stages of the table in LIP §1; where the second stage is held in July, June's indicators count."""
STAGE_OF_MONTH = {4: 4, 6: 6, 7: 6, 11: 11}
NUMBERS = {month: number for number, month in enumerate(MONTHS, 1)}
"""Numbers of the stages in the year's calendar, by their months."""
YES, PARTLY, NO = "да", "частично", "нет"
CONFIRMED, NOT_CONFIRMED, CLARIFY = "подтверждено", "не подтверждено", "уточнить"
POINTS = {YES: Decimal(1), PARTLY: Decimal("0.5"), NO: Decimal(0)}
DECISIONS = "MM-14"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the 14 indicators.

    Attributes:
        months: the stages in which it is active.
        direction: code of the direction that it counts for.
        update_of: for an «обновление», the indicator whose place it takes.
    """

    code: str
    number: int
    title: str
    group: int
    months: tuple[int, ...]
    direction: str
    update_of: str | None

    @property
    def name(self) -> str:
        """Number and wording, as forms and tables show it."""
        return f"{self.number}. {self.title[:1].upper()}{self.title[1:]}"


@dataclass(frozen=True, slots=True)
class Directory:
    """All indicators, groups by number and directions by code."""

    indicators: tuple[Indicator, ...]
    groups: Mapping[int, str]
    directions: Mapping[str, str]


@cache
def directory() -> Directory:
    """The content of `data/municipal.yaml`."""
    path = Path(__file__).resolve().parents[1] / "data" / "municipal.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [
        Indicator(
            code=row["code"],
            number=row["number"],
            title=row["title"],
            group=group["number"],
            months=tuple(row["months"]),
            direction=row["direction"],
            update_of=row.get("update_of"),
        )
        for group in content["groups"]
        for row in group["indicators"]
    ]
    groups = {group["number"]: str(group["title"]) for group in content["groups"]}
    return Directory(tuple(found), groups, {row["code"]: row["title"] for row in content["directions"]})


def active(month: int) -> list[Indicator]:
    """The indicators of a month: 7 in April, 12 in June (July) and November.

    Raises:
        KeyError: no stage is held in this month.
    """
    stage = STAGE_OF_MONTH[month]
    return [each for each in directory().indicators if stage in each.months]


def indicator(code: str) -> Indicator:
    """An indicator by its code.

    Raises:
        KeyError: there is none.
    """
    return {each.code: each for each in directory().indicators}[code]


def named(name: str) -> Indicator | None:
    """The indicator whose name a form's row holds; None for anything else."""
    return next((each for each in directory().indicators if each.name == name), None)


def problems(each: Indicator, row: Mapping[str, Any], held_before: date | None) -> dict[str, object]:
    """What is wrong with a filled-in row, by field; empty when it can be taken.

    Args:
        each: the indicator.
        row: `value, url, published_on` (date or None), `count`.
        held_before: the day of the stage before; an update must be later.
    """
    value, url, on = row.get("value"), row.get("url"), row.get("published_on")
    found: dict[str, object] = {}
    if value not in POINTS:
        found["value"] = _l("Choose “yes”, “partly” or “no”.")
        return found
    if value != NO and not url:
        found["url"] = _l("“Yes” and “partly” need a link to the page of the site.")
    elif url and not is_link(str(url)):
        found["url"] = _l("The link must begin with http:// or https://.")
    if each.update_of and value != NO:
        if on is None:
            found["published_on"] = _l("An update needs its date.")
        elif held_before is not None and on <= held_before:
            found["published_on"] = _l("An update must be later than the stage before.")
    if row.get("count") is not None and int(row["count"]) < 0:
        found["count"] = _l("The number cannot be negative.")
    return found


def is_link(text: str) -> bool:
    """Whether a text is an address of a page on the web."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 2000


def points(value: str | None, check_result: str | None) -> Decimal:
    """Points of a cell: only what the institute confirmed counts (indicators.md)."""
    return POINTS.get(value or NO, Decimal(0)) if check_result == CONFIRMED else Decimal(0)


def is_negative(value: str | None, check_result: str | None) -> bool:
    """Whether a cell needs a decision: «нет», or not confirmed."""
    return value in (None, NO) or check_result != CONFIRMED


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a municipality, and by direction `{code: {points, most}}`."""

    points: Decimal
    most: int
    directions: Mapping[str, Mapping[str, Any]]


def score(cells: Iterable[tuple[str, str | None, str | None]]) -> Score:
    """The score of a municipality.

    Args:
        cells: `(code, value, check_result)` of every indicator of the round.
    """
    total, most = Decimal(0), 0
    got = dict.fromkeys(directory().directions, Decimal(0))
    of = dict.fromkeys(directory().directions, 0)
    for code, value, check_result in cells:
        direction, found = indicator(code).direction, points(value, check_result)
        total, most = total + found, most + 1
        got[direction] += found
        of[direction] += 1
    return Score(total, most, {code: {"points": float(got[code]), "most": of[code]} for code in got})


def ranking(scores: Mapping[str, Decimal]) -> dict[str, int]:
    """Places by points, the best first; equal points share a place."""
    return {code: 1 + sum(each > found for each in scores.values()) for code, found in scores.items()}
