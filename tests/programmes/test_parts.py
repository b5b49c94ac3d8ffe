"""Executors that a row names: everybody's part, who has reported it and who has not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.engine import operations as engine
from app.engine import queries as processes
from app.engine.models import ProcessInstance
from app.engine.views import TaskFilter
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.queries import actor_for
from app.programmes import queries
from app.programmes.queries import parts
from app.programmes.rules import executors
from app.programmes.rules.executors import Below
from tests.processes.conftest import PASSWORD, region, stage  # noqa: F401
from tests.programmes import scenes
from tests.web.browsing import Browser


@pytest.mark.parametrize(
    ("codes", "level", "found"),
    [
        (["iro", "mouo", "mms", "school"], "region", Below("municipal_coordinator", "school_head")),
        (["mms"], "region", Below("mms_methodist")),
        (["mouo", "school_head"], "municipality", Below(school="school_head")),
        (["iro", "expert_consultant"], "region", Below()),
        (["school_head"], "school", Below()),
    ],
)
def test_who_below_is_named(codes: list[str], level: str, found: Below) -> None:
    assert executors.below(codes, level) == found


def do(login: str, element: str, values: dict[str, Any]) -> None:
    """Complete the open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        actor = actor_for(login)
        page = processes.tasks_for(actor, TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(actor, key, values)
    settle()


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


@pytest.mark.usefixtures("stage")
def test_the_page_says_who_has_reported_and_nothing_said_is_lost(app: Flask) -> None:
    made = scenes.measure(executors="ИРО, ОО", members=["lebedyan-1", "gryazi-1"])
    with db.unit_of_work():
        engine.publish_message(PLATFORM, "roadmap.approved", made["row_key"], made["start"], internal=True)
    settle()
    do("iro_coordinator", "execute", {"how": "report"})
    took_part = [{"organisation": "lebedyan-1", "count": 4}]
    do("school_head", "co_report", {"text": "Провели урок", "participants": took_part})
    with db.unit_of_work():
        found = queries.measure(PLATFORM, made["row_key"])
        assert [each.school for each in parts.parts_of(found)] == ["gryazi-1", "lebedyan-1"]
        (occurrence,) = scenes.occurrences_of(made["row_key"])
        said = parts.answers([occurrence.instance_key])[occurrence.instance_key]
        assert {(each.state, each.by) for each in said} == {("reported", "school_head"), ("waits", None)}
    page = Browser(app, "region_coordinator", PASSWORD).get(f"/programmes/measures/{made['row_key']}").text
    assert "ждём сведений" in page
    do("school_head2", "co_report", {"text": "Провели семинар"})
    with db.unit_of_work():
        said_so = db.session.get_one(ProcessInstance, occurrence.instance_key).variables["co_answers"]
        assert [(row["who"], row["text"]) for row in said_so] == [
            ("СОШ № 1 Лебедянь", "Провели урок"),
            ("СОШ № 1 Грязи", "Провели семинар"),
        ]
        assert said_so[0]["participants"] == took_part
