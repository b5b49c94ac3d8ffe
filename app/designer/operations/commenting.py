"""Comments on drafts, answered and resolved."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.designer import policies, queries
from app.designer.models import Comment
from app.designer.rules.texts import plain
from app.designer.views import DraftView
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key
from app.notifications.operations import notify

MOST = 2000


def comment(
    actor: Actor,
    draft_key: int,
    text: str,
    *,
    file_key: int | None = None,
    element_id: str | None = None,
    element_name: str | None = None,
    parent_key: int | None = None,
) -> int:
    """Say something about a draft, one of its files, or an element in it; or answer a comment.

    Returns:
        key of the comment.

    Raises:
        Invalid: no text, or too long.
        NotFound: there is no such draft, file or comment.
        Forbidden: the actor only reads.
    """
    policies.demand_designing(actor)
    draft = queries.drafts.draft(actor, draft_key)
    if file_key is not None:
        queries.drafts.file(actor, draft_key, file_key)
    words = plain(text)
    if not words or len(words) > MOST:
        refusal = _l("Write a comment of up to %(most)s characters.", most=MOST)
        raise Invalid(refusal, {"text": [refusal]})
    if parent_key is not None:
        parent = _comment(draft_key, parent_key)
        parent_key, file_key = parent.parent_key or parent.key, parent.file_key
        element_id, element_name = parent.element_id, parent.element_name
    row = Comment(
        key=next_key(),
        draft_key=draft_key,
        file_key=file_key,
        element_id=plain(element_id or "")[:200] or None if file_key else None,
        element_name=plain(element_name or "")[:200] or None if file_key else None,
        parent_key=parent_key,
        author=actor.login,
        text=words,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _tell(actor, draft, row)
    return row.key


def _tell(actor: Actor, draft: DraftView, said: Comment) -> None:
    """Tell those who write the draft, and whom an answer answers."""
    concerned = {draft.author, *draft.editors}
    if said.parent_key is not None:
        concerned.add(_comment(draft.key, said.parent_key).author)
    subject = _l("A comment on the draft “%(title)s”", title=draft.title)
    link = f"/designer/drafts/{draft.key}"
    notify(sorted(concerned - {actor.login}), subject, said.text, link=link, dedupe_key=f"draft_comment:{said.key}")


def resolve(actor: Actor, draft_key: int, comment_key: int, *, done: bool = True) -> None:
    """Mark a comment as done with, or open it again.

    Raises:
        NotFound: there is no such comment.
        Forbidden: the actor only reads.
    """
    policies.demand_designing(actor)
    queries.drafts.draft(actor, draft_key)
    row = _comment(draft_key, comment_key)
    row.resolved_by, row.resolved_at = (actor.login, clock.now()) if done else (None, None)
    db.session.flush()


def _comment(draft_key: int, key: int) -> Comment:
    row = db.session.get(Comment, key)
    if row is None or row.draft_key != draft_key:
        raise NotFound(_l("There is no such comment."))
    return row
