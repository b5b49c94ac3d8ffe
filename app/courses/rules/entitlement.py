"""Who is named in the next order about certificates (processes.md, course_run 8)."""

from __future__ import annotations

from . import words


def is_ready_for_order(*, final: bool, admission: str | None, in_order: bool) -> bool:
    """Whether «Итоги курса» counts the listener now: a final result or no admission, and in no order yet."""
    return not in_order and (final or admission == words.NOT_ADMITTED)
