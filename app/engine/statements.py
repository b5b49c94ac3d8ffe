"""The hot path's way to the database: prepared statements on the session's own psycopg connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from flask_babel import lazy_gettext as _l
from psycopg.rows import namedtuple_row

from app.kernel.db import db
from app.kernel.errors import Unavailable


def run(statement: str | bytes, parameters: Mapping[str, Any]) -> list[Any]:
    """Execute a statement inside the current unit of work and fetch its rows (named tuples).

    SQLAlchemy would spend as long on it as the server does. What the session still holds is flushed first.

    Raises:
        Unavailable: the connection is lost; the same request may succeed later.
    """
    session = db.session
    if session.new or session.dirty or session.deleted:
        session.flush()
    connection = session.connection()
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with raw.cursor(row_factory=namedtuple_row) as cursor:
            cursor.execute(statement if isinstance(statement, bytes) else statement.encode(), parameters, prepare=True)
            return cursor.fetchall() if cursor.description else []
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        if raw.closed or raw.broken:
            connection.invalidate(error)
            db.engine.dispose(close=False)  # the others of the pool are most likely lost too
            raise Unavailable(_l("The database does not answer. Please try again in a moment.")) from error
        raise
