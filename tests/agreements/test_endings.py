"""An agreement whose process is cancelled ends with it: called off as a draft, terminated when it was in force."""

from __future__ import annotations

import pytest

from app.agreements import operations
from app.agreements.models import Agreement
from app.engine import operations as engine
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from tests.processes.conftest import region, stage  # noqa: F401

from .scenes import draft, signed

pytestmark = pytest.mark.usefixtures("stage")


def begun() -> int:
    """A real process of an agreement, drafted by the head of a school."""
    with db.unit_of_work():
        return engine.start_instance(people.actor_for("school_head4"), "cooperation_agreement")


def cancelled(instance: int) -> Agreement:
    """The agreement after its process was cancelled."""
    with db.unit_of_work():
        engine.cancel_instance(PLATFORM, instance, "Школу закрывают", internal=True)
    with db.unit_of_work():
        return operations.of_instance(instance)


def test_a_draft_is_called_off_with_the_reason() -> None:
    instance = begun()
    with db.unit_of_work():
        operations.save_draft(PLATFORM, instance, draft("lebedyan-3", "lebedyan-1"), initiator="lebedyan-3")
    row = cancelled(instance)
    assert (row.state, row.end_reason, row.number) == ("cancelled", "Школу закрывают", None)
    assert row.ended_on is not None


def test_an_agreement_in_force_is_terminated_with_the_reason() -> None:
    instance = begun()
    with db.unit_of_work():
        made = signed("lebedyan-3", "lebedyan-1")
        made.instance_key = instance
    row = cancelled(instance)
    assert (row.state, row.end_reason) == ("terminated", "Школу закрывают")


def test_what_was_completed_stays_so_and_a_process_without_a_draft_just_ends() -> None:
    instance, other = begun(), begun()
    with db.unit_of_work():
        made = signed("lebedyan-3", "lebedyan-1")
        made.instance_key = instance
        operations.finish(PLATFORM, instance, "completed", {}, None)
        engine.cancel_instance(PLATFORM, other, "По ошибке", internal=True)
    assert cancelled(instance).state == "completed"
