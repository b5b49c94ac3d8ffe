"""Undelivered letters come back into a mailbox: read by IMAP from a real server (pymap)."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from app import doctor
from app.kernel import outbox, recurring
from app.kernel.db import db
from app.notifications import mailbox as imap
from app.notifications.mailbox import Mailbox
from app.notifications.models import BOUNCED, SENT, Mail, Notice
from app.notifications.operations import fetching
from tests.notifications.test_bounces import report, sent

__all__ = ["sent"]
USER, PASSWORD = "demouser", "demo pass/word"


@dataclass
class Office:
    """The mailbox as its owner sees it."""

    port: int

    @property
    def url(self) -> str:
        """For `MAIL_BOUNCE_URL`."""
        return f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    def connected(self) -> imaplib.IMAP4:
        """Signed in, with the folder open."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        connection.login(USER, PASSWORD)
        connection.select("INBOX")
        return connection

    def put(self, content: bytes) -> None:
        """Let a letter come."""
        with self.connected() as connection:
            assert connection.append("INBOX", "", "", content)[0] == "OK"

    def count(self, *criteria: str) -> int:
        """How many letters are so."""
        with self.connected() as connection:
            return len(connection.search(None, *criteria)[1][0].split())


def _listens(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("the IMAP server did not start")


@pytest.fixture(scope="module")
def server() -> Iterator[Office]:
    """A server with one user, whose folder holds a few ordinary letters."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    run = subprocess.Popen([*command, "--demo-user", USER, "--demo-password", PASSWORD])
    try:
        _listens(port, run)
        yield Office(port)
    finally:
        run.terminate()
        run.wait(10)


@pytest.fixture
def office(app: Flask, people: None, server: Office) -> Iterator[Office]:
    """An installation whose `MAIL_BOUNCE_URL` names the mailbox, which holds nothing new."""
    with server.connected() as connection:
        connection.store("1:*", "-FLAGS", r"(\Flagged)")
        connection.store("1:*", "+FLAGS", r"(\Seen)")
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, bounce_url=server.url)
    yield server
    app.extensions["marshrut"] = before


def look() -> None:
    """What the clock and then a worker do."""
    recurring.run()
    outbox.work_off(lane=outbox.MAIL)


def status_of(key: int) -> str:
    """What became of a letter."""
    with db.unit_of_work() as session:
        return session.get_one(Mail, key).status


def test_a_letter_that_came_back_is_taken_in_and_marked(sent: int, office: Office) -> None:
    office.put(report(sent))
    office.put(b"Subject: hello\r\nFrom: a@example.org\r\n\r\nOut of office\r\n")
    assert office.count("UNSEEN") == 2
    look()
    assert status_of(sent) == BOUNCED
    with db.unit_of_work() as session:
        assert session.scalars(select(Notice.subject).where(Notice.subject == "Письма до вас не доходят")).one()
    assert (office.count("UNSEEN"), office.count("FLAGGED")) == (0, 0)


def test_a_look_that_ends_before_the_marks_is_made_again_and_counts_once(
    sent: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.put(report(sent))
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "_mark", lambda *_what: None)
        look()
    assert (status_of(sent), office.count("UNSEEN")) == (BOUNCED, 1)
    look()
    assert office.count("UNSEEN") == 0
    with db.unit_of_work() as session:
        assert len(session.scalars(select(Notice).where(Notice.subject == "Письма до вас не доходят")).all()) == 1


def test_what_cannot_be_read_is_left_to_people_with_a_flag(
    sent: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST", 3000)
    office.put(b"Subject: large\r\n\r\n" + b"x" * 5000)
    office.put(report(sent))
    look()
    assert status_of(sent) == BOUNCED
    assert (office.count("UNSEEN"), office.count("FLAGGED")) == (0, 1)


def _at_the_oldest(office: Office, patched: pytest.MonkeyPatch, command: str, answers: Callable[[], Any]) -> None:
    """Let the server answer otherwise when it is asked for its oldest unseen letter."""
    with office.connected() as connection:
        oldest = connection.uid("SEARCH", "UNSEEN")[1][0].split()[0].decode()
    right = imaplib.IMAP4.uid

    def uid(self: imaplib.IMAP4, asked: str, *words: str) -> Any:
        return answers() if (asked, words[0]) == (command, oldest) else right(self, asked, *words)

    patched.setattr(imaplib.IMAP4, "uid", uid)


@pytest.mark.parametrize(("command", "left"), [("FETCH", (0, 1)), ("STORE", (1, 0))])
def test_one_letter_that_the_server_refuses_stops_no_other(
    sent: int, office: Office, monkeypatch: pytest.MonkeyPatch, command: str, left: tuple[int, int]
) -> None:
    office.put(b"Subject: damaged\r\n\r\nText\r\n")
    office.put(report(sent))
    with monkeypatch.context() as patched:
        _at_the_oldest(office, patched, command, lambda: ("NO", [b"[SERVERBUG] this letter cannot be read"]))
        look()
    assert status_of(sent) == BOUNCED
    assert (office.count("UNSEEN"), office.count("FLAGGED")) == left


def test_what_was_read_is_marked_when_the_look_breaks_off(
    sent: int, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.put(b"Subject: last\r\n\r\nText\r\n")

    def breaks() -> None:
        raise imaplib.IMAP4.abort("connection lost")

    with monkeypatch.context() as patched:
        _at_the_oldest(office, patched, "FETCH", breaks)
        office.put(report(sent))
        patched.setattr(imap.Reading, "unseen", _newest_first(imap.Reading.unseen))
        look()
    assert (status_of(sent), office.count("UNSEEN")) == (BOUNCED, 1)


def _newest_first(found: Callable[..., list[str]]) -> Callable[..., list[str]]:
    return lambda reading, limit: found(reading, limit)[::-1]


def test_a_mailbox_that_is_away_changes_nothing_and_is_asked_again(sent: int, office: Office, app: Flask) -> None:
    office.put(report(sent))
    right = app.extensions["marshrut"]
    for wrong in (f"imap://{USER}:wrong@127.0.0.1:{office.port}/INBOX", "imap://a:b@127.0.0.1:1/INBOX", "pop3://x"):
        app.extensions["marshrut"] = replace(right, bounce_url=wrong)
        look()
        assert status_of(sent) == SENT
    app.extensions["marshrut"] = right
    look()
    assert status_of(sent) == BOUNCED


def test_the_doctor_opens_the_mailbox(app: Flask, office: Office) -> None:
    assert doctor.undelivered(app.extensions["marshrut"]).state == doctor.GOOD
    wrong = replace(app.extensions["marshrut"], bounce_url=office.url.replace("INBOX", "Nowhere"))
    assert doctor.undelivered(wrong).state == doctor.BAD


def test_one_look_waits_at_a_time_and_none_without_a_mailbox(app: Flask, office: Office) -> None:
    with db.unit_of_work():
        assert fetching.put_down_look()
        assert not fetching.put_down_look()
    outbox.work_off(lane=outbox.MAIL)
    app.extensions["marshrut"] = replace(app.extensions["marshrut"], bounce_url=None)
    with db.unit_of_work():
        assert not fetching.put_down_look()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://me%40x.ru:p%2Fw@mail.example.org/Undelivered", ("mail.example.org", 993, "tls", "me@x.ru", "p/w")),
        ("imap+starttls://me:pw@mail.example.org:1143", ("mail.example.org", 1143, "starttls", "me", "pw")),
        ("imap://me:pw@localhost/", ("localhost", 143, "none", "me", "pw")),
    ],
)
def test_addresses_of_mailboxes(url: str, expected: tuple[object, ...]) -> None:
    found = Mailbox.from_url(url)
    assert (found.host, found.port, found.security, found.user, found.password) == expected


@pytest.mark.parametrize("url", ["imap://me:pw@mail.example.org", "pop3://me:pw@localhost", "imaps://mail.example.org"])
def test_addresses_that_would_give_the_password_away_or_mean_nothing_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_BOUNCE_URL"):
        Mailbox.from_url(url)
