"""The addresses of background work."""

from __future__ import annotations

from collections.abc import Iterator

from app.jobs import kinds, operations
from app.jobs.run import Run
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
    """A waiting job of a teacher in each scope."""
    for login, suffix in (("teacher", ""), ("teacher2", f" {FOREIGN}")):
        world[f"job{suffix}"] = operations.start(queries.actor_for(login), "matrix.nothing", title="Проверка")


ROWS = [
    Row("background.index", own=roles(YES)),
    Row("background.job", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.progress", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row("background.cancel", "POST", own=_OWN, foreign=_FOREIGN, at=at("job")),
    Row(
        "background.retry",
        "POST",
        own=roles(HIDDEN, yes="teacher", no="admin"),
        foreign=roles(HIDDEN, no="admin"),
        at=at("job"),
    ),
    Row("background.overview", own=_OVERSEE),
]
