"""Versions of what is deployed with what is known of their publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer import policies
from app.designer.models import Publication
from app.engine import queries as engine
from app.engine.views import VersionView
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Published:
    """One version; `publication` is None when it did not come out of a draft (the program's own files, the API)."""

    version: VersionView
    publication: Publication | None


def published(actor: Actor, kind: str, item: str) -> Sequence[Published]:
    """All versions of something deployed, newest first.

    Args:
        kind: `process`, `decision` or `form`.

    Raises:
        NotFound: it is not deployed, or the actor does not read models.
    """
    policies.demand_reading(actor)
    versions = engine.versions(actor, kind, item)
    if not versions:
        raise NotFound(_l("This is not deployed."))
    keys = {one.deployment_key for one in versions}
    rows = db.session.scalars(select(Publication).where(Publication.deployment_key.in_(keys)))
    known = {row.deployment_key: row for row in rows}
    return [Published(one, known.get(one.deployment_key)) for one in versions]
