"""Statistics of items from the responses of finished attempts, computed in the database (see `rules.statistics`)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Double, cast, func, select

from app.kernel.db import db

from ..models import Attempt, Item, Response
from ..models.attempts import FINISHED
from ..rules.statistics import Statistics


def of_items(keys: Iterable[int]) -> dict[int, Statistics]:
    """Statistics by item key. Only the present version of an item counts, and no annulled attempt."""
    wanted = list(keys)
    if not wanted:
        return {}
    share = cast(Response.points / Response.max_points, Double)
    rest = cast((Attempt.points - Response.points) / func.nullif(Attempt.max_points - Response.max_points, 0), Double)
    query = (
        select(Response.item_key, func.count(), func.avg(share), func.corr(share, rest))
        .join(Attempt, Attempt.key == Response.attempt_key)
        .join(Item, (Item.key == Response.item_key) & (Item.version == Response.item_version))
        .where(
            Response.item_key.in_(wanted),
            Response.points.is_not(None),
            Attempt.state == FINISHED,
            Attempt.annulled_at.is_(None),
        )
        .group_by(Response.item_key)
    )
    return {key: Statistics(count, difficulty, found) for key, count, difficulty, found in db.session.execute(query)}
