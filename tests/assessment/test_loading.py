"""Long files are checked and taken by a worker; a job that stops in the middle goes on and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from app.assessment.models import Item, ItemBank, ItemImport
from app.assessment.operations import banks, importing, loading
from app.assessment.rules import workbook
from app.files import store
from app.jobs import kinds, working
from app.jobs.models import DONE, FAILED, BackgroundJob
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from tests.assessment.conftest import AUTHOR, READER
from tests.assessment.drafts import EVERY_KIND

CONTENT = workbook.write(EVERY_KIND)


@pytest.fixture
def code(
    app: Flask, connection: Connection, monday: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:
    """A bank; every file counts as long, two rows are one step."""
    store.use(tmp_path)
    monkeypatch.setattr(loading, "CHECKED_AT_ONCE", 0)
    monkeypatch.setattr(loading, "TAKEN_AT_ONCE", 2)
    monkeypatch.setattr(loading, "STEP", 2)
    monkeypatch.setattr(kinds, "_actors", [lambda login: AUTHOR])
    with app.app_context():
        with db.unit_of_work():
            banks.create_bank(AUTHOR, "МАТ", "математика", "Математика")
        yield "МАТ"


def _checked(code: str, name: str = "вопросы.xlsx", content: bytes = CONTENT) -> int:
    """Key of the job that checked a file."""
    with db.unit_of_work():
        key = loading.check_later(AUTHOR, code, name, content)
    assert key is not None
    working.work_off()
    return key


def _job(key: int) -> BackgroundJob:
    with db.unit_of_work() as session:
        return session.get_one(BackgroundJob, key)


def _import() -> ItemImport:
    with db.unit_of_work() as session:
        return session.scalars(select(ItemImport)).one()


def _count() -> int:
    with db.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Item)) or 0


def test_a_long_file_is_checked_and_taken_in_steps(code: str) -> None:
    job = _job(_checked(code))
    assert (job.state, job.done) == (DONE, len(EVERY_KIND))
    run = _import()
    assert job.link == f"/tests/banks/%D0%9C%D0%90%D0%A2/import/{run.key}"
    with db.unit_of_work():
        key = loading.take_later(AUTHOR, code, run.key)
        with pytest.raises(Conflict):
            loading.take_later(AUTHOR, code, run.key)
    assert key is not None
    assert _count() == 0
    working.work_off()
    assert (_job(key).state, _job(key).done, _count()) == (DONE, len(EVERY_KIND), len(EVERY_KIND))
    assert _import().taken_count == len(EVERY_KIND)


def test_what_stopped_in_the_middle_goes_on(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _checked(code)
    with db.unit_of_work():
        key = loading.take_later(AUTHOR, code, _import().key)
    assert key is not None
    take, calls = importing.take_rows, [0]

    def breaks(actor: Actor, bank: ItemBank, run: ItemImport, rows: Sequence[Any]) -> None:
        calls[0] += 1
        take(actor, bank, run, rows)
        if calls[0] == 2:
            raise RuntimeError("the database went away after the rows were written, before the commit")

    monkeypatch.setattr(importing, "take_rows", breaks)
    working.work_off()
    assert (_job(key).done, _count()) == (2, 2)
    clock.move(_job(key).run_at)
    working.work_off()
    assert (_job(key).state, _count(), _import().taken_count) == (DONE, len(EVERY_KIND), len(EVERY_KIND))


def test_a_broken_file_ends_with_its_reason(code: str) -> None:
    with pytest.raises(Invalid), db.unit_of_work():
        loading.check_later(AUTHOR, code, "a.pdf", CONTENT)  # refused before anything is stored
    job = _job(_checked(code, "a.xlsx", workbook.write([])))
    assert job.state == FAILED
    assert job.error


def test_short_files_wait_for_nobody_and_readers_start_nothing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHECKED_AT_ONCE", 10**6)
    with db.unit_of_work():
        assert loading.check_later(AUTHOR, code, "a.xlsx", CONTENT) is None
        with pytest.raises(Forbidden):
            loading.check_later(READER, code, "a.xlsx", CONTENT)
