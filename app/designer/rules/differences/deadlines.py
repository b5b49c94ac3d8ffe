"""Terms and moments of a model in words: `10 wd`, `P3D`, `=string(sla.report) + " wd"`, `R3/PT1H`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext

_WORKING = re.compile(r"=?\s*\"?(\d+)\s*wd\"?")
_BY_TABLE = re.compile(r"=\s*string\(sla\.(\w+)\)\s*\+\s*\" wd\"")
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def working_days(raw: str) -> int | None:
    """How many working days a term names, None when it is another one."""
    found = _WORKING.fullmatch(raw.strip())
    return int(found[1]) if found else None


def term(raw: str) -> str:
    """A due date, duration or cycle in words; an expression as it stands."""
    days = working_days(raw)
    if days is not None:
        return str(ngettext("%(num)d working day", "%(num)d working days", days))
    by_table = _BY_TABLE.fullmatch(raw.strip())
    if by_table:
        return str(gettext("as the table of terms says (%(name)s), in working days", name=by_table[1]))
    period = _PERIOD.fullmatch(raw.strip())
    if period and any(period.groups()):
        return _period(period)
    return raw


def _period(found: re.Match[str]) -> str:
    return " ".join(str(_unit(index)(int(number))) for index, number in enumerate(found.groups()) if number)


def _unit(index: int) -> Callable[[int], Any]:
    units: tuple[Callable[[int], Any], ...] = (
        lambda n: ngettext("%(num)d year", "%(num)d years", n),
        lambda n: ngettext("%(num)d month", "%(num)d months", n),
        lambda n: ngettext("%(num)d week", "%(num)d weeks", n),
        lambda n: ngettext("%(num)d day", "%(num)d days", n),
        lambda n: ngettext("%(num)d hour", "%(num)d hours", n),
        lambda n: ngettext("%(num)d minute", "%(num)d minutes", n),
        lambda n: ngettext("%(num)d second", "%(num)d seconds", n),
    )
    return units[index]
