"""Who does a measure: roles and kinds of organisations in a document, and whose inbox gets the task.

«An organisation's task goes to its head/coordinator inbox» (processes.md, `roadmap_measure`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

EXECUTORS = (
    *("region_coordinator", "iro_coordinator", "municipal_coordinator"),
    *("programme_coordinator", "mms_methodist", "school_head"),
)
"""Roles that carry out measures (roles.md §2a `executor`, and the coordinator for the authority itself)."""
_INBOX = {
    "region_authority": "region_coordinator",
    "iro": "iro_coordinator",
    "mouo": "municipal_coordinator",
    "mms": "mms_methodist",
    "school": "school_head",
    "course_leader": "programme_coordinator",
    "curator_500": "mms_methodist",
    "mmo_head": "mms_methodist",
    "mmo": "mms_methodist",
}
_WORDS = (
    ("programme_coordinator", r"координатор программы"),
    ("region_authority", r"\bуоин\b|\bдо яо\b|департамент образования|управление образования и науки"),
    ("iro", r"\bиро\b|институт\w* развития образования"),
    ("cmoko", r"цмоко|ц?о ?и ?кко"),
    ("psych_center", r"«ресурс»"),
    ("mouo", r"отдел образования|\bмоуо\b|\bмос\b|«управление образования»"),
    ("mms", r"\bммс\b|\bкиро\b|\bимц\b|методическ\w+ служб"),
    ("municipal_coordinator", r"муниципальн\w+ координатор"),
    ("rumo", r"\bрумо\b"),
    ("mmo", r"\bммо\b"),
    ("tutor_school", r"школы-наставники|школы-тьюторы"),
    ("expert_consultant", r"консультант"),
    ("mmo_head", r"руководител\w+ (?:рмо|мо|ммо)"),
    ("school_head", r"руководител\w+ (?:оу|оо|школ)|директор"),
    ("school", r"\bоу\b|\bоо\b|школы"),
    ("course_leader", r"руководител\w+ (?:программ|курс)"),
    ("curator_500", r"500\+"),
)


def read_executors(text: str) -> list[str]:
    """Codes of roles and kinds of organisations in a text, in its order.

    >>> read_executors("УОиН, ГАУДПО ЛО «ИРО»")
    ['region_authority', 'iro']
    """
    plain = " ".join(text.lower().replace("ё", "е").split())
    found = [(match.start(), code) for code, words in _WORDS if (match := re.search(words, plain))]
    return [code for _at, code in sorted(found)]


def inboxes(codes: Sequence[str], level: str) -> list[str]:
    """Roles whose inboxes get the tasks, the leading executor first.

    Args:
        codes: of `read_executors`, or roles.
        level: `region`, `municipality` or `school`: where the programme is kept. Who does not carry out measures
            there (experts, other bodies) is spoken for by its coordinator.
    """
    found: list[str] = []
    for code in codes:
        role = _INBOX.get(code, code)
        if role in EXECUTORS and fits(role, level):
            found.append(role)
    if not found and codes:
        found.append(coordinator(level))
    return list(dict.fromkeys(found))


def fits(role: str, level: str) -> bool:
    """Whether a role carries out measures of a programme of this level: nobody works for a level above."""
    if level == "region":
        return role in ("region_coordinator", "iro_coordinator")
    if level == "municipality":
        return role in ("municipal_coordinator", "programme_coordinator", "mms_methodist")
    return role == "school_head"


@dataclass(frozen=True, slots=True)
class Below:
    """Roles whose inboxes get a part of a measure in the organisations below; empty: they are not named.

    Attributes:
        municipality, school: role in every municipality, in every school.
    """

    municipality: str = ""
    school: str = ""

    def __bool__(self) -> bool:
        return bool(self.municipality or self.school)


def below(codes: Sequence[str], level: str) -> Below:
    """Which organisations below the programme's place a row names among its executors.

    Args:
        level: of the programme; nobody stands below a school.
    """
    school = "school_head" if level != "school" and {"school", "school_head"} & set(codes) else ""
    if level != "region":
        return Below(school=school)
    if {"mouo", "municipal_coordinator"} & set(codes):
        return Below("municipal_coordinator", school)
    return Below("mms_methodist" if "mms" in codes else "", school)


def coordinator(level: str) -> str:
    """Who coordinates a programme of a level, accepts reports and takes what nobody else takes."""
    return {"region": "region_coordinator", "municipality": "municipal_coordinator"}.get(level, "school_head")


def signatory(level: str) -> str:
    """Who signs the orders of a programme of a level."""
    return {"region": "region_head", "municipality": "mouo_head"}.get(level, "school_head")
