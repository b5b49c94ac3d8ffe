"""Cursors and sorting shared by the lists: where a page ended, as an opaque text."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_

from app.kernel.errors import Invalid


def encode_cursor(values: list[Any]) -> str:
    """A cursor that holds the sort values of the last row."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, count: int) -> list[Any]:
    """The sort values of a cursor.

    Raises:
        Invalid: it is none of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if not isinstance(values, list) or len(values) != count:
            raise ValueError
    except ValueError as error:
        raise Invalid(_l("The page mark is not valid.")) from error
    return values


def moment(value: Any) -> datetime:
    """A moment in a cursor.

    Raises:
        Invalid: it is none.
    """
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Invalid(_l("The page mark is not valid.")) from error


def beyond(
    column: ColumnElement[Any], key: ColumnElement[Any], value: Any, last: int, down: bool
) -> ColumnElement[bool]:
    """The rows after (value, last) in the order (column, key), both the same way."""
    if value is None:
        return key < last if down else key > last
    if down:
        return or_(column < value, and_(column == value, key < last))
    return or_(column > value, and_(column == value, key > last))
