"""Review: another designer than those who wrote a draft approves it, or gives it back."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_event
from app.designer import policies
from app.designer.findings import Finding
from app.designer.gates import gate
from app.designer.models import ABANDONED, DRAFT, TEST, Comment, Draft
from app.designer.queries import drafts
from app.designer.rules.texts import plain
from app.designer.views import DraftView
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.notifications.operations import notify
from app.people import queries as people

from .rows import take, take_open

MOST_TEXT = 2000


def submit(actor: Actor, key: int, note: str = "") -> None:
    """Give a draft to the other designers for review; from now on it is frozen.

    Raises:
        Invalid: it has no file, or a colleague is editing one.
        Conflict: it is under review already, or over.
    """
    draft = take_open(actor, key)
    files = drafts.draft(actor, key).files
    held = next((file for file in files if file.holder not in (None, actor.login)), None)
    if held is not None:
        raise Invalid(_l("“%(file)s” is being edited by a colleague: wait, or take it over first.", file=held.name))
    if not files:
        raise Invalid(_l("There is nothing to review: the draft has no file."))
    draft.stage, draft.submitted_by, draft.submitted_at = TEST, actor.login, clock.now()
    _say(actor, draft, note)
    record_event(actor, "model_draft", draft.key, "submit")
    others = [login for login in people.holders("designer") if login not in (*draft.editors, draft.author)]
    _tell(draft, others, _l("Please review: %(title)s", title=draft.title))


def approve(actor: Actor, key: int, note: str = "") -> None:
    """Approve a draft under review; it may be published then.

    Raises:
        Forbidden: the actor has written it, in part at least.
        Conflict: it is not under review, or somebody has approved it already.
    """
    draft = _under_review(actor, key)
    if not policies.may_approve(actor, draft.author, draft.editors):
        raise Forbidden(_l("You have changed this draft yourself: another designer approves it."))
    if draft.approved_by is not None:
        raise Conflict(_l("This draft is approved already."))
    draft.approved_by, draft.approved_at = actor.login, clock.now()
    _say(actor, draft, note)
    record_event(actor, "model_draft", draft.key, "approve")
    _tell(draft, _writers(draft, actor), _l("Approved, it may be published: %(title)s", title=draft.title))


def return_(actor: Actor, key: int, note: str) -> None:
    """Give a draft back to its writers, with the reason.

    Raises:
        Invalid: no reason.
        Forbidden: the actor has written it (who wants it back takes it back, `withdraw`).
        Conflict: it is not under review.
    """
    draft = _under_review(actor, key)
    if not policies.may_approve(actor, draft.author, draft.editors):
        raise Forbidden(_l("You have changed this draft yourself: another designer judges it."))
    if not plain(note):
        words = _l("Say what should be changed.")
        raise Invalid(words, {"note": [words]})
    _thaw(draft)
    _say(actor, draft, note)
    record_event(actor, "model_draft", draft.key, "return")
    _tell(draft, _writers(draft, actor), _l("Came back from review: %(title)s", title=draft.title), note)


def withdraw(actor: Actor, key: int) -> None:
    """Take a draft back from review to change it; an approval falls with it.

    Raises:
        Conflict: it is not under review.
    """
    draft = _under_review(actor, key)
    _thaw(draft)
    record_event(actor, "model_draft", draft.key, "withdraw")


def abandon(actor: Actor, key: int) -> None:
    """Put a draft aside.

    Raises:
        Conflict: it is under review or over.
    """
    draft = take_open(actor, key)
    draft.stage, draft.changed_at = ABANDONED, clock.now()
    record_event(actor, "model_draft", draft.key, "abandon")


def resume(actor: Actor, key: int) -> None:
    """Take a draft up again that was put aside.

    Raises:
        Conflict: it was not.
    """
    draft = take(actor, key)
    if draft.stage != ABANDONED:
        raise Conflict(_l("This draft was not put aside."))
    draft.stage, draft.changed_at = DRAFT, clock.now()
    record_event(actor, "model_draft", draft.key, "resume")


@gate("review", label=_l("Review"), order=90)
def reviewed(_actor: Actor, draft: DraftView) -> list[Finding]:
    """Nothing is published that no other designer has approved."""
    if draft.approved_by is not None:
        return []
    return [Finding("", None, None, _("Another designer has to approve this draft."), "error", "review")]


def _under_review(actor: Actor, key: int) -> Draft:
    draft = take(actor, key)
    if draft.stage != TEST:
        raise Conflict(_l("This draft is not under review."))
    return draft


def _thaw(draft: Draft) -> None:
    draft.stage, draft.changed_at = DRAFT, clock.now()
    draft.submitted_by = draft.submitted_at = draft.approved_by = draft.approved_at = None


def _writers(draft: Draft, actor: Actor) -> list[str]:
    return sorted({draft.author, *draft.editors, *filter(None, [draft.submitted_by])} - {actor.login})


def _say(actor: Actor, draft: Draft, note: str) -> None:
    if text := plain(note):
        db.session.add(Comment(draft_key=draft.key, author=actor.login, text=text[:MOST_TEXT], created_at=clock.now()))


def _tell(draft: Draft, logins: list[str], subject: object, text: str = "") -> None:
    db.session.flush()
    notify(logins, subject, text, link=f"/designer/drafts/{draft.key}", kind="result")
