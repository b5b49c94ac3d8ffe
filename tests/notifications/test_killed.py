"""Workers that are killed while they hand a letter over: no letter is lost unseen, none leaves twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.kernel import outbox
from app.kernel.config import Settings
from app.kernel.db import db
from app.notifications import operations
from app.notifications.models import QUEUED, SENDING, SENT, UNCLEAR
from tests.inbox import region
from tests.notifications.conftest import PostOffice

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import os
from worker.process import application, prepare
app = application(prepare())
from app.kernel import outbox
from app.notifications import smtp
from app.notifications.operations import delivering
def die(*_):
    os.kill(os.getpid(), 9)
{dies}
with app.app_context():
    outbox.work_off(lane=outbox.MAIL)
"""


def _letter() -> tuple[str, int]:
    with db.unit_of_work() as session:
        status, left = session.execute(
            text("SELECT status, (SELECT count(*) FROM outbox WHERE kind = 'notifications.deliver') FROM mail")
        ).one()
        return status, left


@pytest.fixture
def written(committed: None, app: Flask, open_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """A committed letter that waits for its worker."""
    monkeypatch.setitem(app.extensions, "marshrut", replace(app.extensions["marshrut"], smtp_url=open_office.url))
    with app.app_context():
        with db.unit_of_work():
            region.build()
        with db.unit_of_work():
            operations.notify(["teacher"], "Подписать задание", dedupe_key="task:7")
    return open_office


def _worker(settings: Settings, office: PostOffice, dies: str) -> int:
    environment = {
        **os.environ,
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
        "SMTP_URL": office.url,
        "SECRET_KEY": "x" * 40,
    }
    code = subprocess.run([sys.executable, "-c", WORKER.format(dies=dies)], cwd=ROOT, env=environment).returncode
    with db.unit_of_work() as session:
        # The server learns of the death a moment later: until then the dead one's lock lets others pass the entry by.
        session.execute(text("SELECT key FROM outbox FOR UPDATE"))
    return code


def _again(app: Flask) -> None:
    with app.app_context():
        outbox.work_off(lane=outbox.MAIL)


@pytest.mark.parametrize(
    "dies",
    [
        "smtp.Conversation.begin = die                   # before the server was asked",
        "delivering._mark_sending = die                  # the server waits for the text",
    ],
)
def test_killed_before_the_text_leaves_the_next_worker_sends(
    written: PostOffice, app: Flask, settings: Settings, dies: str
) -> None:
    assert _worker(settings, written, dies) == -signal.SIGKILL
    assert _letter() == (QUEUED, 1)
    _again(app)
    assert _letter() == (SENT, 0)
    assert len(written.letters) == 1


def test_killed_after_the_server_took_it_nobody_sends_again(
    written: PostOffice, app: Flask, settings: Settings
) -> None:
    assert (
        _worker(settings, written, "delivering._close = die      # the letter is taken, the row does not say so") == -9
    )
    assert _letter() == (SENDING, 1)
    assert len(written.letters) == 1
    _again(app)
    assert _letter() == (UNCLEAR, 0)
    assert len(written.letters) == 1
