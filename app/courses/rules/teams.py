"""When a school team counts as trained (README question 11, parameter `team_complete_rule`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import words

TRAINED, PARTLY, NOT_TRAINED = "команда обучена", "команда обучена частично", "команда не обучена"


@dataclass(frozen=True, slots=True)
class Member:
    """One listener of a team: role of the person at the school, and whether the certificate was issued."""

    role: str
    certified: bool


def team_result(members: Sequence[Member], rule: str | None) -> str:
    """`TRAINED`, `PARTLY` or `NOT_TRAINED` for a team under the course's rule (all members by default)."""
    certified = [member for member in members if member.certified]
    if not certified:
        return NOT_TRAINED
    if rule == words.TEAM_HEAD_AND_DEPUTY:
        roles = [member.role for member in certified]
        return TRAINED if "school_head" in roles and "deputy_head" in roles else PARTLY
    return TRAINED if len(certified) == len(members) else PARTLY
