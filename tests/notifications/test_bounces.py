"""Letters that come back: read from the notification of a mail server, shown where they matter."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel import outbox
from app.kernel.db import db
from app.notifications import operations, queries
from app.notifications.models import BOUNCED, SENT, Mail, Notice
from app.notifications.rules import bounces
from tests.inbox.region import actor
from tests.notifications.conftest import PostOffice

REPORT = """From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: post@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain

This is the mail system at host mx.example.org. Your message could not be delivered.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 6 Apr 2026 09:00:00 +0300

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>:
    Recipient address rejected: User unknown

--limit
Content-Type: {returned}

Return-Path: <post@example.org>
Message-ID: <marshrut-{key}@example.org>
Subject: Test

{body}
--limit--
"""


def report(
    key: int, address: str = "teacher@example.org", action: str = "failed", returned: str = "message/rfc822"
) -> bytes:
    """What a mail server writes about a letter that it could not deliver."""
    body = "Text\n" if returned == "message/rfc822" else ""
    text = REPORT.format(key=key, address=address, action=action, returned=returned, body=body)
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def sent(post_office: PostOffice) -> int:
    """Key of a letter that the server accepted."""
    with db.unit_of_work():
        operations.notify(["teacher"], "Задание", dedupe_key="task:7")
    outbox.work_off()
    with db.unit_of_work() as session:
        return session.scalars(select(Mail.key)).one()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_is_read_with_whole_letters_and_with_headers_only(returned: str) -> None:
    found = bounces.read(report(17, returned=returned))
    assert found is not None
    assert (found.mail, found.address) == (17, "teacher@example.org")
    assert found.reason == "5.1.1 550 5.1.1 <teacher@example.org>: Recipient address rejected: User unknown"


def test_what_is_no_final_failure_of_ours_is_left_alone(sent: int) -> None:
    foreign = report(sent).replace(b"marshrut-", b"other-")
    nobody = b"".join(line for line in report(sent).splitlines(keepends=True) if b"-Recipient: " not in line)
    others = (report(sent, action="delayed"), report(sent, "other@example.org"), report(1), foreign, b"", b"Hello")
    for content in (*others, nobody):
        with db.unit_of_work():
            assert operations.take_bounce(content) is None
    with db.unit_of_work() as session:
        assert session.get_one(Mail, sent).status == SENT


def test_a_bounce_marks_the_letter_and_tells_the_person_once(sent: int) -> None:
    for expected in (True, False):
        with db.unit_of_work():
            assert (operations.take_bounce(report(sent)) is not None) is expected
    with db.unit_of_work() as session:
        letter = session.get_one(Mail, sent)
        assert (letter.status, bool(letter.bounced_at)) == (BOUNCED, True)
        assert "User unknown" in (letter.error or "")
        told = session.scalars(select(Notice).where(Notice.login == "teacher", Notice.link == "/profile")).all()
        assert [notice.subject for notice in told] == ["Письма до вас не доходят"]
        last = queries.undelivered(actor("teacher"), "teacher@example.org")
        assert last is None or last.key == sent


def test_the_operators_command_reads_files_and_pipes(app: Flask, sent: int, tmp_path: Path) -> None:
    file = tmp_path / "bounce.eml"
    file.write_bytes(report(sent))
    runner = app.test_cli_runner()
    done = runner.invoke(args=["mail", "bounce", str(file)])
    assert done.output.strip() == "1 of 1 letters came back"
    again = runner.invoke(args=["mail", "bounce", "-"], input=BytesIO(report(sent)))
    assert again.output.strip() == "0 of 1 letters came back"
