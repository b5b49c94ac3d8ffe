"""The addresses of background work."""

from __future__ import annotations

from collections.abc import Iterator

from app.jobs import kinds, operations
from app.jobs.models import BackgroundBatch
from app.jobs.run import Run
from app.kernel import clock
from app.kernel.db import db
from app.kernel.ids import next_key
from app.notifications.operations import DELIVER
from app.people import queries
from tests.inbox.matrix import at
from tests.web.matrix import FOREIGN, HIDDEN, NO, YES, Row, World, roles

_OVERSEE = roles(NO, yes="admin")
_OWN = roles(HIDDEN, yes="teacher admin")
_FOREIGN = roles(HIDDEN, yes="admin")


@kinds.handler("matrix.nothing", label="Проверка")
def nothing(run: Run) -> Iterator[None]:
    """Ends at once."""
    yield from ()


def build(world: World) -> None:
    """A waiting job of a teacher in each scope, and letters that wait."""
    for login, suffix in (("teacher", ""), ("teacher2", f" {FOREIGN}")):
        batch = BackgroundBatch(
            key=next_key(), kind=DELIVER, title="Письма", login=login, about=[], created_at=clock.now()
        )
        db.session.add(batch)
        world[f"batch{suffix}"] = batch.key
        world[f"job{suffix}"] = operations.start(queries.actor_for(login), "matrix.nothing", title="Проверка")


ROWS = [
    Row("background.index", own=roles(YES)),
    Row("background.job", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.progress", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.cancel", "POST", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.pause", "POST", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.resume", "POST", own=roles(HIDDEN, yes="teacher admin"), foreign=_FOREIGN, at=at("job")),
    Row(
        "background.retry",
        "POST",
        own=roles(HIDDEN, yes="teacher", no="admin"),
        foreign=roles(HIDDEN, no="admin"),
        at=at("job"),
    ),
    Row("background.batch", own=_OWN, foreign=_FOREIGN, at=at("batch")),
    Row("background.batch_progress", own=_OWN, foreign=_FOREIGN, at=at("batch")),
    Row("background.stop_batch", "POST", own=_OWN, foreign=_FOREIGN, at=at("batch")),
    Row("background.repeat_batch", "POST", own=_OWN, foreign=_FOREIGN, at=at("batch")),
    Row("background.overview", own=_OVERSEE),
]
