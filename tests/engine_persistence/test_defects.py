"""Handlers that fail in a way nobody has foreseen: an incident without values, and the act of the person stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from app.engine import live, operations, queries, recent
from app.engine.services import ServiceCall, service_type
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Unavailable

from . import models as m
from .conftest import complete, one, one_service, open_tasks, rows, start


@pytest.mark.parametrize(
    "defect",
    [
        *(KeyError("Иванова"), AttributeError("Иванова"), DataError("Иванова", {}, OSError())),
        *(IntegrityError("Иванова", {}, CheckViolation()), IntegrityError("Иванова", {}, NotNullViolation())),
    ],
)
def test_a_defect_of_a_service_is_an_incident_without_values_and_the_act_stands(
    connection: Connection, deploy: Callable[..., Any], types: None, defect: Exception
) -> None:
    broken = True

    @service_type("test.defect", inline=True)
    def handler(call: ServiceCall) -> dict[str, Any]:
        db.session.execute(text("INSERT INTO calendar_day VALUES ('2030-01-01', true, 'half done')"))
        if broken:
            raise defect
        return {"worked": True}

    one_service(deploy, "test.defect")
    instance = start("p")
    complete(open_tasks(instance)["before"])
    ((element, kind, message),) = rows("SELECT element_id, kind, message FROM incident")
    assert (element, kind) == ("work", "JOB_NO_RETRIES")
    assert re.fullmatch(rf"test\.defect: {type(defect).__name__} \(test_defects\.py:\d+\)", message)
    assert one("SELECT count(*) FROM calendar_day") == 0
    assert open_tasks(instance) == {}
    broken = False
    with db.unit_of_work():
        (incident,) = queries.incidents(PLATFORM).items
        operations.resolve_incident(PLATFORM, incident.key)
    assert list(open_tasks(instance)) == ["after"]
    assert one("SELECT count(*) FROM calendar_day") == 1
    with db.unit_of_work():
        assert queries.verify_chain(instance) is None


@pytest.mark.parametrize(
    "passing",
    [
        *(OperationalError("SELECT", {}, OSError()), Unavailable("away")),
        *(IntegrityError("INSERT", {}, UniqueViolation()), IntegrityError("INSERT", {}, ForeignKeyViolation())),
    ],
)
def test_what_passes_by_itself_rolls_everything_back_and_surfaces(
    connection: Connection, deploy: Callable[..., Any], types: None, passing: Exception
) -> None:
    @service_type("test.passing", inline=True)
    def handler(call: ServiceCall) -> None:
        raise passing

    one_service(deploy, "test.passing")
    instance = start("p")
    key = open_tasks(instance)["before"]
    with pytest.raises(type(passing)):
        complete(key)
    assert open_tasks(instance) == {"before": key}
    assert one("SELECT count(*) FROM history_event WHERE instance_key = :key", key=instance) == 1


def test_a_defect_behind_a_timer_does_not_lose_it(
    connection: Connection, deploy: Callable[..., Any], types: None, monday: datetime
) -> None:
    @service_type("test.late", inline=True)
    def handler(call: ServiceCall) -> None:
        raise KeyError("no token")

    deploy(
        p=m.process(
            "p", m.start(), m.catch_timer("wait", "timeDuration", "PT1H"), m.service("work", "test.late"), m.end()
        )
    )
    instance = start("p")
    with clock.frozen(monday + timedelta(hours=2)):
        operations.fire_due()
    assert rows("SELECT element_id, kind FROM incident WHERE instance_key = :key", key=instance) == [
        ("work", "JOB_NO_RETRIES")
    ]


def test_what_a_failed_service_did_to_another_instance_is_remembered_nowhere(
    connection: Connection, deploy: Callable[..., Any], types: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    other: dict[str, int] = {}
    woken: list[str] = []

    @service_type("test.meddling", inline=True)
    def handler(call: ServiceCall) -> None:
        operations.complete_user_task(PLATFORM, other["first"], {})
        outbox.enqueue("engine.announce", {"tasks": [], "by": ""})
        raise KeyError("too late")

    deploy(q=m.process("q", m.start(), m.user("first", "teacher"), m.user("second", "teacher"), m.end()))
    one_service(deploy, "test.meddling")
    second = start("q")
    other.update(open_tasks(second))
    instance = start("p")
    monkeypatch.setattr(outbox, "_nudges", [woken.append])
    complete(open_tasks(instance)["before"])
    assert one("SELECT count(*) FROM incident WHERE instance_key = :key", key=instance) == 1
    ((version, state_key),) = rows("SELECT version, state_key FROM process_instance WHERE key = :key", key=second)
    with db.unit_of_work():
        known = recent.task(other["first"])
        at = live.head(second)
    assert known is None or known.instance.version == version
    assert live._cache.kept.get(second, (state_key,))[0] == at.state_key == state_key
    assert woken == []
    assert open_tasks(second) == other
    complete(other["first"])
    assert list(open_tasks(second)) == ["second"]
