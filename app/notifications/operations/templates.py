"""Words of letters: found for an occasion, changed by designers and administrators, each change a version."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from .. import policies, sources
from ..models import MailTemplate
from ..rules import events, one_line, templating


def newest() -> Select[MailTemplate]:
    """Select the versions that count: the last of each template, unless it gave the words back."""
    later = aliased(MailTemplate)
    same = (later.event == MailTemplate.event, later.scope == MailTemplate.scope)
    outdated = select(later.key).where(*same, later.version > MailTemplate.version).exists()
    return select(MailTemplate).where(~outdated, ~MailTemplate.built_in)


def current(event: str, process: str | None = None, element: str | None = None) -> MailTemplate | None:
    """The template that counts for an occasion: that of the task, of the process, or of the event; None: built in."""
    wanted = events.scopes(process, element)
    statement = newest().where(MailTemplate.event == event, MailTemplate.scope.in_(wanted))
    found = {row.scope: row for row in db.session.scalars(statement)}
    return next((found[scope] for scope in wanted if scope in found), None)


def save_template(actor: Actor, event: str, scope: str, version: int, subject: str, text: str) -> MailTemplate:
    """Keep new words as the next version.

    Args:
        scope: see `MailTemplate`.
        version: the version that the author has seen; 0 when there was none.

    Raises:
        Forbidden: the actor words no letters.
        NotFound: no such event, process or task.
        Invalid: the template cannot be used; field messages say why.
        Conflict: somebody else has saved a version in the meantime.
    """
    occasion = _occasion(actor, event, scope)
    subject, text = one_line(subject), text.replace("\r\n", "\n").strip()
    errors: dict[str, list[object]] = {}
    for name, value, most in (("subject", subject, events.LONGEST_SUBJECT), ("text", text, events.LONGEST_TEXT)):
        if problem := _problem(value, most, occasion):
            errors[name] = [problem]
    if errors:
        raise Invalid(errors=errors)
    return _next(actor, event, scope, version, subject, text, built_in=False)


def give_back(actor: Actor, event: str, scope: str, version: int) -> MailTemplate:
    """Let the program's own words (or those of the wider scope) count again, as a new version.

    Raises:
        Forbidden, NotFound, Conflict: as `save_template`.
    """
    _occasion(actor, event, scope)
    return _next(actor, event, scope, version, "", "", built_in=True)


def _occasion(actor: Actor, event: str, scope: str) -> events.Event:
    if not policies.may_word_letters(actor):
        raise Forbidden()
    occasion = events.EVENTS.get(event)
    if occasion is None or (scope and (not occasion.by_task or sources.scope_name(scope) is None)):
        raise NotFound(_l("There is no such template."))
    return occasion


def _problem(value: str, most: int, occasion: events.Event) -> object:
    if not value:
        return _l("Please fill this in.")
    if len(value) > most:
        return _l("Too long: at most %(most)s characters.", most=most)
    try:
        templating.check(value, occasion.fields)
    except templating.Unfit as error:
        return error.message
    return None


def _next(
    actor: Actor, event: str, scope: str, version: int, subject: str, text: str, *, built_in: bool
) -> MailTemplate:
    latest = select(func.max(MailTemplate.version)).where(MailTemplate.event == event, MailTemplate.scope == scope)
    values = {
        "key": next_key(),
        "event": event,
        "scope": scope,
        "version": version + 1,
        "subject": subject,
        "text": text,
        "built_in": built_in,
        "author": actor.login,
        "created_at": clock.now(),
    }
    statement = insert(MailTemplate).values(values).on_conflict_do_nothing().returning(MailTemplate.key)
    key = db.session.execute(statement).scalar() if (db.session.scalar(latest) or 0) == version else None
    if key is None:
        raise Conflict(_l("Somebody else has just changed these words. Open them again to see how they stand."))
    subject_key = f"{event}:{scope}"
    record_event(actor, "mail_template", subject_key, "change", details={"version": version + 1, "built_in": built_in})
    return db.session.get_one(MailTemplate, key)
