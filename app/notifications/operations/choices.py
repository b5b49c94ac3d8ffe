"""How and when a person wants to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

from .. import rules
from ..models import AT_ONCE, IN_DIGEST, NEVER, NoticeChoice, NoticeHours

WAYS = (AT_ONCE, IN_DIGEST, NEVER)


@dataclass(frozen=True, slots=True)
class Choice:
    """For one kind of notices: when by mail, and whether it is shown as new in the program."""

    mail: str = AT_ONCE
    program: bool = True


def choose(actor: Actor, choices: Mapping[str, Choice]) -> None:
    """Set how the actor is told of each kind.

    Raises:
        Invalid: an unknown kind or way.
    """
    if not choices.keys() <= rules.KINDS.keys() or any(choice.mail not in WAYS for choice in choices.values()):
        raise Invalid(_l("Choose kinds of the list."))
    for kind, choice in choices.items():
        db.session.merge(NoticeChoice(login=actor.login, kind=kind, mail=choice.mail, program=choice.program))
    db.session.flush()


def choose_hours(actor: Actor, quiet_from: int | None, quiet_to: int | None, digest_at: int) -> None:
    """Set the quiet hours (both or none) and the hour of the digest, in the actor's own zone.

    Raises:
        Invalid: an hour that is none, or only one end of the quiet hours.
    """
    if (quiet_from is None) != (quiet_to is None):
        missing = "quiet_to" if quiet_to is None else "quiet_from"
        raise Invalid(errors={missing: [_l("Choose both hours, or none.")]})
    for name, hour in (("quiet_from", quiet_from), ("quiet_to", quiet_to), ("digest_at", digest_at)):
        if hour is not None and not 0 <= hour <= 23:
            raise Invalid(errors={name: [_l("Choose one of the list.")]})
    row = NoticeHours(login=actor.login, quiet_from=quiet_from, quiet_to=quiet_to, digest_at=digest_at)
    db.session.merge(row)
    db.session.flush()
