"""Who gets a certificate (decision `certificate`) and in which order (processes.md, course_run 8)."""

from __future__ import annotations

from . import words


def is_entitled(entry_positive: bool | None, retest_positive: bool | None, attestation_result: str | None) -> bool:
    """LIP §5: a positive diagnosis, at once or at the retest, and a successful attestation."""
    return bool(entry_positive or retest_positive) and attestation_result == words.SUCCESS


def is_ready_for_order(*, final: bool, admission: str | None, in_order: bool) -> bool:
    """Whether «Итоги курса» counts the listener now: a final result or no admission, and in no order yet."""
    return not in_order and (final or admission == words.NOT_ADMITTED)
