"""People to tell things to, and a real SMTP server to hand letters to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import Connection

from app.kernel.db import db
from tests.inbox import region


@pytest.fixture
def people(app: Flask, connection: Connection, monday: object) -> Iterator[None]:
    """The region's people, on a Monday; an application context as pages and workers have."""
    with app.app_context():
        with db.unit_of_work():
            region.build()
        yield


@dataclass
class PostOffice:
    """An SMTP server of this test.

    Attributes:
        letters: what it accepted.
        answer: what it says to the text of a letter.
        hangs_up: break off instead of answering to QUIT.
        breaks_off: take the text of a letter and break off instead of answering.
    """

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"
    hangs_up: bool = False
    breaks_off: bool = False
    up: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _server: asyncio.AbstractServer | None = None

    @property
    def url(self) -> str:
        """For `SMTP_URL`."""
        return f"smtp://127.0.0.1:{self.port}?from=post@example.org"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: a letter has come."""
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content or b"", policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.letters.append(message)
        if self.breaks_off:
            server.transport.close()
        return self.answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: the client says good-bye."""
        if self.hangs_up:
            server.transport.close()
        return "221 Bye"

    def open(self) -> None:
        """Start answering."""
        ready = threading.Event()

        def run() -> None:
            self._loop = asyncio.new_event_loop()
            listen = self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", self.port)
            self._server = self._loop.run_until_complete(listen)
            ready.set()
            self._loop.run_forever()
            self._server.close()
            self._loop.run_until_complete(self._server.wait_closed())
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(5)
        self.up = True

    def close(self) -> None:
        """Go away."""
        if self.up and self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self.up = False


@pytest.fixture
def open_office() -> Iterator[PostOffice]:
    """A mail server that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        office = PostOffice(probe.getsockname()[1])
    office.open()
    yield office
    office.close()


@pytest.fixture
def post_office(app: Flask, people: None, open_office: PostOffice) -> Iterator[PostOffice]:
    """An installation whose `SMTP_URL` names a server that answers."""
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, smtp_url=open_office.url)
    yield open_office
    app.extensions["marshrut"] = before
