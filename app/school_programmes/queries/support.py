"""Programmes of targeted support, in the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.models import Organisation

from ..models import TargetedSupport
from ..policies import in_scope


def support_of(actor: Actor, school: str) -> Sequence[TargetedSupport]:
    """Programmes of support for a school that the actor may see, the newest first."""
    seen = exists().where(Organisation.code == school, in_scope(actor, Organisation.code))
    query = select(TargetedSupport).where(TargetedSupport.schools.contains([school]), seen)
    return db.session.scalars(query.order_by(TargetedSupport.created_at.desc(), TargetedSupport.key.desc())).all()
