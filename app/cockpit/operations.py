"""Reminding all who are late, in one act."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_event
from app.jobs import batching
from app.kernel import clock
from app.kernel.actor import Actor
from app.notifications.operations import notify
from app.people import queries as people
from app.programmes.models import Roadmap, SupportProgramme

from . import policies, queries
from .queries import Period, Work

MOST = 500
"""Tasks reminded of at once; the longest overdue first."""
_PERSON = "user:"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of it: late tasks, and new notices (a person is reminded of a task once a day)."""

    tasks: int
    notices: int


def remind_late(
    actor: Actor,
    programme: SupportProgramme,
    roadmap: Roadmap,
    period: Period,
    *,
    measure: str | None = None,
    place: str | None = None,
) -> Reminded:
    """Remind everybody who is late with the work of a programme, at the places that the actor looks at.

    Args:
        programme: one that the actor may see.
        measure, place: only there.

    Raises:
        Forbidden: the actor looks only.
    """
    policies.demand_reminding(actor)
    late, _total = queries.works_at(actor, roadmap, period, measure=measure, place=place, only_late=True, limit=MOST)
    who = people.person_name(actor.login)
    title = _("Reminders: %(programme)s", programme=programme.title)
    with batching.together(actor, title=title, link=f"/cockpit/{programme.code}"):
        notices = sum(_remind(work, who) for work in late)
    if late:
        facts = {"tasks": len(late), "notices": notices, "period": period.code, "measure": measure, "place": place}
        record_event(actor, "support_programme", programme.code, "remind", details=facts)
    return Reminded(len(late), notices)


def _remind(work: Work, who: str) -> int:
    assert work.due_at is not None  # late
    return notify(
        [entry.removeprefix(_PERSON) for entry in work.inbox],
        _l("Please do it: %(task)s", task=work.name),
        _l("It was to be done by %(date)s. %(who)s asks you to do it.", date=f"{work.due_at:%d.%m.%Y}", who=who),
        link=f"/tasks/{work.key}",
        dedupe_key=f"cockpit:{work.key}:{clock.today().isoformat()}",
        kind="deadline",
        process=work.process_id,
        element=work.element_id,
    )
