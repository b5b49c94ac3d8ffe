"""What a teacher needs next: from the head's last check of implementation, and from the draft of the next period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents import queries as documents
from app.documents.models import Record
from app.kernel.actor import PLATFORM
from app.kernel.db import db

from ..rules import words

DRAFT = "technical_assignment_draft"
"""Kind of the record that holds the assignment of the next period until a course is chosen (post_course_support 4)."""
_SHORTEST = 20
"""Letters that Appendix 1 demands of a difficulty."""


def next_assignment(login: str, since: Any = None) -> dict[str, Any]:
    """What prefills the next technical assignment: competences, difficulties, and the needs in the head's words.

    Args:
        login: the teacher.
        since: moment of her last application; an older draft has been used already.
    """
    check, draft = latest("implementation_check", login), latest(DRAFT, login)
    needs = text_of(check)
    found: dict[str, Any] = {"next_needs": needs}
    if draft is not None and (since is None or draft.created_at > since):
        return found | {name: draft.data[name] for name in ("competences", "difficulties") if draft.data.get(name)}
    if needs is None or check is None:
        return found
    asked = _competences(check.data)
    found["competences"] = asked
    if len(needs) >= _SHORTEST:
        found["difficulties"] = [{"competence": name, "text": needs} for name in asked]
    return found


def latest(kind: str, login: str) -> Record | None:
    """The newest record of a kind about a teacher."""
    return db.session.scalars(documents.records(PLATFORM, kind, owner=login).limit(1)).first()


def text_of(check: Record | None) -> str | None:
    """The needs that the head wrote down."""
    said = check.data.get("next_needs") if check is not None else None
    return str(said).strip() or None if said else None


def _competences(check: Mapping[str, Any]) -> list[str]:
    """Competences that are not fully put into practice; all of them where every one is."""
    rows = [row for row in check.get("competences") or () if row.get("competence")]
    weak = [row for row in rows if row.get("implemented") != "внедрено"]
    return [f"{words.competence(str(row['competence']))} компетенция" for row in weak or rows]
