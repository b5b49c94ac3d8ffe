"""Which session of the final attestation a listener goes to next (processes.md, course_run A5, rmp_listener 12)."""

from __future__ import annotations

from dataclasses import dataclass

from . import words


@dataclass(frozen=True, slots=True)
class Routed:
    """What a row of a signed sheet leads to: a further session, or the result is final."""

    next_session: str | None
    final: bool


FINAL = Routed(None, final=True)


def route(session: str, result: str, *, absence_valid: bool = False) -> Routed:
    """Where the row of a signed sheet sends the listener.

    Args:
        session: one of `words.SESSIONS`.
        result: one of `words.RESULTS`.
        absence_valid: the reason of an absence is valid.

    Returns:
        The valid absence leads to the reserve day once; a failure, an absence without a valid reason and a second
        absence lead to the resit once; what happens at the resit is final.
    """
    if result == words.SUCCESS or session == words.RESIT:
        return FINAL
    if session == words.MAIN and result == words.ABSENCE and absence_valid:
        return Routed(words.RESERVE, final=False)
    return Routed(words.RESIT, final=False)


def is_due(session: str, next_session: str | None, admission: str | None, *, final: bool) -> bool:
    """Whether a listener stands on the sheet of a session: admitted, without a final result, not meant for a later one.

    Somebody admitted too late for the main session is due at the next one.
    """
    if final or admission not in (words.ADMITTED, words.ADMITTED_WITHOUT_RIGHT):
        return False
    order = words.SESSIONS.index
    return order(next_session or words.MAIN) <= order(session)


def row_errors(result: str | None, absence_valid: bool | None, remarks: str | None) -> list[str]:
    """Names of the fields of a sheet row that are still missing before the sheet can be signed."""
    missing = []
    if result not in words.RESULTS:
        missing.append("result")
    if result == words.ABSENCE and absence_valid is None:
        missing.append("absence_valid")
    if result == words.FAILURE and not (remarks or "").strip():
        missing.append("remarks")
    return missing
