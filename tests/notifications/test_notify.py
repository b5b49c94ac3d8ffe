"""Who is told, how often, in which language."""

from __future__ import annotations

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.notifications import operations, queries
from app.notifications.models import KEPT, Mail, Notice
from app.people import operations as people_operations
from tests.inbox.region import actor

pytestmark = pytest.mark.usefixtures("people")


def _told() -> list[str]:
    return sorted(db.session.scalars(select(Notice.login)))


def test_logins_roles_and_roles_at_a_place_are_found_and_each_person_is_told_once() -> None:
    with db.unit_of_work():
        count = operations.notify(["teacher", "school_head@school1", "iro_methodist", "head"], "Новость", "Текст")
        assert _told() == ["head", "methodist", "methodist2", "teacher"]
        assert count == 4


@pytest.mark.parametrize("unknown", ["nobody", "school_head@nowhere", "juror", "", "@school1"])
def test_nobody_is_told_when_nobody_is_meant(unknown: str) -> None:
    with db.unit_of_work():
        assert operations.notify([unknown], "Новость") == 0


def test_a_closed_account_gets_nothing() -> None:
    with db.unit_of_work():
        people_operations.close_account(PLATFORM, "teacher")
    with db.unit_of_work():
        assert operations.notify(["teacher"], "Новость") == 0


def test_the_same_cause_reaches_a_person_once() -> None:
    with db.unit_of_work():
        assert operations.notify(["teacher"], "Срок", dedupe_key="task:1:overdue") == 1
        assert operations.notify(["teacher", "head"], "Срок", dedupe_key="task:1:overdue") == 1
        assert operations.notify(["teacher"], "Срок", dedupe_key="task:2:overdue") == 1
        assert _told() == ["head", "teacher", "teacher"]


def test_two_transactions_with_the_same_cause_make_one_notice() -> None:
    for _attempt in range(2):
        with db.unit_of_work():
            operations.notify(["teacher"], "Срок", dedupe_key="cause")
    with db.unit_of_work():
        assert _told() == ["teacher"]
        assert len(list(db.session.scalars(select(Mail)))) == 1


def test_without_a_server_the_letter_is_kept_and_readable_for_the_administrator() -> None:
    with db.unit_of_work():
        operations.notify(["teacher"], "Подписать задание", "Срок — завтра.", link="/tasks/7")
        letter = db.session.scalars(select(Mail)).one()
        assert (letter.status, letter.address) == (KEPT, "teacher@example.org")
        assert letter.text.startswith("Иванова Мария Петровна!\n\nСрок — завтра.\n\nhttp://127.0.0.1:8080/tasks/7\n")
        assert queries.mail(actor("admin"), letter.key) is letter
        with pytest.raises(Forbidden):
            queries.mails(actor("head"))
        with pytest.raises(Forbidden):
            operations.send_again(actor("head"), letter.key)
        with pytest.raises(Conflict):
            operations.send_again(actor("admin"), letter.key)


def test_lazy_texts_follow_the_language_of_each_reader() -> None:
    with db.unit_of_work():
        people_operations.choose_locale(actor("head"), "en")
    with db.unit_of_work():
        operations.notify(["head", "teacher"], _l("Notices"), dedupe_key="x")
        words = {row.login: row.subject for row in db.session.execute(select(Notice.login, Notice.subject))}
        assert words == {"head": "Notices", "teacher": "Уведомления"}


def test_a_subject_adds_no_headers() -> None:
    with db.unit_of_work():
        operations.notify(["teacher"], "Тема\r\nBcc: all@example.org", "x")
        assert db.session.scalars(select(Mail.subject)).one() == "Тема Bcc: all@example.org"


def test_a_kind_that_was_switched_off_comes_in_the_program_only() -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"result": operations.Choice("never"), "info": operations.Choice("now")})
        operations.notify(["teacher", "head"], "Итог", kind="result")
        operations.notify(["teacher"], "Задача", kind="task")
        letters = [(row.login, row.subject) for row in db.session.execute(select(Mail.login, Mail.subject))]
        assert sorted(letters) == [("head", "Итог"), ("teacher", "Задача")]
        assert queries.unread(actor("teacher")) == 2
        assert queries.choices(actor("teacher"))["result"] == operations.Choice("never")
        assert queries.choices(actor("teacher"))["task"] == operations.Choice("now", True)
        for wrong in ({"nonsense": operations.Choice()}, {"task": operations.Choice("sometimes")}):
            with pytest.raises(Invalid):
                operations.choose(actor("teacher"), wrong)


def test_a_kind_that_is_not_marked_as_new_stands_in_the_list_as_read() -> None:
    with db.unit_of_work():
        operations.choose(actor("teacher"), {"info": operations.Choice("never", program=False)})
        operations.notify(["teacher"], "Новость")
        assert queries.unread(actor("teacher")) == 0
        assert [row.subject for row in db.session.scalars(queries.notices(actor("teacher")))] == ["Новость"]


def test_reading_is_ones_own_business() -> None:
    with db.unit_of_work():
        operations.notify(["teacher", "head"], "Новость")
        own = db.session.scalars(select(Notice).where(Notice.login == "teacher")).one()
        with pytest.raises(NotFound):
            operations.mark_read(actor("head"), own.key)
        first = operations.mark_read(actor("teacher"), own.key).read_at
        assert operations.mark_read(actor("teacher"), own.key).read_at == first
        assert queries.unread(actor("teacher")) == 0
        assert operations.mark_all_read(actor("head")) == 1
