"""The group sheet of a session: filled once, signed by all, then binding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import next_key

from ..models import AttestationRow, AttestationSession, Listener, SheetSignature
from ..models.attestation import EMPTY, FILLED, PLANNED, SIGNED
from ..rules import sessions, words
from . import finding
from . import sessions as planning


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a signed sheet says of one listener (message `attestation.result`)."""

    teacher: str
    result: str
    absence_valid: bool
    open_lesson_fragment: bool
    final: bool
    next_session: str | None


def fill_sheet(
    actor: Actor,
    course_code: str,
    session: str,
    rows: Sequence[Mapping[str, Any]],
    held_on: date | None = None,
    workplaces: Mapping[str, Collection[str]] | None = None,
) -> AttestationSession:
    """Fill the group sheet: one row for every due listener, no other (course_run A3). It waits for signatures then.

    Args:
        actor: the member of the commission who fills it.
        course_code: the course.
        session: one of `words.SESSIONS`.
        rows: `{listener, result, absence_valid, open_lesson_fragment, remarks}`; form and topic come from the listener.
        held_on: date of the session when it was another day than planned.
        workplaces: organisations where each signer works: nobody attests a teacher of the own school.

    Raises:
        Invalid: a row is missing, foreign, double or incomplete, or a signer works at a listener's school; errors by
            `results.<index>.<field>`.
        Conflict: the sheet is signed already.
    """
    sheet = planning.ensure_session(actor, course_code, session)
    sheet = finding.sheet(sheet.course_key, session, lock=True)
    if sheet.status in (SIGNED, EMPTY):
        raise Conflict(_l("The sheet of this session is signed already."))
    course = finding.course(course_code)
    due = {listener.teacher: listener for listener in planning.due_listeners(course, session)}
    errors = _row_errors(rows, due) or _partial_signers(sheet, due.values(), workplaces or {})
    if errors:
        raise Invalid(_l("Please complete every row of the sheet."), errors)
    _void_signatures(sheet)
    sheet.rows.clear()
    db.session.flush()
    for position, row in enumerate(rows):
        sheet.rows.append(_row(row, due[str(row["listener"])], position))
    sheet.held_on = held_on or sheet.held_on
    sheet.status = FILLED
    sheet.filled_by = actor.login
    db.session.flush()
    return sheet


def return_sheet(
    actor: Actor, course_code: str, session: str, signatures: Sequence[Mapping[str, Any]] = ()
) -> AttestationSession:
    """Send the sheet back to be corrected: signatures already given are void, the rows stay for correction (A4).

    Args:
        actor: who returned it.
        course_code: the course.
        session: one of `words.SESSIONS`.
        signatures: those given before the return, `{login, name, signature}`; kept as void.

    Raises:
        Conflict: the sheet is signed already.
    """
    sheet = finding.sheet(finding.course(course_code).key, session, lock=True)
    if sheet.status in (SIGNED, EMPTY):
        raise Conflict(_l("The sheet of this session is signed already."))
    for given in signatures:
        _add_signature(sheet, given)
    db.session.flush()
    _void_signatures(sheet)
    sheet.status = PLANNED
    sheet.round += 1
    db.session.flush()
    return sheet


def sign_sheet(
    actor: Actor, course_code: str, session: str, signatures: Sequence[Mapping[str, Any]]
) -> AttestationSession:
    """Keep the signatures of chair and members under the filled sheet (course_run A4).

    Args:
        actor: the last signer, or the platform.
        course_code: the course.
        session: one of `words.SESSIONS`.
        signatures: `{login, name, signature: {sha256, time}}`, one per signer.

    Raises:
        Conflict: the sheet is not filled, or a signature is missing.
        Forbidden: somebody signed who is not of the commission.
    """
    sheet = finding.sheet(finding.course(course_code).key, session, lock=True)
    if sheet.status == SIGNED:
        return sheet
    if sheet.status != FILLED:
        raise Conflict(_l("The sheet does not wait for signatures."))
    given = {str(signature["login"]): signature for signature in signatures}
    if not given.keys() <= set(planning.signers(sheet)):
        raise Forbidden(_l("Only the commission signs the sheet."))
    missing = [login for login in planning.signers(sheet) if login not in given]
    if missing:
        raise Conflict(_l("Not everybody has signed the sheet."), missing=missing)
    _void_signatures(sheet)
    db.session.flush()
    for login in planning.signers(sheet):
        _add_signature(sheet, given[login])
    db.session.flush()
    return sheet


def close_sheet(actor: Actor, course_code: str, session: str, *, document_id: str | None = None) -> list[Outcome]:
    """Number the signed sheet and write its rows to the listeners (course_run A5). Repeating it changes nothing.

    Returns:
        What follows for each listener of the sheet.

    Raises:
        Conflict: a signature is missing.
    """
    course = finding.course(course_code)
    sheet = finding.sheet(course.key, session, lock=True)
    if sheet.status == SIGNED:
        return [_outcome(session, row) for row in sheet.rows]
    given = {signature.login for signature in sheet.signatures if signature.voided_at is None}
    if sheet.status != FILLED or not given >= set(planning.signers(sheet)):
        raise Conflict(_l("Not everybody has signed the sheet."))
    outcomes = [_outcome(session, row) for row in sheet.rows]
    for row, outcome in zip(sheet.rows, outcomes, strict=True):
        _apply(row, outcome)
    sheet.number = planning.sheet_number(course, session)
    sheet.document_id = document_id
    sheet.signed_at = clock.now()
    sheet.status = SIGNED
    db.session.flush()
    return outcomes


def _void_signatures(sheet: AttestationSession) -> None:
    for signature in sheet.signatures:
        if signature.voided_at is None:
            signature.voided_at = clock.now()


def _add_signature(sheet: AttestationSession, given: Mapping[str, Any]) -> None:
    signature = given.get("signature") or {}
    sheet.signatures.append(
        SheetSignature(
            key=next_key(),
            session_key=sheet.key,
            login=str(given["login"]),
            name=str(given.get("name") or given["login"]),
            is_chair=given["login"] == sheet.chair,
            round=sheet.round,
            sha256=signature.get("sha256"),
            signed_at=_moment(signature.get("time") or signature.get("signed_at")),
        )
    )


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value) if isinstance(value, str) else clock.now()


def _partial_signers(
    sheet: AttestationSession, due: Iterable[Listener], workplaces: Mapping[str, Collection[str]]
) -> dict[str, list[object]]:
    schools = {listener.school for listener in due}
    partial = [login for login in planning.signers(sheet) if not schools.isdisjoint(workplaces.get(login, ()))]
    if not partial:
        return {}
    return {"commission": [_l("Nobody attests a teacher of the own school: %(who)s", who=", ".join(partial))]}


def _row_errors(rows: Sequence[Mapping[str, Any]], due: Mapping[str, Listener]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows):
        login = str(row.get("listener"))
        if login not in due or login in seen:
            errors[f"results.{index}.listener"] = [_l("This listener is not due, or stands on the sheet twice.")]
        seen.add(login)
        for name in sessions.row_errors(row.get("result"), row.get("absence_valid"), row.get("remarks")):
            errors[f"results.{index}.{name}"] = [_l("Please fill this in.")]
    absent = [listener.teacher_name for login, listener in due.items() if login not in seen]
    if absent:
        errors["results"] = [_l("Missing on the sheet: %(names)s", names=", ".join(absent))]
    return errors


def _row(row: Mapping[str, Any], listener: Listener, position: int) -> AttestationRow:
    fragment = row.get("open_lesson_fragment")
    absent = row["result"] == words.ABSENCE
    return AttestationRow(
        listener_key=listener.key,
        listener=listener,
        position=position,
        form=listener.attestation_form,
        topic=listener.attestation_topic,
        result=row["result"],
        absence_valid=bool(row.get("absence_valid")) if absent else None,
        open_lesson_fragment=not absent and bool(listener.open_lesson_fragment if fragment is None else fragment),
        remarks=(row.get("remarks") or "").strip() or None,
    )


def _outcome(session: str, row: AttestationRow) -> Outcome:
    routed = sessions.route(session, row.result, absence_valid=bool(row.absence_valid))
    return Outcome(
        teacher=row.listener.teacher,
        result=row.result,
        absence_valid=bool(row.absence_valid),
        open_lesson_fragment=row.open_lesson_fragment,
        final=routed.final,
        next_session=routed.next_session,
    )


def _apply(row: AttestationRow, outcome: Outcome) -> None:
    listener = row.listener
    listener.attestation_result = outcome.result
    listener.attestation_final = outcome.final
    listener.next_session = outcome.next_session
    listener.open_lesson_fragment = outcome.open_lesson_fragment
