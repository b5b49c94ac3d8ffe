"""Invitations, forgotten passwords, one-time passwords with an end, the consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.notifications.models import Mail
from app.people import consent, operations, queries
from app.people.models import ConsentDecision
from app.people.operations.tickets import MOST_PER_SUBJECT
from tests.conftest import MONDAY
from tests.web.browsing import Browser
from tests.web.conftest import Open

PASSWORD = "снегирь на ветке 5"


@pytest.fixture(autouse=True)
def monday() -> Iterator[datetime]:
    with clock.frozen(MONDAY):
        yield MONDAY


def _outside(browse: Open, path: str = "/forgotten") -> Browser:
    """A browser that nobody has signed in with, on a page."""
    browser = browse()
    browser.get(path)
    return browser


def _letters(login: str) -> list[Mail]:
    with db.unit_of_work() as session:
        return list(session.scalars(select(Mail).where(Mail.login == login).order_by(Mail.created_at, Mail.key)))


def _link(letter: Mail) -> str:
    return "/welcome/" + letter.text.partition("/welcome/")[2].split()[0]


@pytest.mark.usefixtures("connection", "region")
def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(browse: Open) -> None:
    browser = _outside(browse)
    assert "письмо со ссылкой" in browser.post("/forgotten", subject="Teacher").text
    (letter,) = _letters("teacher")
    link = _link(letter)
    assert "Здравствуйте" in browser.get(link).text
    weak = browser.post(link, new="коротко", again="коротко")
    assert (weak.status_code, browser.post(link, new=PASSWORD, again="другое").status_code) == (422, 422)
    assert browser.post(link, new=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.get("/profile").status_code == 200
    assert browse().sign_in("teacher", PASSWORD).status_code == 303
    assert browse().sign_in("teacher", "demo").status_code == 422
    again = _outside(browse).post(link, new=PASSWORD + "6", again=PASSWORD + "6")
    assert again.status_code == 404
    assert "больше не действует" in again.text


@pytest.mark.usefixtures("connection", "region")
def test_nobody_learns_who_has_an_account(browse: Open) -> None:
    answers = [
        _outside(browse).post("/forgotten", subject=who) for who in ("teacher2@example.org", "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    plain = [answer.text.partition("<main")[2].partition("</main>")[0] for answer in answers]
    assert plain[0] == plain[1]
    assert len(_letters("teacher2")) == 1


@pytest.mark.usefixtures("connection", "region")
@pytest.mark.parametrize("who", ["teacher", "nobody@example.org"])
def test_asking_is_limited_for_everybody_alike(browse: Open, who: str) -> None:
    browser = _outside(browse)
    answers = [browser.post("/forgotten", subject=who).status_code for _ in range(MOST_PER_SUBJECT + 1)]
    assert answers == [200] * MOST_PER_SUBJECT + [429]
    clock.move(timedelta(hours=1, minutes=1))
    assert browser.post("/forgotten", subject=who).status_code == 200


@pytest.mark.usefixtures("connection", "region")
def test_links_grow_old_and_newer_ones_void_them(browse: Open) -> None:
    browser = _outside(browse)
    browser.post("/forgotten", subject="teacher")
    browser.post("/forgotten", subject="teacher")
    first, second = (_link(letter) for letter in _letters("teacher"))
    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    clock.move(timedelta(minutes=61))
    assert browser.get(second).status_code == 404
    assert browser.get("/welcome/anything").status_code == 404


@pytest.mark.usefixtures("connection", "region")
def test_an_invitation_outlives_what_any_visitor_asks_for(browse: Open) -> None:
    with db.unit_of_work():
        path, _sent = operations.invite(PLATFORM, "teacher")
    browser = _outside(browse)
    browser.post("/forgotten", subject="teacher")
    reset = _link(_letters("teacher")[-1])
    assert [browser.get(each).status_code for each in (path, reset)] == [200, 200]
    assert browser.post(path, new=PASSWORD, again=PASSWORD).status_code == 303
    assert _outside(browse, reset).get(reset).status_code == 404, "a password was chosen: no link is open any more"


@pytest.mark.usefixtures("region")
def test_requests_and_links_that_are_long_over_are_swept(connection: Connection, browse: Open) -> None:
    browser = _outside(browse)
    browser.post("/forgotten", subject="teacher")
    clock.move(timedelta(days=32))
    browser.post("/forgotten", subject="teacher2")
    query = "SELECT (SELECT count(*) FROM account_request), (SELECT count(*) FROM account_ticket)"
    assert tuple(connection.execute(text(query)).one()) == (1, 1)


@pytest.mark.usefixtures("region")
def test_cards_are_printed_for_all_or_nobody(connection: Connection, browse: Open) -> None:
    admin = browse("admin")
    with db.unit_of_work():
        for number in (1, 2):
            operations.create_person(
                PLATFORM, f"new{number}", last_name="Новая", first_name="Анна", organisation="lebedyan-1"
            )
    connection.execute(text("UPDATE account SET last_login_at = now() WHERE login = 'new2'"))
    query = "SELECT password_hash FROM account WHERE login IN ('new1', 'new2') ORDER BY login"
    before = connection.execute(text(query)).scalars().all()
    refused = admin.post("/admin/people/access", how="card", login=["new1", "new2"], organisation="lebedyan-1")
    assert refused.status_code == 409
    assert "карточка не нужна" in refused.text
    assert connection.execute(text(query)).scalars().all() == before
    assert admin.post("/admin/people/access", how="card", login=["new1"]).status_code == 200
    assert connection.execute(text(query)).scalars().all() != before


@pytest.mark.usefixtures("connection", "region")
def test_an_invitation_opens_the_account_of_a_new_person(browse: Open) -> None:
    with db.unit_of_work():
        head = queries.actor_for("school_head")
        operations.create_person(
            head, "newcomer", last_name="Новая", first_name="Анна", email="new@example.org", organisation="lebedyan-1"
        )
        path, sent = operations.invite(head, "newcomer")
    assert sent
    (letter,) = _letters("newcomer")
    assert _link(letter) == path
    clock.move(timedelta(days=13))
    browser = _outside(browse, path)
    assert browser.post(path, new=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.get("/profile").location.startswith("/consent")


@pytest.mark.usefixtures("connection", "region")
def test_a_closed_account_gets_neither_letter_nor_password(browse: Open) -> None:
    browser = _outside(browse)
    browser.post("/forgotten", subject="teacher")
    with db.unit_of_work():
        operations.close_account(PLATFORM, "teacher")
    assert browser.get(_link(_letters("teacher")[0])).status_code == 404
    browser.post("/forgotten", subject="teacher")
    assert len(_letters("teacher")) == 1


@pytest.mark.usefixtures("connection", "region")
def test_a_one_time_password_has_an_end(browse: Open) -> None:
    with db.unit_of_work():
        password = operations.reset_password(PLATFORM, "teacher")
    clock.move(timedelta(days=29))
    assert browse().sign_in("teacher", password).status_code == 303
    clock.move(timedelta(days=2))
    assert browse().sign_in("teacher", password).status_code == 422


def _decisions(connection: Connection, login: str) -> list[tuple[str, bool]]:
    query = (
        "SELECT d.version, d.given FROM consent_decision d JOIN account a ON a.id = d.account_id "
        "WHERE a.login = :login ORDER BY d.at, d.id"
    )
    return [(row.version, row.given) for row in connection.execute(text(query), {"login": login})]


@pytest.mark.usefixtures("region")
def test_who_does_not_agree_is_told_kindly_and_may_change_their_mind(connection: Connection, browse: Open) -> None:
    with db.unit_of_work() as session:
        session.execute(text("UPDATE account SET consent_version = '2020-01' WHERE login = 'teacher'"))
    db.forget()
    browser = browse("teacher")
    assert "изменился" in browser.get("/consent").text
    refused = browser.post("/consent/refuse")
    assert refused.location == "/consent/refused"
    assert "Это ваше право" in browser.get(refused.location).text
    assert browser.get("/tasks").location.startswith("/login")
    clock.move(timedelta(minutes=1))
    again = browse("teacher")
    assert again.get("/tasks").location.startswith("/consent")
    again.get("/consent")
    again.post("/consent")
    assert again.get("/tasks").status_code == 200
    version = consent.present().version
    assert _decisions(connection, "teacher") == [(version, False), (version, True)]
    hashes = set(connection.execute(select(ConsentDecision.sha256)).scalars())
    assert hashes == {consent.present().sha256}


@pytest.mark.usefixtures("region")
def test_a_consent_is_taken_back(connection: Connection, browse: Open) -> None:
    browser = browse("teacher")
    assert "Отозвать согласие" in browser.get("/consent").text
    browser.post("/consent/refuse")
    assert _decisions(connection, "teacher")[-1][1] is False
    with db.unit_of_work():
        assert queries.identity_for("teacher").consent is None
