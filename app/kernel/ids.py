"""64-bit keys, unique across every kind of object, as Camunda's API hands them out (as strings)."""

from __future__ import annotations

import threading

from sqlalchemy import text

from .db import db

BLOCK = 1000
FIRST = 2251799813685249
"""The first key of partition 1 in Camunda 8: clients know keys of this size."""


class _Block(threading.local):
    """A thread's share of the sequence: one round trip serves `BLOCK` keys. A lost rest leaves a gap, no harm."""

    at = 0
    end = 0
    owner: object = None


_block = _Block()


def next_key() -> int:
    """A new key. Keys of one thread grow; keys of one instance are unique, not gapless."""
    if _block.at >= _block.end or _block.owner is not db._engine:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            high = connection.execute(text("SELECT nextval('key_seq')")).scalar_one()
        _block.at, _block.end, _block.owner = FIRST + high * BLOCK, FIRST + (high + 1) * BLOCK, db._engine
    _block.at += 1
    return _block.at - 1
