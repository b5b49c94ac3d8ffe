"""`event.closed`: a system of events tells over the API who took part, until the events are processes of their own."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.engine import operations as engine
from app.engine import queries
from app.engine.views import InstanceFilter
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.courses.test_processes import LOGIN, person, settle
from tests.processes.after import graduate
from tests.processes.conftest import PASSWORD, region, stage  # noqa: F401

EVENT = {
    "event_id": "e1",
    "kind": "районный семинар",
    "title": "Разноуровневые задания",
    "held_on": "2026-04-06",
    "role": "слушатель",
}


def _supported() -> int:
    """A teacher whose post-course support runs; the key of its instance."""
    course = graduate(LOGIN)["course_id"]
    facts = {"teacher_id": LOGIN, "teacher_name": "Иванова", "course_id": course, "school_id": "lebedyan-1"}
    with db.unit_of_work():
        more = {"municipality_id": "lebedyan", "verified": True}
        engine.publish_message(PLATFORM, "report.verified", f"{LOGIN}:{course}", facts | more, internal=True)
    settle()
    with db.unit_of_work():
        running = InstanceFilter(process_id="post_course_support", status="active")
        (found,) = queries.instances(PLATFORM, running).items
    _plan(found.key)
    return found.key


def _plan(key: int) -> None:
    until = {"until": "2026-10-15"}
    activities = [
        {"kind": "районный семинар", "competence": "методическая", "title": "Разноуровневые задания", **until},
        {"kind": "мастер-класс", "competence": "предметная", "title": "Задачи с параметром", **until},
    ]
    with db.unit_of_work():
        task = queries.open_task(key, "plan_support")
        assert task is not None
        engine.complete_user_task(person("mms_methodist"), task, {"activities": activities}, outcome="approve")
    settle()


def _send(app: Flask, login: str, message_id: str = "") -> TestResponse:
    body: dict[str, Any] = {"name": "event.closed", "correlationKey": LOGIN, "variables": {"event": EVENT}}
    answer = app.test_client().post(
        "/v2/messages/publication", json=body | {"messageId": message_id}, auth=(login, PASSWORD)
    )
    settle()
    return answer


def _attended(key: int) -> list[dict[str, Any]]:
    with db.unit_of_work():
        return list(queries.instance(PLATFORM, key).variables["attended"])


def test_a_system_of_events_tells_who_took_part(stage: None, app: Flask) -> None:  # noqa: F811
    key = _supported()
    assert _attended(key) == []
    assert _send(app, "teacher2").status_code == 403, "who does not look after the engine tells nothing"
    assert _attended(key) == []
    assert _send(app, "admin").status_code == 200
    assert [event["event_id"] for event in _attended(key)] == ["e1"]
    assert _send(app, "admin").status_code == 200
    assert len(_attended(key)) == 1, "an event counts once"
