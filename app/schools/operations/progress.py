"""What the owner does about a school that does not answer: reminds, or goes on without its data (BPM-10)."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import queries as engine_queries
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid
from app.notifications.operations import notify

from ..models import SchoolList
from ..queries import progress as queries

SKIPPED = "skipped"


def remind(actor: Actor, key: int, schools: Collection[str] = ()) -> int:
    """Remind the heads of schools that are waited for; each at most once a day.

    Args:
        schools: codes; none: all that are waited for.

    Returns:
        How many people got the reminder.

    Raises:
        NotFound: the process is not the actor's to see.
        Forbidden: the actor does not own it.
    """
    found = _owned(actor, key)
    told = 0
    for row in found.open:
        if not schools or row.school in schools:
            told += notify(
                [f"school_head@{row.school}", f"deputy_head@{row.school}"],
                _l("Please enter the context data of the school"),
                _l("The list of the year is waiting for them."),
                link=f"/tasks/{row.task}",
                dedupe_key=f"school-list:{key}:{row.school}:{clock.today().isoformat()}",
            )
    return told


def go_on_without(actor: Actor, key: int, school: str, reason: str) -> None:
    """End the step of one school without its data; it stays on the list with «нет данных».

    Raises:
        NotFound: the process is not the actor's to see.
        Forbidden: the actor does not own it.
        Invalid: no reason, or the school is not waited for any more.
    """
    db.session.scalar(select(SchoolList).where(SchoolList.key == key).with_for_update())  # two at once take turns
    found = _owned(actor, key)
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Say why.")]})
    if school not in {row.school for row in found.open}:
        raise Invalid(errors={"school": [_l("This school is not waited for any more.")]})
    known = engine_queries.instance(actor, found.instance_key).variables.get(SKIPPED) or []
    rows = [*known, {"school_id": school, "reason": reason.strip(), "by": actor.login}]
    engine.set_variables(actor, found.instance_key, {SKIPPED: rows})
    facts = {"list": str(key), "reason": reason.strip()}
    audit.record_event(actor, "school_context", school, "go_on_without", details=facts)


def _owned(actor: Actor, key: int) -> queries.Progress:
    found = queries.progress(actor, key)
    if not found.owner:
        raise Forbidden(_("Only the owner of the process may do this."))
    return found
