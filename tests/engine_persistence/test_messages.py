"""Messages, signals and what they start: exactly once, now or later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Connection

from app.engine import correlation, operations
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, NotFound

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, settle, start

RECEIVER = m.process(
    "receiver",
    m.start(),
    m.catch_message("wait", "msg"),
    m.user("after", "teacher"),
    m.end(),
    outside=m.message("msg", "place.free", "=course + &quot;:&quot; + teacher"),
)
DAY = timedelta(days=1)


def publish(name: str, key: str, **more: Any) -> int:
    with db.unit_of_work():
        message = operations.publish_message(PLATFORM, name, key, more.pop("variables", None), **more)
    settle()
    return message


def test_a_message_reaches_the_instance_with_its_key_at_once(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(receiver=RECEIVER)
    first = start("receiver", {"course": "c1", "teacher": "a"})
    second = start("receiver", {"course": "c1", "teacher": "b"})
    publish("place.free", "c1:b", variables={"place": 7})
    assert open_tasks(first) == {}
    assert list(open_tasks(second)) == ["after"]
    assert one("SELECT variables -> 'place' FROM process_instance WHERE key = :key", key=second) == 7


def test_a_message_without_time_to_live_is_gone(connection: Connection, deploy: Callable[..., Any]) -> None:
    deploy(receiver=RECEIVER)
    publish("place.free", "c1:a")
    assert open_tasks(start("receiver", {"course": "c1", "teacher": "a"})) == {}


def test_a_kept_message_waits_for_its_receiver_and_is_taken_once(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    deploy(receiver=RECEIVER)
    publish("place.free", "c1:a", ttl=DAY)
    assert list(open_tasks(start("receiver", {"course": "c1", "teacher": "a"}))) == ["after"]
    assert open_tasks(start("receiver", {"course": "c1", "teacher": "a"})) == {}


def test_an_expired_message_is_not_taken_and_is_swept(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    deploy(receiver=RECEIVER)
    publish("place.free", "c1:a", ttl=DAY)
    clock.move(2 * DAY)
    assert open_tasks(start("receiver", {"course": "c1", "teacher": "a"})) == {}
    with db.unit_of_work():
        assert correlation.forget_expired(clock.now()) == 1


def test_the_same_message_id_is_published_once_while_it_is_kept(connection: Connection, monday: datetime) -> None:
    publish("place.free", "k", ttl=DAY, message_id="m1")
    with pytest.raises(Conflict):
        publish("place.free", "k", ttl=DAY, message_id="m1")
    publish("place.free", "other", ttl=DAY, message_id="m1")
    clock.move(2 * DAY)
    publish("place.free", "k", ttl=DAY, message_id="m1")


def test_an_event_that_does_not_interrupt_takes_every_message_with_its_key(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    event = '<bpmn:messageEventDefinition id="e" messageRef="msg" />'
    sub = (
        '<bpmn:subProcess id="handler" triggeredByEvent="true">'
        f'<bpmn:startEvent id="came" isInterrupting="false">{event}</bpmn:startEvent>'
        + m.script("add", "=append(listeners, enrolled)", "listeners")
        + m.end("added")
        + m.flow("came", "add")
        + m.flow("add", "added")
        + "</bpmn:subProcess>"
    )
    deploy(
        course=m.process(
            "course",
            m.start(),
            m.user("open", "teacher"),
            m.end(),
            sub,
            m.chain("start", "open", "finished"),
            outside=m.message("msg", "listener.enrolled", "=course"),
        )
    )
    publish("listener.enrolled", "c1", ttl=DAY, variables={"enrolled": "before"})
    publish("listener.enrolled", "c1", ttl=DAY, variables={"enrolled": "too"})
    instance = start("course", {"course": "c1", "listeners": []})
    publish("listener.enrolled", "c1", variables={"enrolled": "later"})
    taken = one("SELECT variables -> 'listeners' FROM process_instance WHERE key = :key", key=instance)
    assert taken == ["before", "too", "later"]


def test_a_message_starts_a_process_once_per_key_while_an_instance_is_active(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    event = '<bpmn:messageEventDefinition id="e" messageRef="msg" />'
    body = (m.start(event=event), m.user("a", "teacher"), m.end())
    deploy(started=m.process("started", *body, outside=m.message("msg", "enrolment.requested")))
    publish("enrolment.requested", "c1:a", variables={"n": 1})
    publish("enrolment.requested", "c1:a", variables={"n": 2})
    publish("enrolment.requested", "c1:a", variables={"n": 3}, ttl=DAY)
    publish("enrolment.requested", "c1:b", variables={"n": 4})
    found = rows("SELECT start_key, variables -> 'n' FROM process_instance ORDER BY key")
    assert found == [("c1:a", 1), ("c1:b", 4)]
    first = one("SELECT key FROM process_instance WHERE start_key = 'c1:a'")
    complete(open_tasks(first)["a"])
    assert one("SELECT variables -> 'n' FROM process_instance WHERE start_key = 'c1:a' AND status = 'active'") == 3


def test_correlating_answers_with_the_instance_or_that_nobody_waits(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    deploy(receiver=RECEIVER)
    instance = start("receiver", {"course": "c1", "teacher": "a"})
    with db.unit_of_work():
        assert operations.correlate_message(PLATFORM, "place.free", "c1:a", {"x": 1}) == instance
    assert list(open_tasks(instance)) == ["after"]
    with pytest.raises(NotFound), db.unit_of_work():
        operations.correlate_message(PLATFORM, "place.free", "c1:a")


def test_only_who_operates_the_engine_publishes_by_hand(connection: Connection) -> None:
    for act in (operations.publish_message, operations.correlate_message):
        with pytest.raises(Forbidden), db.unit_of_work():
            act(person("t", "teacher"), "place.free", "k")
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.broadcast_signal(person("t", "teacher"), "alarm")


def test_a_signal_reaches_everybody_who_waits_and_starts_what_it_starts(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    signal = '<bpmn:signal id="sig" name="alarm" />'
    waiting = m.process(
        "waiting", m.start(), m.catch_signal("wait", "sig"), m.user("a", "teacher"), m.end(), outside=signal
    )
    event = '<bpmn:signalEventDefinition id="e" signalRef="sig" />'
    started = m.process("started", m.start(event=event), m.user("b", "teacher"), m.end(), outside=signal)
    thrower = m.process("thrower", m.start(), m.throw_signal("throw", "sig"), m.end(), outside=signal)
    deploy(waiting=waiting, started=started, thrower=thrower)
    for _ in range(3):
        start("waiting")
    start("thrower")
    assert rows("SELECT process_id, count(*) FROM user_task GROUP BY 1 ORDER BY 1") == [("started", 1), ("waiting", 3)]


def test_published_by_a_service_task_with_a_time_to_live(
    connection: Connection, deploy: Callable[..., Any], monday: datetime
) -> None:
    inputs = [("place.free", "name"), ("=c", "key"), ("={place: 3}", "variables"), ("P30D", "ttl")]
    deploy(
        sender=m.process("sender", m.start(), m.service("send", "publish-message", inputs), m.end()), receiver=RECEIVER
    )
    start("sender", {"c": "c1:a"})
    instance = start("receiver", {"course": "c1", "teacher": "a"})
    assert one("SELECT variables -> 'place' FROM process_instance WHERE key = :key", key=instance) == 3


def test_message_and_subscription_never_miss_each_other(committed: None, deploy: Callable[..., Any]) -> None:
    deploy(receiver=RECEIVER)
    for number in range(10):
        barrier = Barrier(2)

        def wait(key: str = f"t{number}", meet: Barrier = barrier) -> None:
            meet.wait()
            start("receiver", {"course": "c", "teacher": key})

        def send(key: str = f"t{number}", meet: Barrier = barrier) -> None:
            meet.wait()
            publish("place.free", f"c:{key}", ttl=DAY)

        threads = [Thread(target=wait), Thread(target=send)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    outbox.work_off()
    assert one("SELECT count(*) FROM user_task WHERE element_id = 'after'") == 10
    assert one("SELECT count(*) FROM event_subscription") == 0
