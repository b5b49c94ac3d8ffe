"""Two people at the same moment, on connections of their own: everything is really committed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.agreements import operations
from app.agreements.models import Agreement
from app.demo.region import load_region
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError
from app.people import memory
from app.people import queries as people
from tests.conftest import MONDAY
from tests.inbox.test_together import together

from .scenes import draft, signed

INSTANCE = 77


@pytest.fixture
def committed_region(app: Flask, committed: None) -> Iterator[None]:
    """The demo region, committed."""
    memory.forget()
    with app.app_context(), clock.frozen(MONDAY):
        with db.unit_of_work():
            load_region("demo")
        yield


def alone(app: Flask, act: Callable[[], object]) -> Callable[[], str]:
    """The act in a unit of work of its own; its answer is the refusal, if any."""

    def run() -> str:
        with app.app_context():
            try:
                with db.unit_of_work():
                    act()
            except AppError as error:
                return type(error).__name__
            return "done"

    return run


def the_agreement() -> Agreement:
    """The agreement as it is stored now."""
    with db.unit_of_work():
        return operations.of_instance(INSTANCE)


@pytest.mark.usefixtures("committed_region")
def test_the_last_signature_given_twice_at_once_puts_it_in_force_once(app: Flask) -> None:
    with db.unit_of_work():
        operations.save_draft(PLATFORM, INSTANCE, draft("lebedyan-3", "lebedyan-1"), initiator="lebedyan-3")
    signatures = {code: {"name": "Директор", "login": ""} for code in ("lebedyan-3", "lebedyan-1")}

    def sign(number: str) -> Callable[[], object]:
        registered = {"number": number, "date": clock.today().isoformat()}
        return lambda: operations.conclude(PLATFORM, INSTANCE, signatures, registered)

    answers = together(alone(app, sign("1")), alone(app, sign("2")))
    assert sorted(answers) == ["Conflict", "done"]
    made = the_agreement()
    assert (made.state, made.number) == ("in_force", str(answers.index("done") + 1))


@pytest.mark.usefixtures("committed_region")
def test_a_new_version_and_the_last_signature_at_once_never_sign_what_nobody_read(app: Flask) -> None:
    with db.unit_of_work():
        operations.save_draft(PLATFORM, INSTANCE, draft("lebedyan-3", "lebedyan-1"), initiator="lebedyan-3")
    signatures = {code: {"name": "Директор", "login": ""} for code in ("lebedyan-3", "lebedyan-1")}
    registered = {"number": "1", "date": clock.today().isoformat()}
    other = draft("lebedyan-3", "gryazi-1", subject="Другой предмет")
    answers = together(
        alone(app, lambda: operations.conclude(PLATFORM, INSTANCE, signatures, registered)),
        alone(app, lambda: operations.save_draft(PLATFORM, INSTANCE, other, initiator="lebedyan-3")),
    )
    assert sorted(answers) == ["Conflict", "done"]
    made = the_agreement()
    assert (made.state, made.version) == (("in_force", 1) if answers[0] == "done" else ("draft", 2))


@pytest.mark.usefixtures("committed_region")
def test_two_heads_give_notice_at_once_and_one_reason_stands(app: Flask) -> None:
    with db.unit_of_work():
        row = signed("lebedyan-3", "lebedyan-1")
        row.instance_key, key = None, row.key
    heads = {"school_head4": "Нет учителей", "school_head": "Школу закрывают"}

    def give(login: str, reason: str) -> Callable[[], object]:
        return lambda: operations.give_notice(people.actor_for(login), key, reason)

    answers = together(*(alone(app, give(login, reason)) for login, reason in heads.items()))
    assert sorted(answers) == ["Conflict", "done"]
    with db.unit_of_work() as session:
        found = session.get_one(Agreement, key)
    assert found.end_reason == list(heads.values())[answers.index("done")]
