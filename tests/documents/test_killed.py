"""A real worker process that is killed between the two files of a paper: another one makes both, once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.documents import operations
from app.documents.models import Document, DocumentRendition, Register
from app.files import store
from app.files.models import File
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.config import Settings
from app.kernel.db import db
from tests.documents import stopping
from tests.jobs.test_killed import ROOT, until

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def worker(settings: Settings, tmp_path: Path, committed: None) -> Iterator[Start]:
    """Starts worker processes with a file store of this test; whichever is left over is killed."""
    running: list[subprocess.Popen[bytes]] = []
    before = store._data_dir
    store.use(tmp_path)
    environment = {
        **os.environ,
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 40,
    }

    def start(**more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", stopping.__name__]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment | more, stderr=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()
    store._data_dir = before


def _state(key: int) -> str:
    with db.unit_of_work() as session:
        return session.get_one(DocumentRendition, key).state


def _count(table: type) -> int:
    with db.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_worker_killed_between_the_two_files_loses_and_doubles_nothing(
    app: Flask, worker: Start, tmp_path: Path
) -> None:
    mark = tmp_path / "before-pdf"
    with app.app_context():
        with db.unit_of_work():
            done = operations.register_document(
                PLATFORM, kind="order", title="О курсах", data={"subject": "О курсах"}, register="order",
                organisation="iro",
            )  # fmt: skip
        key = int(done.document_id)
        first = worker(**{stopping.MARK: str(mark)})
        until(mark.exists)
        kept = {path.name for path in store.blobs()}
        assert len(kept) == 1, "the DOCX lies on the disk"
        assert _count(File) == 0, "but nobody refers to it before the PDF is there"
        first.kill()
        first.wait()
        assert _state(key) == "preparing"
        worker()
        until(lambda: _state(key) == "ready")
        until(lambda: _count(outbox.OutboxEntry) == 0)
    with db.unit_of_work() as session:
        paper = session.get_one(DocumentRendition, key)
        files = {file.key: file for file in session.scalars(select(File))}
        assert set(files) == {paper.docx_file, paper.pdf_file}, "two files, not three"
        assert {file.sha256 for file in files.values()} == {paper.docx_sha256, paper.pdf_sha256}
        assert {path.name for path in store.blobs()} == {paper.docx_sha256, paper.pdf_sha256}, "the same DOCX again"
        assert kept == {paper.docx_sha256}
        document = session.scalars(select(Document)).one()
        assert (document.number, session.scalars(select(Register)).one().last) == ("1", 1)


def test_of_a_group_of_papers_each_is_made_once_whoever_dies(app: Flask, worker: Start, tmp_path: Path) -> None:
    mark = tmp_path / "before-pdf"
    subjects = [f"О курсах, группа {number}" for number in range(1, 7)]
    with app.app_context():
        with db.unit_of_work():
            for title in subjects:
                operations.register_document(
                    PLATFORM, kind="order", title=title, data={"subject": title}, register="order", organisation="iro"
                )
        first = worker(**{stopping.MARK: str(mark), stopping.AFTER: "2"})
        until(mark.exists)
        first.kill()
        first.wait()
        assert _states() == ["preparing"] * 4 + ["ready"] * 2
        assert _count(File) == 4, "those of the two that are ready"
        worker()
        until(lambda: _states() == ["ready"] * 6)
        until(lambda: _count(outbox.OutboxEntry) == 0)
    with db.unit_of_work() as session:
        papers = session.scalars(select(DocumentRendition)).all()
        kept = sorted(file.key for file in session.scalars(select(File)))
        assert sorted(key for each in papers for key in (each.docx_file, each.pdf_file)) == kept
        numbers = sorted(document.number for document in session.scalars(select(Document)))
        assert numbers == [str(number) for number in range(1, 7)]
        assert {path.name for path in store.blobs()} == {
            digest for each in papers for digest in (each.docx_sha256, each.pdf_sha256)
        }


def _states() -> list[str]:
    with db.unit_of_work() as session:
        return sorted(session.scalars(select(DocumentRendition.state)))
