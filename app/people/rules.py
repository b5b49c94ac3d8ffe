"""Pure rules: logins, passwords, groups of an actor, words of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.kernel.actor import Assignment

LOGIN = r"[a-z][a-z0-9._-]{1,63}"
CODE = r"[a-z0-9][a-z0-9-]{0,63}"
RESERVED = frozenset({"new", "import", "options", "access"})
"""Words of addresses, which can be neither login nor code."""
SHORTEST_PASSWORD = 10
_COMMON = frozenset(["password", "1234567890", "qwertyuiop", "йцукенгшщз", "administrator", "marshrut", "parolparol"])


PERSON_MARK = "~"
"""`role@~login` is one person in a role that works for assigned objects only: the leader of this very course."""


def personal_group(role: str, login: str) -> str:
    """The candidate group that stands for one person in a role."""
    return f"{role}@{PERSON_MARK}{login}"


def person_of_group(group: str) -> str | None:
    """The login in a personal group; None for any other group."""
    _role, sign, login = group.partition(f"@{PERSON_MARK}")
    return login if sign and login else None


def groups_of(assignments: Iterable[Assignment], levels: dict[str, str]) -> frozenset[str]:
    """What `candidateGroups` of tasks may match for someone with these roles.

    For each assignment: the bare role, `role@organisation`, and `role@ancestor` for ancestors on the same level
    (a methodist of a municipal service counts for the municipality, a director of the institute for the region).

    Args:
        levels: organisation code → level, for all codes of the assignments' paths.
    """
    groups: set[str] = set()
    for assignment in assignments:
        groups.add(assignment.role)
        groups.add(f"{assignment.role}@{assignment.organisation}")
        groups.update(f"{assignment.role}@{code}" for code in assignment.path if levels.get(code) == assignment.level)
    return frozenset(groups)


def weakness(password: str, login: str, names: Sequence[str] = ()) -> str | None:
    """Why a password is too weak: `short`, `common`, `personal` (holds the login or a name), `plain`; None if good."""
    folded = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(set(folded)) < 4 or folded.isdecimal():
        return "plain"
    if any(word in folded for word in _COMMON):
        return "common"
    if any(len(word) > 3 and word.casefold() in folded for word in (login, *names)):
        return "personal"
    return None


def split_name(name: str) -> tuple[str, str, str]:
    """Surname, given name and patronymic (the rest) of a full name."""
    last, first, middle = [*re.split(r"\s+", name.strip(), maxsplit=2), "", ""][:3]
    return last, first, middle


def folded_name(last: str, first: str, middle: str) -> tuple[str, str, str]:
    """A name as it is compared: however it was written, «ё» or «е»."""
    last, first, middle = (part.strip().casefold().replace("ё", "е") for part in (last, first, middle))
    return last, first, middle


_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def login_from(last: str, first: str, middle: str) -> str:
    """A login made of a name: surname and initials in Latin letters, as `belkina.yao`."""
    initials = "".join(_latin(name)[:2] if name[:1] in "ЮЯюя" else _latin(name)[:1] for name in (first, middle))
    found = f"{_latin(last)}.{initials}".strip(".-")
    return found if re.fullmatch(LOGIN, found) else f"u{re.sub(r'[^a-z0-9]', '', found)}"[:60]


def _latin(text: str) -> str:
    return re.sub(r"[^a-z0-9-]", "", "".join(_LATIN.get(letter, letter) for letter in text.casefold()))
