"""Kinds of appointments, in the words of the form `curator_card`, and the role that each gives (roles.md §2)."""

from __future__ import annotations

from dataclasses import dataclass

SCHOOL, MUNICIPALITY = "school", "municipality"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an appointment is.

    Attributes:
        name: as people read it.
        role: id of the role that it gives for the target.
        level: of the target.
        places: kinds of organisations where the role can be held when the person works in none of the right kind.
    """

    name: str
    role: str
    level: str
    places: tuple[str, ...] = ()


PERSONAL = "персональный куратор школы"
MUNICIPAL = "консультант-эксперт муниципалитета"
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(PERSONAL, "curator", SCHOOL, ("iro",)),
        Kind(MUNICIPAL, "expert_consultant", MUNICIPALITY, ("expert_institute",)),
        Kind("консультант-эксперт школы", "expert_consultant", SCHOOL, ("expert_institute",)),
        Kind("школьный тьютор", "school_tutor", SCHOOL),
        Kind("наставник", "school_tutor", SCHOOL),
        Kind("куратор 500+", "curator_500", SCHOOL),
    )
}
NEEDED = {SCHOOL: PERSONAL, MUNICIPALITY: MUNICIPAL}
"""What every participant school and every municipality with such a school must have (LIP 2.1, 3.2)."""
