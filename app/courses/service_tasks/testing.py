"""Service types of the e-test: its window opens and closes with the task of the listener (rmp_listener 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.assessment.operations import attempts, windows
from app.engine.services import ModelFault, ServiceCall, service_type

from ..models import Listener
from ..operations import finding, protocols, specifying
from ..operations.zones import zone_of
from ..rules import words

TASKS = {words.ENTRY: ("entry_test", "test_until"), words.RETEST: ("retest", "retest_until")}
"""The task that a result completes, and the variable that says when its window closes, by kind of attempt."""
_NOTHING = {"points": None, "max_points": None, "items": None}


@service_type("listener.open-test", inline=True)
def open_test(call: ServiceCall) -> dict[str, Any]:
    """Open the window of the e-test; `test_window` is null where the course is tested in an outside system."""
    listener = finding.listener(call.text("course_id"), call.text("listener_id"))
    if call.text("attempt_kind") == words.RETEST:
        listener.remediation_instance = call.instance.key  # results from outside go to whoever holds the retest
    kind, closes = call.text("attempt_kind"), closing(call.text("closes_at"), listener)
    course = listener.course
    specification = specifying.pinned_specification(course.code)
    result = {"test_window": None, "test_until": closes.isoformat()}
    if specification is None:
        return result
    element, variable = TASKS[kind]
    window = windows.open_window(
        course.code,
        listener.teacher,
        kind,
        specification=specification,
        closes_at=closes,
        instance_key=call.instance.key,
        element_id=element,
        until_variable=variable,
    )
    return {**result, "test_window": str(window.key)}


@service_type("listener.close-test", inline=True)
def close_test(call: ServiceCall) -> dict[str, Any]:
    """Close the window; what was answered by then counts, and an attempt that was begun has a result."""
    window = windows.close_window(call.text("course_id"), call.text("listener_id"), call.text("attempt_kind"))
    attempt = window.attempt if window is not None else None
    if attempt is None or attempt.points is None or attempt.annulled_at is not None:
        return dict(_NOTHING)
    result = attempts.result_of(attempt)
    return {"points": result["points"], "max_points": result["max_points"], "items": result["item_results"]}


@service_type("test.register-protocol", inline=True)
def register_protocol(call: ServiceCall) -> dict[str, Any]:
    """Write the results that stand in no protocol yet into one."""
    registered = protocols.register_protocol(
        call.actor,
        call.text("course_id"),
        call.text("attempt_kind"),
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    )
    if registered is None:
        return {"protocol_number": None, "document_id": None}
    return {"protocol_number": registered.number, "document_id": registered.document_id}


def closing(text: str, listener: Listener) -> datetime:
    """The moment of a text; without an offset it is meant in the listener's school.

    Raises:
        ModelFault: it is no moment.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ModelFault(f"«closes_at» must be a date and time, not {text!r}") from None
    zone = zone_of(listener)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
