"""Letters and a real SMTP server, which comes and goes."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select, text

from app.kernel import clock, outbox
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.notifications import operations, smtp
from app.notifications.models import BOUNCED, FAILED, QUEUED, SENT, UNCLEAR, Mail
from app.notifications.operations.delivering import GIVE_UP
from app.notifications.smtp import Server
from tests.inbox.region import actor
from tests.notifications.conftest import PostOffice


def _letter() -> Mail:
    with db.unit_of_work() as session:
        return session.scalars(select(Mail)).one()


def _tell(text_: str = "Первая строка.\nВторая строка.") -> None:
    with db.unit_of_work():
        operations.notify(["teacher"], "Подписать задание № 7", text_, link="/tasks/7", dedupe_key="task:7")


def test_a_letter_arrives_whole_and_once(post_office: PostOffice) -> None:
    _tell()
    _tell()
    outbox.work_off()
    outbox.work_off()
    (message,) = post_office.letters
    assert message["Subject"] == "Подписать задание № 7"
    assert message["To"].addresses[0].display_name == "Иванова Мария Петровна"
    assert message["To"].addresses[0].addr_spec == "teacher@example.org"
    assert message["From"] == "post@example.org"
    plain, styled = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert styled is not None
    content = plain.get_content()
    assert "Первая строка.\nВторая строка." in content
    assert "http://127.0.0.1:8080/tasks/7" in content
    assert "<p>Первая строка.<br>Вторая строка.</p>" in styled.get_content()
    assert 'href="http://127.0.0.1:8080/tasks/7"' in styled.get_content()
    letter = _letter()
    assert (letter.status, letter.attempts, letter.sent_at) == (SENT, 1, clock.now())
    assert str(letter.key) in message["Message-ID"]


def test_nothing_leaves_when_the_action_is_rolled_back(post_office: PostOffice) -> None:
    with pytest.raises(RuntimeError), db.unit_of_work():
        operations.notify(["teacher"], "Не будет")
        raise RuntimeError
    outbox.work_off()
    assert post_office.letters == []


def test_an_away_server_is_tried_again_and_the_letter_comes_once(post_office: PostOffice) -> None:
    post_office.close()
    _tell()
    outbox.work_off()
    letter = _letter()
    assert (letter.status, letter.attempts) == (QUEUED, 1)
    assert letter.error
    assert letter.next_at
    assert letter.next_at > clock.now()
    post_office.open()
    outbox.work_off()
    assert post_office.letters == []  # not yet time
    clock.move(letter.next_at)
    outbox.work_off()
    clock.move(timedelta(days=1))
    outbox.work_off()
    assert len(post_office.letters) == 1
    assert (_letter().status, _letter().attempts, _letter().error) == (SENT, 2, None)


def test_a_server_that_asks_to_wait_is_tried_again(post_office: PostOffice) -> None:
    post_office.answer = "451 Try later"
    _tell()
    outbox.work_off()
    assert (_letter().status, _letter().error) == (QUEUED, "451 Try later")
    post_office.answer = "250 OK"
    clock.move(timedelta(hours=1))
    outbox.work_off()
    assert _letter().status == SENT


def test_a_refused_letter_waits_for_the_administrator_who_sends_it_again(post_office: PostOffice) -> None:
    post_office.answer = "554 No such mailbox"
    _tell()
    outbox.work_off()
    letter = _letter()
    assert (letter.status, letter.error, letter.next_at) == (FAILED, "554 No such mailbox", None)
    clock.move(timedelta(days=1))
    outbox.work_off()
    assert _letter().attempts == 1
    post_office.answer = "250 OK"
    with db.unit_of_work():
        operations.send_again(actor("admin"), letter.key)
    outbox.work_off()
    assert _letter().status == SENT
    assert len(post_office.letters) == 1


def test_after_three_days_the_program_gives_up(post_office: PostOffice) -> None:
    post_office.close()
    _tell()
    for _attempt in range(200):
        if not outbox.work_off():
            letter = _letter()
            if letter.next_at is None:
                break
            clock.move(letter.next_at)
    letter = _letter()
    assert letter.status == FAILED
    assert clock.now() - letter.created_at > GIVE_UP
    with db.unit_of_work() as session:
        assert session.execute(text("SELECT count(*) FROM outbox")).scalar() == 0


def test_a_repeated_entry_sends_nothing_twice(post_office: PostOffice) -> None:
    """The broker or a crash may run an entry again: the letter's own state decides."""
    _tell()
    outbox.work_off()
    with db.unit_of_work():
        outbox.enqueue(operations.DELIVER, {"mail": _letter().key})
    outbox.work_off()
    assert len(post_office.letters) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "offered", None, "me@x.org")),
        ("smtp://localhost:2525", ("localhost", 2525, "none", None, "me@x.org")),
        ("smtps://u%40x:p%3A@mail.example.org", ("mail.example.org", 465, "tls", "u@x", "me@x.org")),
        ("smtp+starttls://mail.example.org?from=a@b.org", ("mail.example.org", 587, "starttls", None, "a@b.org")),
    ],
)
def test_how_smtp_url_is_read(url: str, expected: tuple[object, ...]) -> None:
    server = Server.from_url(url, "me@x.org")
    assert (server.host, server.port, server.security, server.user, server.sender) == expected


@pytest.mark.parametrize("url", ["http://mail.example.org", "mail.example.org:25", "smtp://"])
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        Server.from_url(url, "me@x.org")


def test_a_broken_off_conversation_does_not_send_twice(post_office: PostOffice) -> None:
    """The server takes the letter and hangs up instead of saying good-bye."""
    post_office.hangs_up = True
    _tell()
    outbox.work_off()
    clock.move(timedelta(days=1))
    outbox.work_off()
    assert len(post_office.letters) == 1
    assert _letter().status == SENT


def test_a_lost_answer_is_not_answered_by_a_second_copy(post_office: PostOffice) -> None:
    """The server gets the text and breaks off without an answer: it may have taken the letter."""
    post_office.breaks_off = True
    _tell()
    outbox.work_off()
    letter = _letter()
    assert (letter.status, letter.next_at) == (UNCLEAR, None)
    post_office.breaks_off = False
    clock.move(timedelta(days=1))
    outbox.work_off()
    assert len(post_office.letters) == 1
    with db.unit_of_work():
        operations.send_again(actor("admin"), letter.key)
    outbox.work_off()
    assert (_letter().status, len(post_office.letters)) == (SENT, 2)


def test_lines_that_begin_with_a_dot_arrive_as_they_are(post_office: PostOffice) -> None:
    _tell("Начало.\n.\n..точки\nконец")
    outbox.work_off()
    (message,) = post_office.letters
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "Начало.\n.\n..точки\nконец" in plain.get_content()


def test_a_letter_about_the_account_leaves_at_once_whatever_was_chosen(post_office: PostOffice) -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"info": operations.Choice("never", False)})
        operations.choose_hours(actor("teacher"), 0, 23, 8)
        for _attempt in range(2):
            assert operations.write_to("teacher", "Новый пароль", "Откройте ссылку", "/access/x", "reset:1")
        assert not operations.write_to("nobody", "Новый пароль", "Откройте ссылку", "/access/x", "reset:1")
    outbox.work_off()
    (message,) = post_office.letters
    assert (message["To"].addresses[0].addr_spec, message["Subject"]) == ("teacher@example.org", "Новый пароль")


_TOKEN = "Zr5-" * 11


def _invite() -> None:
    with db.unit_of_work():
        operations.write_to("teacher", "Приглашение", "Откройте ссылку", f"/welcome/{_TOKEN}", "7")


def _links(message: EmailMessage) -> int:
    """How many parts of a letter (the plain and the styled one) hold the link."""
    parts = (message.get_body((kind,)) for kind in ("plain", "html"))
    return sum(f"/welcome/{_TOKEN}" in part.get_content() for part in parts if part is not None)


def test_what_lets_somebody_in_is_not_kept_once_it_was_sent(post_office: PostOffice) -> None:
    _invite()
    assert _TOKEN in _letter().text
    outbox.work_off()
    (message,) = post_office.letters
    assert _links(message) == 2
    letter = _letter()
    assert letter.status == SENT
    assert _TOKEN not in f"{letter.text}{letter.html}"
    assert "/welcome/…" in letter.text
    with db.unit_of_work() as session:
        session.get_one(Mail, letter.key).status = BOUNCED
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.send_again(actor("admin"), letter.key)


def test_what_did_not_leave_keeps_its_link_for_the_next_time(post_office: PostOffice) -> None:
    post_office.answer = "554 No such mailbox"
    _invite()
    outbox.work_off()
    post_office.answer = "250 OK"
    with db.unit_of_work():
        operations.send_again(actor("admin"), _letter().key)
    outbox.work_off()
    (message,) = post_office.letters
    assert _links(message) == 2


def test_a_letter_with_which_somebody_else_has_dealt_is_not_called_sent(
    post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the greeting of the server and the text the letter was given up."""
    begin = smtp.Conversation.begin

    def meanwhile(*arguments: Any) -> smtp.Conversation:
        with db.unit_of_work() as session:
            session.get_one(Mail, _letter().key).status = FAILED
        return begin(*arguments)

    monkeypatch.setattr(smtp.Conversation, "begin", meanwhile)
    _tell()
    outbox.work_off()
    assert post_office.letters == []
    assert (_letter().status, _letter().sent_at) == (FAILED, None)
