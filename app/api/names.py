"""Names and keys as the clients write them."""

from __future__ import annotations

from flask_babel import gettext as _

from app.kernel.errors import Invalid, NotFound

LARGEST_KEY = 2**63 - 1
LONGEST_KEY = 25
"""Digits that a client may send (the clients' own limit)."""


def camel(name: str) -> str:
    """`user_task_key` as `userTaskKey`; a trailing underscore falls away."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.title() for part in rest)


def key_of(text: str, field: str) -> int:
    """A key from a path.

    Raises:
        Invalid: it is not a number. NotFound: no key is that large.
    """
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_KEY):
        message = _("“%(text)s” is not a key: a key is a whole number.", text=text[:40])
        raise Invalid(message, {camel(field): [message]})
    key = int(text)
    if abs(key) > LARGEST_KEY:
        raise NotFound
    return key
