"""Two people at the same moment, on connections of their own: everything is really committed here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.demo.region import load_region
from app.engine.models import UserTask
from app.kernel.db import db
from app.notifications import operations as notices
from app.notifications.models import Mail, Notice
from app.people import memory
from tests.inbox import work
from tests.inbox.conftest import deploy
from tests.web.browsing import Browser

T = TypeVar("T")


@pytest.fixture
def committed_region(app: Flask, committed: None) -> None:
    """The demo region with the request process, committed."""
    memory.forget()
    with app.app_context():
        with db.unit_of_work():
            load_region("demo")
        with db.unit_of_work():
            deploy()


def together(*calls: Callable[[], T]) -> list[T]:
    """Run all calls at the same moment; their results."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.usefixtures("committed_region")
def test_one_of_two_gets_the_task(app: Flask) -> None:
    """BPM-04."""
    author, head = Browser(app, "teacher"), Browser(app, "school_head")
    work.asked(author)
    work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    first, second = Browser(app, "iro_methodist"), Browser(app, "iro_methodist2")
    key = work.task(first, "Дать консультацию")
    answers = together(lambda: first.post(f"/tasks/{key}/claim"), lambda: second.post(f"/tasks/{key}/claim"))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert sorted([list(work.tasks(first)), list(work.tasks(second))]) == [[], [key]]


@pytest.mark.usefixtures("committed_region")
def test_a_task_sent_twice_at_once_is_done_once(app: Flask) -> None:
    teacher = Browser(app, "teacher")
    work.start(teacher)
    key = work.task(teacher, "Заполнить заявку")
    form = {"outcome": "submit", **work.FILLED}
    answers = together(*[lambda: teacher.post(f"/tasks/{key}/complete", **form)] * 3)
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    with db.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(UserTask)) == 2


@pytest.mark.usefixtures("committed_region")
def test_a_cause_noticed_by_two_workers_is_told_once(app: Flask) -> None:
    def tell() -> int:
        with app.app_context(), db.unit_of_work():
            return notices.notify(["iro_methodist@iro"], "Срок прошёл", dedupe_key="task:1:overdue", kind="deadline")

    assert sorted(together(tell, tell, tell)) == [0, 0, 2]
    with db.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 2
        assert session.scalar(select(func.count()).select_from(Mail)) == 2
