"""Papers and letters of one cause as one batch: how far it is, stopping the rest, repeating what failed (`batches`).

    with batching.together(actor, title=_l("Invitations"), link="/admin/people/access"):
        for login in chosen:
            invite(actor, login)           # writes a letter, which says batching.gather(LETTERS, key)

A feature whose workers do many small pieces registers their table once (`known`) and gathers each new row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from sqlalchemy import ColumnElement, true, update
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.ids import next_key

from .models import BackgroundBatch as Batch

LEAST = 5
"""Of fewer pieces each is looked at by itself."""
_GATHERED = "batch"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of pieces, a table whose rows name their batch.

    Attributes:
        label: lazy text, as `Letters`.
        key, batch, state: columns of the table.
        waiting: the state of a piece that no worker has begun.
        done, failed, lost: states of what is made, of what can be repeated, and of what only an administrator repeats.
        entry, field: kind of the outbox entries that do a piece, and where their payload names it.
        stopped: what a stopped piece becomes; its state is `CANCELLED`.
        again: puts pieces down for the workers once more.
        repeatable: pieces that still hold what it takes to do them.
    """

    label: object
    key: InstrumentedAttribute[int]
    batch: InstrumentedAttribute[int | None]
    state: InstrumentedAttribute[str]
    waiting: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    entry: str
    field: str
    stopped: Mapping[str, Any]
    again: Callable[[Sequence[int]], None]
    lost: tuple[str, ...] = ()
    repeatable: ColumnElement[bool] = default(default_factory=true)


known: dict[str, Kind] = {}
"""All kinds by name."""


@contextmanager
def together(
    actor: Actor | None, *, title: object, link: str | None = None, about: Iterable[str] = ()
) -> Iterator[None]:
    """Make one batch of each kind of pieces that are put down inside, in the current unit of work.

    Inside another one this is a part of it. Fewer than `LEAST` pieces make no batch.

    Args:
        actor: who caused it, and may stop the rest; None for the platform.
        title: what people call it; kept in the language of now.
        link: local path of the page where the results are.
        about: what it belongs to, as `course:c1`.
    """
    info = db.session.info
    if _GATHERED in info:
        yield
        return
    gathered: dict[str, list[int]] = {}
    info[_GATHERED] = gathered
    try:
        yield
    finally:
        del info[_GATHERED]
    for kind, keys in gathered.items():
        if len(keys) >= LEAST:
            batch = Batch(
                key=next_key(),
                kind=kind,
                title=str(title),
                login=actor.login if actor is not None else "",
                about=list(about),
                link=link,
                created_at=clock.now(),
            )
            db.session.add(batch)
            db.session.flush()
            _join(known[kind], batch.key, keys)


def gather(kind: str, key: int) -> None:
    """Say that a piece was put down; it joins the batch around it, if there is one."""
    gathered: dict[str, list[int]] | None = db.session.info.get(_GATHERED)
    if gathered is not None:
        gathered.setdefault(kind, []).append(key)


def _join(kind: Kind, batch: int, keys: Sequence[int]) -> None:
    db.session.execute(update(kind.key.class_).where(kind.key.in_(keys)).values({kind.batch.key: batch}))
