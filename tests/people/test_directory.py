"""Who finds whom: the scope is in the statement."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, text

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import operations, queries
from app.people.models import Account
from tests.web.conftest import Open


def _logins(login: str, **filters: str) -> set[str]:
    statement = queries.directory(queries.actor_for(login), filters.pop("q", ""), **filters)
    return {person.account.login for person in db.session.scalars(statement)}


def test_a_head_finds_the_own_staff_only(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        assert _logins("school_head") == {"school_head", "deputy_head", "teacher", "school_team_member"}


def test_a_municipality_finds_its_schools_and_bodies(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        found = _logins("mms_methodist")
        assert {"teacher", "school_head", "mouo_head", "mmo_head", "curator"} <= found
        assert found.isdisjoint({"teacher2", "school_head2", "mouo_head2", "iro_head"})


@pytest.mark.parametrize("login", ["teacher", "juror", "designer", "rumo_member", "curator", "external_operator"])
def test_others_find_themselves(connection: Connection, region: None, login: str) -> None:
    with db.unit_of_work():
        assert _logins(login) == {login}


def test_the_region_finds_everybody_by_role_and_place(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        everybody = set(db.session.scalars(select(Account.login).where(Account.active)))
        assert len(everybody) > 50
        assert _logins("region_coordinator") == everybody
        assert _logins("region_coordinator", role="mouo_head") == {"mouo_head", "mouo_head2"}
        assert _logins("region_coordinator", organisation="gryazi-1") == {"school_head2", "teacher2"}
        assert _logins("region_coordinator", q="иванова марина") == {"teacher"}


def test_a_role_at_a_school_makes_one_staff_of_it(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        operations.assign_role(PLATFORM, "teacher2", "teacher", "lebedyan-1")
        assert "teacher2" in _logins("school_head")


def test_closed_accounts_are_not_found(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        operations.close_account(PLATFORM, "teacher")
        assert "teacher" not in _logins("school_head")
        with pytest.raises(NotFound):
            queries.person_card(queries.actor_for("school_head"), "teacher")


def test_reading_a_card_is_recorded(connection: Connection, browse: Open) -> None:
    head = browse("school_head")
    assert head.get("/people/teacher").status_code == 200
    assert head.get("/people/school_head").status_code == 200
    rows = connection.execute(
        text("SELECT actor, object_key, outcome FROM access_log WHERE action = 'open' AND object_kind = 'person'")
    ).all()
    assert [tuple(row) for row in rows] == [("school_head", "teacher", "ok")], "one's own card is not"


def test_a_foreign_card_is_hidden_and_the_attempt_recorded(connection: Connection, browse: Open) -> None:
    head = browse("school_head")
    foreign, never = head.get("/people/teacher2"), head.get("/people/never-existed")
    assert (foreign.status_code, never.status_code) == (404, 404)
    rows = connection.execute(text("SELECT actor, object_key, outcome FROM access_log WHERE outcome = 'notfound'"))
    assert [tuple(row) for row in rows] == [
        ("school_head", "/people/teacher2", "notfound"),
        ("school_head", "/people/never-existed", "notfound"),
    ]


def test_options_offer_colleagues_to_everybody(browse: Open) -> None:
    found = browse("teacher").get("/people/options?substitute=баран").text
    assert found == '<option value="deputy_head">Баранова Елена Ильинична, заместитель директора по УВР</option>'
    assert browse("teacher").get("/people/options?substitute=кузнецов").text == ""
    assert browse("teacher").get("/people/options?substitute=к").text == "", "one letter is not enough"
