"""Papers of one order as a batch: stopped in the middle under a real worker, gone on with, repeated, two at once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.documents import operations, paperwork
from app.documents.models import DocumentRendition
from app.files.models import File
from app.jobs import batches, batching
from app.jobs.models import CANCELLED, FAILED, BackgroundBatch
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.courses.factories import person
from tests.documents import stopping
from tests.documents.test_killed import worker
from tests.jobs.test_killed import until

__all__ = ["worker"]
Start = Callable[..., subprocess.Popen[bytes]]
LEADER = person("leader", "course_leader@iro")


def _orders(count: int) -> int:
    """Orders of one cause, committed. Returns the key of their batch."""
    with db.unit_of_work(), batching.together(LEADER, title="Приказы", about=["course:c1"]):
        for number in range(count):
            operations.register_document(
                PLATFORM, kind="order", title=f"О курсах {number}", data={"subject": "О курсах"}, register="order",
                organisation="iro",
            )  # fmt: skip
    with db.unit_of_work() as session:
        return session.scalars(select(BackgroundBatch.key)).one()


def _states() -> list[str]:
    with db.unit_of_work() as session:
        return sorted(session.scalars(select(DocumentRendition.state)))


def _progress(key: int) -> tuple[int, int, int, int]:
    """Done, left, failed, stopped."""
    with db.unit_of_work():
        (found,) = batches.progress(LEADER, [batches.batch(LEADER, key)])
        return found.count.done, found.left, found.count.failed, found.count.stopped


def _left() -> int:
    with db.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(outbox.OutboxEntry)) or 0


def test_stopped_in_the_middle_the_one_in_hand_ends_and_the_rest_does_not_begin(
    app: Flask, worker: Start, tmp_path: Path
) -> None:
    mark = tmp_path / "before-pdf"
    with app.app_context():
        key = _orders(6)
        worker(**{stopping.MARK: str(mark), stopping.AFTER: "2"})
        until(mark.exists)
        assert _progress(key) == (2, 4, 0, 0)
        with db.unit_of_work():
            assert batches.stop(LEADER, key, "Ошибка в приказе") == 3
        assert _progress(key) == (2, 1, 0, 3), "the one in hand is not taken away"
        mark.with_name(stopping.GO_ON).touch()
        until(lambda: _left() == 0)
        assert _states() == [CANCELLED] * 3 + ["ready"] * 3
        with db.unit_of_work():
            assert batches.again(LEADER, key, CANCELLED) == 3
        until(lambda: _states() == ["ready"] * 6)
        until(lambda: _left() == 0)
    assert _progress(key) == (6, 0, 0, 0)
    with db.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 12, "two files each, none twice"
        said = session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "batch").order_by(AuditEvent.seq))
        assert [(event.actor, event.verb, event.details) for event in said] == [
            ("leader", "stop", {"reason": "Ошибка в приказе", "pieces": 3}),
            ("leader", "repeat", {"pieces": 3, "state": CANCELLED}),
        ]


def test_of_two_people_who_stop_at_once_one_hears_that_it_is_stopped(app: Flask, committed: None) -> None:
    with app.app_context():
        key = _orders(5)
    gate = Barrier(2)

    def stop(reason: str) -> str:
        gate.wait()
        try:
            with app.app_context(), db.unit_of_work():
                return f"{batches.stop(LEADER, key, reason)}: {reason}"
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(stop, ("первый", "второй")))
    with db.unit_of_work() as session:
        kept = session.get_one(BackgroundBatch, key)
        assert said == [f"5: {kept.stop_reason}", "conflict"]
    assert _progress(key) == (0, 0, 0, 5)


def test_only_what_failed_is_repeated(app: Flask, committed: None) -> None:
    with app.app_context():
        key = _orders(6)
        first, second, third = _papers()[:3]
        _set(first, state="failed", problem=[{"code": "unreadable"}])
        with db.unit_of_work() as session:  # a defect of the program, ten times over
            entry = session.scalars(
                select(outbox.OutboxEntry).where(outbox.OutboxEntry.payload["document"].as_string() == str(second))
            ).one()
            entry.failed, entry.attempts = True, outbox.MAX_ATTEMPTS
        _set(third, state="cancelled")
        assert _progress(key) == (0, 3, 2, 1)
        with db.unit_of_work():
            assert batches.again(LEADER, key, FAILED) == 2
        assert _progress(key) == (0, 5, 0, 1)
        with db.unit_of_work() as session:
            due = [entry.payload["document"] for entry in session.scalars(select(outbox.OutboxEntry))]
            assert sorted(due) == sorted([*_papers(), first]), "the entry that was given up is gone"
        with pytest.raises(Conflict), db.unit_of_work():
            batches.again(LEADER, key, FAILED)


def test_a_paper_of_a_stopped_batch_can_be_asked_for_by_itself(app: Flask, committed: None) -> None:
    with app.app_context():
        key = _orders(5)
        with db.unit_of_work():
            batches.stop(LEADER, key, "Подождём")
        first, second = _papers()[:2]
        with db.unit_of_work() as session:
            rendition = session.get_one(DocumentRendition, first)
            assert paperwork.may_repeat(LEADER, rendition)
            assert not paperwork.may_repeat(person("other", "course_leader@iro"), rendition)
        with db.unit_of_work():
            paperwork.again(person("admin", "admin@region", "auditor@region"), second)
        assert _progress(key) == (0, 1, 0, 4)


def test_who_has_no_part_in_it_sees_nothing(app: Flask, committed: None) -> None:
    with app.app_context():
        key = _orders(5)
        for act in (
            lambda actor: batches.stop(actor, key, "Просто так"),
            lambda actor: batches.again(actor, key, FAILED),
            lambda actor: batches.batch(actor, key),
        ):
            with pytest.raises(NotFound), db.unit_of_work():
                act(person("other", "course_leader@iro"))
        with db.unit_of_work(), pytest.raises(Invalid):
            batches.stop(LEADER, key, "  ")
        with pytest.raises(Forbidden), db.unit_of_work():
            batches.everybody(LEADER)
    assert _progress(key) == (0, 5, 0, 0)


def test_few_papers_are_no_batch(app: Flask, committed: None) -> None:
    with app.app_context(), db.unit_of_work() as session:
        with batching.together(LEADER, title="Приказ"):
            operations.register_document(PLATFORM, kind="order", title="О курсах", data={}, organisation="iro")
        assert session.scalars(select(BackgroundBatch)).all() == []


def _papers() -> Sequence[int]:
    with db.unit_of_work() as session:
        return session.scalars(select(DocumentRendition.document_key).order_by(DocumentRendition.document_key)).all()


def _set(key: int, **values: object) -> None:
    with db.unit_of_work() as session:
        session.execute(update(DocumentRendition).where(DocumentRendition.document_key == key).values(**values))
