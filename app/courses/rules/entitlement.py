"""Who is named in the next order about certificates (processes.md, course_run 8)."""

from __future__ import annotations

from . import words


def is_ready_for_order(*, final: bool, admission: str | None, in_order: bool, retaking: bool = False) -> bool:
    """Whether «Итоги курса» counts the listener now: a final result or no admission, in no order yet, and no new window
    of an annulled retest is open: others are not waited for (course_run 8).
    """
    return not in_order and not retaking and (final or admission == words.NOT_ADMITTED)
