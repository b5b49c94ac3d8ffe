"""Letters of one mailing as a batch: progress, stopping the rest, sending those again that were refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.jobs import batches
from app.jobs.models import CANCELLED, FAILED, BackgroundBatch
from app.kernel import outbox
from app.kernel.db import db
from app.kernel.errors import Conflict
from app.notifications import operations
from app.notifications.models import Mail
from app.notifications.operations import delivering
from tests.inbox.region import actor
from tests.notifications.conftest import PostOffice

TO = ("teacher", "school_head", "auditor", "admin", "designer", "region_coordinator")


@pytest.fixture
def mailing(post_office: PostOffice) -> int:
    """A committed mailing to several people; the key of its batch."""
    with db.unit_of_work():
        assert operations.notify(TO, "Анкета открыта", "Ответьте.", link="/tasks") >= 5
    return _batch().key


def _batch() -> BackgroundBatch:
    with db.unit_of_work() as session:
        return session.scalars(select(BackgroundBatch)).one()


def _progress(key: int) -> batches.Progress:
    with db.unit_of_work():
        return batches.progress(actor("admin"), [batches.batch(actor("admin"), key)])[0]


def test_those_sent_stay_sent_and_the_rest_does_not_leave(mailing: int, post_office: PostOffice) -> None:
    total = _progress(mailing).count.total
    assert outbox.work_off(2, lane=outbox.MAIL) == 2
    with db.unit_of_work():
        assert batches.stop(actor("admin"), mailing, "Не тот текст") == total - 2
    outbox.work_off(lane=outbox.MAIL)
    assert len(post_office.letters) == 2
    found = _progress(mailing)
    assert (found.count.done, found.left, found.count.stopped) == (2, 0, total - 2)
    with db.unit_of_work():
        assert batches.again(actor("admin"), mailing, CANCELLED) == total - 2
    outbox.work_off(lane=outbox.MAIL)
    assert len({message["To"] for message in post_office.letters}) == len(post_office.letters) == total
    assert _progress(mailing).count.done == total
    assert _batch().stopped_by is None


def test_only_refused_letters_are_sent_again(mailing: int, post_office: PostOffice) -> None:
    total = _progress(mailing).count.total
    outbox.work_off(2, lane=outbox.MAIL)
    post_office.answer = "550 no such mailbox"
    outbox.work_off(1, lane=outbox.MAIL)
    post_office.answer = "250 OK"
    outbox.work_off(lane=outbox.MAIL)
    found = _progress(mailing)
    assert (found.count.done, found.count.failed, found.left) == (total - 1, 1, 0)
    with db.unit_of_work():
        assert batches.again(actor("admin"), mailing, FAILED) == 1
    outbox.work_off(lane=outbox.MAIL)
    assert _progress(mailing).count.done == total
    assert len(post_office.letters) == total


@pytest.mark.parametrize(
    "end", [lambda key: delivering._try_later(key, "away"), lambda key: delivering._close(key, "failed", "no")]
)
def test_a_letter_stopped_while_the_server_was_asked_stays_stopped(mailing: int, end: Callable[[int], None]) -> None:
    with db.unit_of_work() as session:
        key = session.scalars(select(Mail.key)).first()
        batches.stop(actor("admin"), mailing, "Не тот текст")
    end(key)
    with db.unit_of_work() as session:
        assert session.get_one(Mail, key).status == CANCELLED


def test_letters_whose_text_was_deleted_are_not_sent_again(mailing: int) -> None:
    with db.unit_of_work() as session:
        batches.stop(actor("admin"), mailing, "Не тот текст")
        for letter in session.scalars(select(Mail)):
            letter.text = ""
    with pytest.raises(Conflict), db.unit_of_work():
        batches.again(actor("admin"), mailing, CANCELLED)
