"""Many running instances move one after the other: counted, paused, refused by reason, taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from app.engine import operations, queries
from app.engine.jobs import batches_of_old_jobs
from app.engine.models import BatchItem, BatchOperation, ProcessInstance, UserTask
from app.engine.operations.batches import settle_item
from app.engine.operations.migrating import migrate_instance
from app.jobs import operations as jobs
from app.jobs import working
from app.jobs.models import CANCELLED, DONE, PAUSED
from app.jobs.sweeping import old_jobs
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden
from app.people.queries import actor_for

from . import moving

SINCE = "После переноса в экземпляре уже что-то произошло."
MAPPING = {"collect": "gather"}


def versions_of(keys: list[int]) -> list[int]:
    """The definitions on which instances are."""
    with db.unit_of_work() as session:
        rows = session.execute(
            select(ProcessInstance.key, ProcessInstance.definition_key).where(ProcessInstance.key.in_(keys))
        )
        found = {row.key: row.definition_key for row in rows}
    return [found[key] for key in keys]


@pytest.fixture
def stage(app: Flask, region: Connection, monday: datetime) -> tuple[int, int, list[int]]:
    """Keys of both versions and of six instances, the last of which stands at a step that is gone."""
    with app.app_context():
        with db.unit_of_work():
            old = moving.deploy(moving.first())
            keys = moving.start(6)
            task = db.session.scalars(select(UserTask.key).where(UserTask.instance_key == keys[-1])).one()
            operations.complete_user_task(actor_for("admin"), task, {}, internal=True)
            new = moving.deploy(moving.second())
        return old, new, keys


def begin(old: int, new: int) -> int:
    """Start the move of all instances of the old version."""
    actor = actor_for("designer")
    return operations.migrate_many(actor, queries.running(actor, old), old, new, MAPPING)


def test_all_but_the_refused_move_and_come_back(app: Flask, stage: tuple[int, int, list[int]]) -> None:
    old, new, keys = stage
    with app.app_context():
        with db.unit_of_work():
            actor = actor_for("designer")
            trials = queries.dry_run(actor, keys, new, MAPPING)
            assert [len(trial.reasons) for trial in trials] == [0, 0, 0, 0, 0, 1]
            assert {trial.tasks for trial in trials[:-1]} == {1}
            batch = begin(old, new)
        assert versions_of(keys) == [old] * 6
        working.work_off()
        assert versions_of(keys) == [new] * 5 + [old]
        with db.unit_of_work():
            found = queries.batch(actor, batch)
            assert (found.state, dict(found.counts)) == (DONE, {"waiting": 0, "done": 5, "refused": 1})
            ((reason, refused),) = queries.refusals(actor, batch)
            assert reason == "Проверка: элемента нет в новой версии"
            assert refused == [keys[-1]]
            task = db.session.scalars(select(UserTask.key).where(UserTask.instance_key == keys[0])).one()
            operations.claim_task(actor_for("teacher"), task)
            undo = operations.undo_many(actor, batch)
        working.work_off()
        assert versions_of(keys) == [new] + [old] * 5
        with db.unit_of_work():
            assert dict(queries.batch(actor, undo).counts) == {"waiting": 0, "done": 4, "refused": 1}
            assert queries.batch(actor, batch).taken_back == 4
            assert all(queries.verify_chain(key) is None for key in keys)


def test_a_later_move_is_not_taken_back_in_its_place(app: Flask, stage: tuple[int, int, list[int]]) -> None:
    old, new, keys = stage
    with app.app_context():
        with db.unit_of_work():
            batch = begin(old, new)
        working.work_off()
        with db.unit_of_work():
            actor = actor_for("designer")
            newest = moving.deploy(moving.second().replace("Подпись".encode(), "Вторая подпись".encode()))
            later = operations.migrate_many(actor, queries.running(actor, new), new, newest, {})
        working.work_off()
        with db.unit_of_work():
            assert set(map(str, queries.taken_back(batch, keys).values())) == {SINCE}
            assert set(queries.taken_back(later, keys).values()) == {None}
            with pytest.raises(Conflict), db.savepoint():
                operations.undo_migration(actor, keys[0], of=batch)
            undo = operations.undo_many(actor, batch)
        working.work_off()
        assert versions_of(keys) == [newest] * 5 + [old]
        with db.unit_of_work():
            assert dict(queries.batch(actor, undo).counts) == {"waiting": 0, "done": 0, "refused": 5}
            operations.undo_migration(actor, keys[0], of=later)
        assert versions_of(keys[:1]) == [new]


def test_a_defect_at_one_instance_stops_no_other(
    app: Flask, stage: tuple[int, int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, keys = stage

    def fails(actor: Actor, key: int, *given: Any, **named: Any) -> int:
        moved = migrate_instance(actor, key, *given, **named)
        if key == keys[1]:
            raise KeyError("Иванова")
        return moved

    monkeypatch.setattr("app.engine.moving.working.migrate_instance", fails)
    with app.app_context():
        with db.unit_of_work():
            batch, actor = begin(old, new), actor_for("designer")
        working.work_off()
        assert versions_of(keys) == [new, old, new, new, new, old]
        with db.unit_of_work():
            found = queries.batch(actor, batch)
            assert (found.state, dict(found.counts)) == (DONE, {"waiting": 0, "done": 4, "refused": 2})
            ((sentence,),) = [[words for words, refused in queries.refusals(actor, batch) if refused == [keys[1]]]]
            assert "Иванова" not in sentence


def test_it_is_forgotten_with_its_work(app: Flask, stage: tuple[int, int, list[int]]) -> None:
    old, new, _keys = stage
    with app.app_context():
        with db.unit_of_work():
            begin(old, new)
        working.work_off()
        with db.unit_of_work() as session:
            later = clock.now() + timedelta(days=1)
            assert batches_of_old_jobs(later, 100) == 0
            assert old_jobs(later, 100) == 1
            assert batches_of_old_jobs(clock.now() - timedelta(days=1), 4) == 0
            assert [batches_of_old_jobs(later, 4) for _night in range(2)] == [4, 2]
            assert session.scalars(select(BatchItem)).all() == []
            assert session.scalars(select(BatchOperation)).all() == []


def test_it_can_be_put_aside_continued_and_stopped(app: Flask, stage: tuple[int, int, list[int]]) -> None:
    old, new, keys = stage
    with app.app_context():
        with db.unit_of_work():
            actor = actor_for("designer")
            batch = begin(old, new)
            job = queries.batch(actor, batch).job_key
            jobs.pause(actor, job)
        assert working.work_off() == 0
        with db.unit_of_work():
            assert queries.batch(actor, batch).state == PAUSED
            jobs.resume(actor, job)
            jobs.cancel(actor, job)
        working.work_off()
        assert versions_of(keys) == [old] * 6
        with db.unit_of_work():
            assert queries.batch(actor, batch).state == CANCELLED
            jobs.retry(actor, job)
        working.work_off()
        assert versions_of(keys) == [new] * 5 + [old]


def test_a_killed_worker_loses_and_doubles_nothing(
    app: Flask, stage: tuple[int, int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, keys = stage
    settled: list[int] = []

    def dies(item: BatchItem, reasons: list[object]) -> None:
        settled.append(item.instance_key)
        if len(settled) == 3:
            raise SystemExit  # the process is gone after it has moved the third one, before it could commit
        settle_item(item, reasons)

    with app.app_context():
        with db.unit_of_work():
            actor = actor_for("designer")
            batch = begin(old, new)
        with monkeypatch.context() as patched:
            patched.setattr("app.engine.moving.working.settle_item", dies)
            with pytest.raises(SystemExit):
                working.work_off()
        assert versions_of(keys) == [new] * 2 + [old] * 4
        clock.move(working.LEASE + timedelta(seconds=1))
        working.work_off()
        assert versions_of(keys) == [new] * 5 + [old]
        with db.unit_of_work():
            assert dict(queries.batch(actor, batch).counts) == {"waiting": 0, "done": 5, "refused": 1}
            verbs = [[event.verb for event in queries.history(PLATFORM, key)] for key in keys]
    assert [each.count("migrate") for each in verbs] == [1] * 5 + [0]


def test_who_may_not_and_what_makes_no_sense(app: Flask, stage: tuple[int, int, list[int]]) -> None:
    old, new, _keys = stage
    with app.app_context(), db.unit_of_work():
        for login in ("region_coordinator", "auditor"):
            with pytest.raises(Forbidden):
                actor = actor_for(login)
                operations.migrate_many(actor, queries.running(actor, old), old, new, MAPPING)
        actor = actor_for("designer")
        with pytest.raises(Conflict), db.savepoint():
            operations.migrate_many(actor, queries.running(actor, new), new, old, {})
        assert db.session.scalars(select(BatchItem)).all() == []
