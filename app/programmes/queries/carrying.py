"""What of the year before is not finished and stands in no plan of this year yet."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from .. import policies
from ..models import Measure, Roadmap, SupportProgramme
from ..models.measures import CANCELLED, DONE
from .programmes import roadmap_of


def year_before(actor: Actor, programme: SupportProgramme) -> SupportProgramme | None:
    """The programme of the same cycle and place that came before, in the actor's scope."""
    query = select(SupportProgramme).where(
        SupportProgramme.cycle == programme.cycle,
        SupportProgramme.organisation == programme.organisation,
        SupportProgramme.period_from < programme.period_from,
        policies.in_scope(actor),
    )
    return db.session.scalars(query.order_by(SupportProgramme.period_from.desc()).limit(1)).first()


def unfinished(actor: Actor, programme: SupportProgramme) -> Sequence[Measure]:
    """Measures of the year before that were neither done nor taken out, without those carried over already."""
    before, roadmap = year_before(actor, programme), roadmap_of(programme.key)
    if before is None or roadmap is None:
        return []
    carried = select(Measure.carried_from).where(Measure.roadmap_key == roadmap.key, Measure.carried_from.is_not(None))
    query = (
        select(Measure)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .where(
            Roadmap.programme_key == before.key,
            Measure.state.not_in((DONE, CANCELLED)),
            Measure.row_key.not_in(carried),
        )
    )
    return db.session.scalars(query.order_by(Measure.position)).all()
