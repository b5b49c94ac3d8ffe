"""Quiet hours and the daily digest, in the reader's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.kernel import clock, outbox
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.notifications import operations
from app.notifications.models import SENT, Mail, Notice
from app.notifications.rules.timing import allowed_from, next_digest
from tests.inbox.region import actor
from tests.notifications.conftest import PostOffice

MOSCOW = "Europe/Moscow"


def at(hour: int, minute: int = 0, day: int = 6) -> datetime:
    """A moment of April 2026, UTC (Moscow is three hours ahead)."""
    return datetime(2026, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "quiet", "leaves"),
    [
        (at(12), (None, None), at(12)),
        (at(12), (9, 9), at(12)),
        (at(12), (13, 17), at(14)),  # 15:00 in Moscow lies in 13–17
        (at(14), (13, 17), at(14)),  # 17:00: the end does not belong to it
        (at(19), (21, 7), at(4, day=7)),  # 22:00: until the next morning
        (at(0), (21, 7), at(4)),  # 03:00: until this morning
        (at(10), (21, 7), at(10)),
    ],
)
def test_letters_wait_for_the_end_of_the_quiet_hours(
    now: datetime, quiet: tuple[int | None, int | None], leaves: datetime
) -> None:
    assert allowed_from(now, MOSCOW, *quiet) == leaves


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [(at(4, 59), 8, at(5)), (at(5), 8, at(5, day=7)), (at(22), 0, at(21, day=7)), (at(20), 0, at(21))],
)
def test_the_digest_comes_at_the_next_such_hour(now: datetime, hour: int, due: datetime) -> None:
    assert next_digest(now, MOSCOW, hour) == due


def test_the_clock_going_forward_leaves_out_no_digest() -> None:
    zone = "Europe/Berlin"  # on 29 March 2026 the hour from 2 to 3 does not exist
    first = next_digest(datetime(2026, 3, 28, 12, tzinfo=UTC), zone, 2)
    second = next_digest(first, zone, 2)
    assert first < second <= first + timedelta(hours=25)


def test_a_letter_waits_for_the_morning_and_comes_once(post_office: PostOffice) -> None:
    with db.unit_of_work():
        operations.choose_hours(actor("teacher"), 8, 12, 8)  # it is 9 o'clock in Moscow
        operations.notify(["teacher", "head"], "Новость", dedupe_key="news")
    outbox.work_off()
    assert [letter["To"].addresses[0].addr_spec for letter in post_office.letters] == ["head@example.org"]
    clock.move(at(9))
    outbox.work_off()
    outbox.work_off()
    assert len(post_office.letters) == 2


def test_the_digest_has_everything_of_the_day_once(post_office: PostOffice) -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"info": operations.Choice("digest")})
        operations.choose_hours(actor("teacher"), None, None, 18)
    for number in range(3):
        with db.unit_of_work():
            operations.notify(["teacher"], f"Новость {number}", "Подробности", link=f"/tasks/{number}")
    outbox.work_off()
    assert post_office.letters == []
    clock.move(at(15))
    outbox.work_off()
    (digest,) = post_office.letters
    assert digest["Subject"] == "3 уведомления за день"
    plain = digest.get_body(("plain",))
    assert plain is not None
    said = plain.get_content()
    assert [said.count(f"• Новость {number}") for number in range(3)] == [1, 1, 1]
    assert "http://127.0.0.1:8080/tasks/2" in said
    with db.unit_of_work():
        operations.notify(["teacher"], "Назавтра")
    clock.move(at(15, day=7))
    outbox.work_off()
    assert [letter["Subject"] for letter in post_office.letters] == ["3 уведомления за день", "1 уведомление за день"]
    with db.unit_of_work() as session:
        assert session.scalar(text("SELECT count(*) FROM outbox")) == 0
        assert all(notice.digested_at for notice in session.scalars(select(Notice)))


def test_another_hour_counts_for_what_waits_already(post_office: PostOffice) -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"info": operations.Choice("digest")})
        operations.choose_hours(actor("teacher"), None, None, 12)
        operations.notify(["teacher"], "Новость")
        operations.choose_hours(actor("teacher"), None, None, 18)
    clock.move(at(9))
    outbox.work_off()
    assert post_office.letters == []
    clock.move(at(15))
    outbox.work_off()
    assert len(post_office.letters) == 1


def test_a_digest_that_is_tried_twice_writes_one_letter(post_office: PostOffice) -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"info": operations.Choice("digest")})
        operations.notify(["teacher"], "Новость")
    clock.move(timedelta(days=1))
    with db.unit_of_work():
        outbox.enqueue(operations.DIGEST, {"login": "teacher"})
    outbox.work_off()
    with db.unit_of_work() as session:
        assert [letter.status for letter in session.scalars(select(Mail))] == [SENT]


@pytest.mark.parametrize("hours", [(22, None, 8), (None, 7, 8), (22, 24, 8), (22, 7, 24), (-1, 7, 8)])
@pytest.mark.usefixtures("people")
def test_hours_that_are_none_are_refused(hours: tuple[int | None, int | None, int]) -> None:
    with db.unit_of_work(), pytest.raises(Invalid):
        operations.choose_hours(actor("teacher"), *hours)
