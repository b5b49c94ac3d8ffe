"""Database access: one engine, one session per unit of work, one commit at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, MetaData, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of mapped classes: `datetime` is zone-aware, `dict` and `list` are JSONB, `int` has 64 bits."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
        int: BigInteger,
    }


class Database:
    """The process-wide handle. `connect` once per process, `unit_of_work` once per request or job."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._session: ContextVar[Session | None] = ContextVar("session", default=None)
        self._bound: Any = None
        self._memories: list[Callable[[], object]] = []

    def connect(self, url: str, *, pool_size: int = 8, echo: bool = False) -> Engine:
        """Open the pool. Call again after a fork or to point at another database."""
        self.disconnect()
        self._engine = create_engine(
            url, pool_size=pool_size, max_overflow=8, pool_pre_ping=False, pool_recycle=1800, echo=echo, future=True
        )
        return self._engine

    def disconnect(self) -> None:
        """Close the pool, if there is one."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        self.forget()

    def remembered(self, forget: Callable[[], object]) -> None:
        """Register what empties a memory by keys: another database means other things by the same keys."""
        self._memories.append(forget)

    def forget(self) -> None:
        """Empty everything that this process remembers of the database."""
        for each in self._memories:
            each()

    @property
    def engine(self) -> Engine:
        """The engine.

        Raises:
            RuntimeError: `connect` was not called.
        """
        if self._engine is None:
            raise RuntimeError("the database is not connected")
        return self._engine

    @property
    def session(self) -> Session:
        """The session of the current unit of work.

        Raises:
            RuntimeError: no unit of work is open.
        """
        session = self._session.get()
        if session is None:
            raise RuntimeError("no unit of work is open")
        return session

    @property
    def in_unit_of_work(self) -> bool:
        """Whether a unit of work is open in this context."""
        return self._session.get() is not None

    def bind(self, connection: Any) -> None:
        """Make every unit of work run inside an open connection's transaction, as savepoints (tests only)."""
        self._bound = connection

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One transaction: commit at the end, roll back on any exception, then run what `after_commit` collected."""
        options: dict[str, Any] = {"expire_on_commit": False}
        if self._bound is not None:
            options.update(bind=self._bound, join_transaction_mode="create_savepoint")
        else:
            options.update(bind=self.engine)
        session = Session(**options)
        token = self._session.set(session)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            self._session.reset(token)
            session.close()
        for call in session.info.pop("after_commit", ()):
            call()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the unit of work: when it raises, its rows are rolled back and what it left for the commit is lost.

        So nothing that was undone is remembered, and nobody is woken for it.
        """
        info = self.session.info
        before = {name: copy(value) for name, value in info.items()}
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            _restore(info, before)
            raise

    def after_commit(self, call: Callable[[], object]) -> None:
        """Run `call` once the current unit of work is committed; dropped when it rolls back."""
        self.session.info.setdefault("after_commit", []).append(call)


def _restore(info: dict[Any, Any], before: dict[Any, Any]) -> None:
    """What a session carried before, in the same containers: others hold them.

    Of a mapping only what nobody has touched since comes back: the values may have changed inside.
    """
    for name in info.keys() - before.keys():
        del info[name]
    for name, old in before.items():
        now = info.get(name)
        if isinstance(now, list):
            now[:] = old
        elif isinstance(now, set):
            now &= old
            now |= old
        elif isinstance(now, dict):
            kept = {key: value for key, value in old.items() if now.get(key) is value}
            now.clear()
            now.update(kept)
        else:
            info[name] = old


db = Database()
