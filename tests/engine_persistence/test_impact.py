"""What stands on a definition: versions with their instances, open work by element, lists touched; numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from app.engine import queries
from app.engine.views import Inbox
from app.kernel.db import db
from app.kernel.errors import NotFound

from . import models as m
from .conftest import complete, open_tasks, person, start
from .test_deploying import form

DESIGNER = person("proektirova", "designer")
FIRST = m.process("asked", m.start(), m.user("a", "teacher"), m.end())
SECOND = m.process("asked", m.start(), m.user("b", "methodist"), m.end())


@pytest.fixture
def asked(connection: Connection, deploy: Callable[..., Any]) -> None:
    """Two versions: one instance of the first is over, two run; one of the second runs."""
    deploy(asked=FIRST)
    over, *_running = [start("asked") for _ in range(3)]
    complete(open_tasks(over)["a"])
    deploy(asked=SECOND)
    start("asked")


@pytest.mark.usefixtures("asked")
def test_versions_say_what_runs_on_them() -> None:
    with db.unit_of_work():
        found = queries.versions(DESIGNER, "process", "asked")
        assert [(one.version, one.running, one.ended) for one in found] == [(2, 1, 0), (1, 2, 1)]
        assert queries.content_of(DESIGNER, "process", found[1].key) == FIRST


@pytest.mark.usefixtures("asked")
def test_open_work_and_lists_are_counted() -> None:
    with db.unit_of_work():
        work = [(one.version, one.element_id, one.kind, one.count) for one in queries.open_work(DESIGNER, "asked")]
        assert work == [(2, "b", "task", 1), (1, "a", "task", 2)]
        assert queries.inboxes(DESIGNER, "asked") == [Inbox("teacher", 2, 0, 0), Inbox("methodist", 1, 0, 0)]


@pytest.mark.usefixtures("asked")
def test_who_reads_no_models_finds_nothing() -> None:
    teacher = person("ivanova", "teacher")
    for ask in (queries.open_work, queries.inboxes, queries.counts_by_version):
        with pytest.raises(NotFound), db.unit_of_work():
            ask(teacher, "asked")
    with pytest.raises(NotFound), db.unit_of_work():
        queries.versions(teacher, "process", "asked")


def test_a_form_shows_what_is_deployed_again_with_it(connection: Connection, deploy: Callable[..., Any]) -> None:
    model = m.process("filled", m.start(), m.user("a", assignee="ivanov", form="letter"), m.end())
    deploy(**{"filled": model, "letter.form": form("letter", "Название")})
    with db.unit_of_work():
        again = queries.dependents(DESIGNER, [("form", "letter")], ["letter.form"])
        assert [one.process_id for one in again] == ["filled"]
        assert [one.process_id for one in queries.used_by(DESIGNER, "form", "letter")] == ["filled"]
        assert [one.name for one in queries.versions(DESIGNER, "form", "letter")] == ["letter"]
