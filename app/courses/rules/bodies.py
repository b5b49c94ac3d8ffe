"""Collegial bodies: who sits in them, who chairs them (roles.md §2a), and what a written vote says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

REGIONAL_GROUP, MUNICIPAL_GROUP = "региональная рабочая группа", "муниципальная рабочая группа"
CONFERENCE = "совещание"
MEMBERS = {
    REGIONAL_GROUP: "region_wg_member",
    MUNICIPAL_GROUP: "municipal_wg_member",
    "рабочая группа Программы": "region_wg_member",
    "координационный совет": "municipal_wg_member",
    "РУМО": "rumo_member",
    "муниципальный методический совет": "municipal_wg_member",
    "РМО/ММО": "mmo_head",
    "экспертная комиссия": "expert_commission_member",
    "общественно-профессиональное сообщество": "rumo_member",
    "жюри конкурса": "juror",
}
"""Role whose holders are proposed as members of a body that has not met yet."""
CHAIRS = ("region_coordinator", "mouo_head", "rumo_member", "mmo_head")
SECRETARIES = ("iro_coordinator", "municipal_coordinator", "programme_coordinator")
OVERDUE_QUESTION = "Исполнение ранее принятых решений"
_VOTES = {"за": "votes_for", "против": "votes_against", "воздержался": "votes_abstained"}


def with_overdue(agenda: Sequence[Mapping[str, Any]], overdue: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The agenda, with the overdue decisions of the body as its last question (working_group_meeting 5)."""
    rows = [dict(row) for row in agenda if not str(row.get("question") or "").startswith(OVERDUE_QUESTION)]
    if overdue:
        named = "; ".join(str(row["decision"]) for row in overdue)
        number = max((int(row.get("item") or 0) for row in rows), default=0) + 1
        rows.append({"item": number, "question": f"{OVERDUE_QUESTION}: {named}"[:1000]})
    return rows


def counted(agenda: Sequence[Mapping[str, Any]], votes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Votes by question: `{item, question, votes_for, votes_against, votes_abstained}`."""
    cast: Counter[tuple[Any, str]] = Counter()
    for ballot in votes:
        for row in ballot.get("rows") or ():
            cast[row.get("item"), _VOTES.get(str(row.get("vote")), "")] += 1
    return [
        {
            "item": row["item"],
            "question": row["question"],
            **{name: cast[row["item"], name] for name in _VOTES.values()},
        }
        for row in agenda
    ]
