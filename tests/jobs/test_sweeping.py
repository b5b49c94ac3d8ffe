"""Old rows go at night, batch by batch; what history, documents and running work need stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select, text

from app.engine.models import TaskDraft
from app.files import operations as files
from app.files.models import File
from app.jobs import sweeping
from app.jobs.models import DONE, QUEUED, BackgroundJob, BackgroundNote
from app.kernel import clock, outbox, recurring, retention
from app.kernel.actor import PLATFORM
from app.kernel.config import RETENTION, ConfigurationError, Settings
from app.kernel.db import db
from app.kernel.ids import next_key
from app.notifications.models import QUEUED as WAITING
from app.notifications.models import SENT, Mail, Notice
from app.people import operations as people
from app.people.models import AccountTicket, LoginAttempt, LoginSession, PersonalToken
from tests.conftest import MONDAY
from tests.inbox import region

LONG_AGO, LATELY = MONDAY - timedelta(days=400), MONDAY - timedelta(days=20)
NIGHT = datetime(2026, 4, 7, 0, 0, tzinfo=MONDAY.tzinfo)
"""03:00 in Moscow."""


@pytest.fixture
def ground(app: Flask, connection: Connection, monday: object) -> Iterator[Flask]:
    """The region's people, and an application context as workers have."""
    with app.app_context():
        with db.unit_of_work():
            region.build()
        yield app


def night() -> None:
    """What clock and workers do until the next morning."""
    recurring.run()
    clock.move(NIGHT + timedelta(minutes=1))
    while outbox.work_off(lane=outbox.FIGURES):
        pass


def kept(model: Any) -> set[Any]:
    """Keys of the rows that are left."""
    with db.unit_of_work() as session:
        return set(session.scalars(select(next(iter(model.__table__.primary_key)))))


def job(ended: datetime | None, state: str = DONE, **more: Any) -> int:
    """A background job, in the open unit of work."""
    made = {"kind": "x", "title": "x", "login": "teacher", "payload": {}, "run_at": LONG_AGO, "created_at": LONG_AGO}
    row = BackgroundJob(key=next_key(), state=state, ended_at=ended, **made, **more)
    db.session.add(row)
    db.session.flush()
    return row.key


def stored(name: str = "a.txt") -> int:
    """An upload."""
    return files.store_file(PLATFORM, name, BytesIO(name.encode()), extensions=("txt",)).key


def test_old_jobs_go_with_their_remarks_and_with_the_files_that_nothing_else_shows(ground: Flask) -> None:
    with db.unit_of_work() as session:
        own, shared, fresh = stored("own.txt"), stored("shared.txt"), stored("fresh.txt")
        old = job(LONG_AGO, results=[own], files=[shared])
        files.attach([own, shared], "job", old)
        files.attach([shared], "document", 17)
        session.add(BackgroundNote(job_key=old, number=1, place="1", text="x"))
        late = job(LATELY, results=[fresh])
        files.attach([fresh], "job", late)
        waits = job(None, QUEUED)
    night()
    assert kept(BackgroundJob) == {late, waits}
    assert kept(BackgroundNote) == set()
    assert kept(File) == {shared, fresh}


def test_old_letters_lose_their_text_and_keep_what_became_of_them(ground: Flask) -> None:
    def letter(status: str, created: datetime) -> Mail:
        words = {"login": "teacher", "address": "t@example.org", "subject": "Задание", "text": "Текст", "html": "<p>"}
        key = next_key()
        return Mail(key=key, status=status, dedupe_key=str(key), created_at=created, sent_at=created, **words)

    with db.unit_of_work() as session:
        old, waiting, late = letter(SENT, LONG_AGO), letter(WAITING, LONG_AGO), letter(SENT, LATELY)
        session.add_all([old, waiting, late])
    night()
    with db.unit_of_work() as session:
        rows = {row.key: (row.subject, row.text, row.html, row.sent_at) for row in session.scalars(select(Mail))}
    assert rows[old.key] == ("Задание", "", None, LONG_AGO)
    assert rows[waiting.key][1:3] == rows[late.key][1:3] == ("Текст", "<p>")


def test_old_notices_that_were_read_go(ground: Flask) -> None:
    def notice(read: datetime | None, **more: Any) -> Notice:
        key = next_key()
        words = {"login": "teacher", "kind": "info", "subject": "x", "text": "x"}
        return Notice(key=key, dedupe_key=str(key), created_at=LONG_AGO, read_at=read, **words, **more)

    with db.unit_of_work() as session:
        gone = [notice(LONG_AGO), notice(LONG_AGO, digest=True, digested_at=LONG_AGO)]
        stay = [notice(None), notice(LATELY), notice(LONG_AGO, digest=True)]
        session.add_all([*gone, *stay])
        keys = {each.key for each in stay}
    night()
    assert kept(Notice) == keys


def test_sessions_tokens_and_links_that_let_nobody_in_any_more_go(ground: Flask) -> None:
    with db.unit_of_work() as session:
        account = session.execute(text("SELECT id FROM account WHERE login = 'teacher'")).scalar_one()
        common = {"account_id": account, "created_at": LONG_AGO}
        for mark, expires, ended in (("a", LONG_AGO, None), ("b", MONDAY, LONG_AGO), ("c", LATELY, None)):
            times = {"started_at": LONG_AGO, "expires_at": expires, "ended_at": ended, "agent": ""}
            session.add(LoginSession(token_hash=mark.encode(), account_id=account, **times))
            hashes = {"name": "x", "prefix": "x", "token_hash": mark.encode(), "scopes": []}
            session.add(PersonalToken(expires_at=expires, revoked_at=ended, **hashes, **common))
            link = {"kind": "invitation", "token_hash": mark.encode(), "created_by": "admin", "ended_at": ended}
            session.add(AccountTicket(expires_at=expires, **link, **common))
        session.add(LoginAttempt(at=LONG_AGO, login="teacher", address="x", succeeded=False))
        lasting = PersonalToken(name="x", prefix="x", token_hash=b"d", scopes=[], expires_at=None, **common)
        session.add(lasting)
    night()
    assert kept(LoginSession) == {b"c"}
    with db.unit_of_work() as session:
        assert sorted(session.scalars(select(PersonalToken.token_hash))) == [b"c", b"d"]
        assert list(session.scalars(select(AccountTicket.token_hash))) == [b"c"]
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 0
    with db.unit_of_work():
        assert people.check_password("teacher", "nonsense") is False, "the account itself is untouched"


def test_drafts_of_tasks_that_are_over_go(ground: Flask) -> None:
    """A draft of an open task is what somebody has typed: it stays, however old."""
    with db.unit_of_work() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        columns = "key, instance_key, token, element_id, name, process_id, definition_key, state, candidate_groups"
        more = "candidate_users, candidates, inbox, not_by, due_sort, priority, created_at, overdue"
        for key, state in ((1, "open"), (2, "completed")):
            session.execute(
                text(
                    f"INSERT INTO user_task ({columns}, {more}) VALUES (:key, 1, 1, 'a', 'a', 'p', 1, :state, '{{}}', "
                    "'{}', '{}', '{}', '{}', now(), 50, now(), false)"
                ),
                {"key": key, "state": state},
            )
            session.add(TaskDraft(task_key=key, login="teacher", values={}, saved_at=LONG_AGO))
        session.add(TaskDraft(task_key=2, login="teacher2", values={}, saved_at=LATELY))
    night()
    with db.unit_of_work() as session:
        found = {(row.task_key, row.login) for row in session.scalars(select(TaskDraft))}
    assert found == {(1, "teacher"), (2, "teacher2")}


def test_much_goes_in_small_batches_and_is_counted(ground: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(sweeping.log, "info", lambda _words, **facts: said.append(facts))
    with db.unit_of_work():
        for _ in range(5):
            job(LONG_AGO)
    recurring.run()
    clock.move(NIGHT)
    assert outbox.work_off(1, kinds=(sweeping.NIGHT,)) == 1
    left = [5]
    while outbox.work_off(1, kinds=(sweeping.SWEEP,)):
        left.append(len(kept(BackgroundJob)))
    assert sorted(set(left), reverse=True) == [5, 3, 1, 0]
    assert [(facts["what"], facts["count"]) for facts in said] == [("jobs", 5)]


def test_the_night_comes_once_and_what_is_kept_for_ever_stays(ground: Flask) -> None:
    before = ground.extensions["marshrut"]
    ground.extensions["marshrut"] = replace(before, retention={**RETENTION, "jobs": 0})
    try:
        with db.unit_of_work():
            old = job(LONG_AGO)
            assert sweeping.put_down_night()
            assert not sweeping.put_down_night()
        with db.unit_of_work() as session:
            entry = session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.kind == sweeping.NIGHT)).one()
            assert entry.run_at == NIGHT
        night()
        assert kept(BackgroundJob) == {old}
        with db.unit_of_work() as session:
            assert sweeping.put_down_night()
            session.flush()
            entry = session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.kind == sweeping.NIGHT)).one()
            assert entry.run_at == NIGHT + timedelta(days=1)
    finally:
        ground.extensions["marshrut"] = before


def test_the_days_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETENTION_MAIL_DAYS", "7")
    assert Settings.from_env().retention == {**RETENTION, "mail": 7}
    monkeypatch.setenv("RETENTION_MAIL_DAYS", "a week")
    with pytest.raises(ConfigurationError, match="RETENTION_MAIL_DAYS"):
        Settings.from_env()


def test_every_deletion_names_a_setting() -> None:
    assert {kept_ for kept_, _sweep in retention.sweeps().values()} <= set(RETENTION)
    assert set(RETENTION) == {kept_ for kept_, _sweep in retention.sweeps().values()}
