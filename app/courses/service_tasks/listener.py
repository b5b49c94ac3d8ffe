"""Service types of `rmp_listener` and `rmp_remediation`: the personal path of one listener."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.assessment.operations import annulling, windows
from app.documents import operations as documents
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.people import queries as people

from ..models import Listener, TestResult
from ..operations import awards, finding, groups, places, results, tutors
from ..operations.results import Attempt
from ..queries import outcomes, persons
from ..rules import words
from . import inputs

REQUIRED_SHARE = 1
"""Share of practical tasks that must be «зачтено» (processes.md, rmp_listener 9)."""
_CRITERIA = ("lesson_design", "methods", "assessment", "differentiation", "reflection")
_MOST_POINTS = 3
_OPEN_LESSON = "показательный фрагмент урока"


@service_type("listener.open", inline=True)
def open_record(call: ServiceCall) -> dict[str, Any]:
    """Tie the listener to her process and hand out what it needs."""
    listener = _listener(call)
    listener.listener_instance = call.instance.key
    db.session.flush()
    return {
        "assignment": dict(listener.assignment),
        "competences": [words.competence(str(need)) for need in listener.assignment.get("competences") or ()],
        "teacher_name": listener.teacher_name,
        "tutor": listener.tutor,
        "test_until": _test_until(listener),
        "required_share": REQUIRED_SHARE,
    }


@service_type("listener.record-test", inline=True)
def record_test(call: ServiceCall) -> dict[str, Any]:
    """Keep an attempt and its level; one that an import wrote already gets its level only."""
    kind, level = call.text("attempt_kind"), inputs.optional(call, "level")
    listener = _listener(call)
    code, teacher = listener.course.code, listener.teacher
    attempt = Attempt(
        kind,
        points=inputs.decimal(call, "points"),
        max_points=inputs.decimal(call, "max_points"),
        no_show=bool(inputs.flag(call.variables.get("no_show"))),
        reason=inputs.optional(call, "reason"),
        reason_valid=inputs.flag(call.variables.get("reason_valid")),
        finished_at=call.now,
        items=inputs.rows(call, "items"),
    )
    windows.give_up(code, teacher, kind)  # a result from elsewhere ends an e-test that still runs
    if attempt.no_show:
        _record_no_show(call, listener, attempt)
        return {}
    if not _is_written(listener.test(kind), attempt):
        results.record_attempt(call.actor, code, teacher, attempt, source=results.PROCESS)
    positive = inputs.flag(call.variables.get("positive"))
    if level is not None:
        results.set_level(call.actor, code, teacher, kind, level, positive=bool(positive))
    return {}


@service_type("listener.annul-test", inline=True)
def annul_test(call: ServiceCall) -> dict[str, Any]:
    """Annul the attempt that counts; the process opens a new window. Without one (cheating seen before a result was
    entered) the reason stays in the history of the process only."""
    code, teacher, kind = call.text("course_id"), call.text("listener_id"), call.text("attempt_kind")
    if _listener(call).test(kind) is None:
        return {}
    results.annul(call.actor, code, teacher, kind, call.text("reason"))
    annulling.mark_annulled(call.actor, code, teacher, kind, call.text("reason"))
    return {}


@service_type("listener.record-diagnostics", inline=True)
def record_diagnostics(call: ServiceCall) -> dict[str, Any]:
    """Keep the methodical diagnostics: five criteria of 0–3 points."""
    given = inputs.context(call, "diagnostics")
    marks = [given.get(name) for name in _CRITERIA]
    try:
        points = sum(int(str(mark)) for mark in marks)
    except ValueError:
        raise ModelFault(f"every criterion has a mark from 0 to 3, not {marks!r}") from None
    listener = _listener(call)
    listener.diagnostics = given
    results.record_method_diagnostics(
        call.actor, listener.course.code, listener.teacher, results.exact(points), results.exact(15)
    )
    return {}


@service_type("attestation-base.add", inline=True)
def add_to_base(call: ServiceCall) -> dict[str, Any]:
    """Add the result that counts to the base of the attestation department."""
    record = results.add_to_attestation_base(
        call.actor, call.text("course_id"), call.text("listener_id"), call.text("attempt_kind")
    )
    return {"base_record_id": str(record.key)}


@service_type("listener.set-group", inline=True)
def set_group(call: ServiceCall) -> dict[str, Any]:
    """Put the listener into a group (rmp_listener 9, for who had no result in time)."""
    listener, group = _listener(call), call.text("group")
    groups.move_listener(call.actor, listener.course.code, listener.teacher, group)
    return {"modules": groups.modules_of(listener.course, group)}


@service_type("listener.record-practice", inline=True)
def record_practice(call: ServiceCall) -> dict[str, Any]:
    """Keep the practical tasks with their results, each with the entry result and the difficulty that it rests on."""
    listener = _listener(call)
    listener.practice = [
        {**task, "basis": outcomes.basis_of_practice(listener, task)} for task in inputs.rows(call, "tasks")
    ]
    db.session.flush()
    return {}


@service_type("listener.admit", inline=True)
def admit(call: ServiceCall) -> dict[str, Any]:
    """Keep whether the listener is admitted to the final attestation."""
    admission = call.text("admission")
    if admission not in words.ADMISSIONS:
        raise ModelFault(f"«admission» must be one of {', '.join(words.ADMISSIONS)}, not {admission!r}")
    _listener(call).admission = admission
    db.session.flush()
    return {}


@service_type("listener.renew-admission", inline=True)
def renew_admission(call: ServiceCall) -> dict[str, Any]:
    """Let the right to a certificate follow a retest in place of an annulled one; who was not admitted stays so."""
    listener = _listener(call)
    if listener.admission in (words.ADMITTED, words.ADMITTED_WITHOUT_RIGHT):
        positive = bool(inputs.flag(call.variables.get("diagnostics_positive")))
        listener.admission = words.ADMITTED if positive else words.ADMITTED_WITHOUT_RIGHT
        db.session.flush()
    return {"admission": listener.admission}


@service_type("listener.choose-attestation", inline=True)
def choose_attestation(call: ServiceCall) -> dict[str, Any]:
    """Keep form and topic of the final attestation that the listener chose."""
    listener, choice = _listener(call), inputs.context(call, "choice")
    listener.attestation_choice = choice
    listener.attestation_form = str(choice.get("form") or "") or None
    listener.attestation_topic = str(choice.get("topic") or "") or None
    fragment = inputs.flag(choice.get("open_lesson_fragment"))
    is_fragment = (listener.attestation_form or "").startswith(_OPEN_LESSON)
    listener.open_lesson_fragment = is_fragment if fragment is None else fragment
    db.session.flush()
    return {}


@service_type("listener.record-outcome", inline=True)
def record_outcome(call: ServiceCall) -> dict[str, Any]:
    """Keep how the personal path ended."""
    listener = _listener(call)
    result = inputs.optional(call, "attestation_result")
    if result is not None and not listener.attestation_final:
        listener.attestation_result, listener.attestation_final = result, True
    listener.certificate_entitled = bool(inputs.flag(call.variables.get("certificate_entitled")))
    awards.finish(call.actor, listener.course.code, listener.teacher, call.text("end_state"))
    return {}


@service_type("recommendation.issue", inline=True)
def recommend(call: ServiceCall) -> dict[str, Any]:
    """Keep the signed recommendation and freeze it as a document."""
    given = inputs.context(call, "recommendation")
    listener = _listener(call)
    signatures = [row for row in inputs.rows(call, "signatures") if row.get("outcome") not in ("refuse", "return")]
    kinds = given.get("kind") or []
    recommendation = awards.recommend(
        call.actor,
        listener.course.code,
        listener.teacher,
        kinds=[str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)],
        text=str(given.get("text") or ""),
        signatures=signatures,
    )
    if recommendation.document_id is None:
        recommendation.document_id = _freeze_recommendation(call, listener, given, signatures)
        db.session.flush()
    return {"document_id": recommendation.document_id}


@service_type("listener.expel", inline=True)
def expel(call: ServiceCall) -> dict[str, Any]:
    """Expel the listener by a signed order. (The course is locked before the listener, as everywhere.)"""
    listener = finding.listener(call.text("course_id"), call.text("listener_id"))
    if listener.status != "expelled":
        places.give_back(
            call.actor,
            listener.course.code,
            listener.teacher,
            status="expelled",
            reason=inputs.optional(call, "reason") or "",
        )
    windows.give_up(listener.course.code, listener.teacher)
    return {}


@service_type("tutor.assign", inline=True)
def assign_tutor(call: ServiceCall) -> dict[str, Any]:
    """Name the accompanying methodist and the day of the retest."""
    listener = _listener(call)
    round_number = int(call.variables.get("round") or 1)
    try:
        tutor = tutors.choose_tutor(listener, inputs.optional(call, "tutor"), inputs.optional(call, "subject"))
    except Conflict as refusal:
        raise ModelFault(str(refusal.message)) from None
    listener.remediation_instance = call.instance.key
    listener.tutor = tutor
    listener.retest_on = tutors.retest_day(listener.course, round_number, clock.today())
    db.session.flush()
    return {"tutor": tutor, "retest_date": listener.retest_on.isoformat()}


def _listener(call: ServiceCall) -> Listener:
    return finding.listener(call.text("course_id"), call.text("listener_id"), lock=True)


def _test_until(listener: Listener) -> str:
    """The moment at which the window of the entry test closes: local midnight after its last day."""
    course = listener.course
    last: date = course.start + timedelta(days=course.entry_window_days)
    zone = "Europe/Moscow"
    with suppress(NotFound):
        zone = people.organisation(listener.school).timezone
    return datetime.combine(last, time(), ZoneInfo(zone)).isoformat()


def _record_no_show(call: ServiceCall, listener: Listener, attempt: Attempt) -> None:
    results.judge_no_show(
        call.actor,
        listener.course.code,
        listener.teacher,
        attempt.kind,
        valid=bool(attempt.reason_valid),
        reason=attempt.reason or "",
    )


def _is_written(test: TestResult | None, attempt: Attempt) -> bool:
    """Whether the last attempt that counts is this very one, still without a level: an import wrote it."""
    return (
        test is not None
        and test.level is None
        and (test.points, test.max_points) == (attempt.points, attempt.max_points)
    )


def _freeze_recommendation(
    call: ServiceCall, listener: Listener, given: dict[str, Any], signatures: list[dict[str, Any]]
) -> str:
    data = {
        **given,
        "listener": listener.teacher,
        "teacher_name": listener.teacher_name,
        "course_id": listener.course.code,
        "programme_title": listener.course.programme.title,
        "signatures": [row["signature"] for row in signatures if row.get("signature")],
    }
    return documents.register_document(
        call.actor,
        kind="recommendation",
        title=f"Рекомендация: {listener.teacher_name}",
        data=data,
        organisation=listener.course.organisation,
        owner=listener.teacher,
        objects=[f"course:{listener.course.code}", *(f"org:{code}" for code in persons.path_of(listener.school))],
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    ).document_id
