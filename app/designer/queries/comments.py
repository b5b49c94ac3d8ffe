"""Comments on drafts."""

from __future__ import annotations

from sqlalchemy import select

from app.designer.models import Comment
from app.designer.views import CommentView
from app.kernel.actor import Actor
from app.kernel.db import db

from .drafts import draft


def comments(actor: Actor, draft_key: int, file_key: int | None = None) -> list[CommentView]:
    """Comments of a draft (of one file when it is named), oldest first, each with its answers.

    Raises:
        NotFound: there is no such draft, or the actor does not read models.
    """
    draft(actor, draft_key)
    query = select(Comment).where(Comment.draft_key == draft_key).order_by(Comment.created_at, Comment.key)
    rows = db.session.scalars(query).all()
    answers: dict[int, list[CommentView]] = {}
    for row in rows:
        if row.parent_key is not None:
            answers.setdefault(row.parent_key, []).append(_view(row))
    return [
        _view(row, tuple(answers.get(row.key, ())))
        for row in rows
        if row.parent_key is None and file_key in (None, row.file_key)
    ]


def _view(row: Comment, answers: tuple[CommentView, ...] = ()) -> CommentView:
    return CommentView(
        key=row.key,
        file_key=row.file_key,
        element_id=row.element_id,
        element_name=row.element_name,
        author=row.author,
        text=row.text,
        created_at=row.created_at,
        resolved_by=row.resolved_by,
        answers=answers,
    )
