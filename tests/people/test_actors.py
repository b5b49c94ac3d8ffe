"""Who acts: roles of today, candidate groups, substitutions, and what the process remembers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, event

from app.kernel import clock
from app.kernel.actor import PLATFORM, Assignment
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import memory, operations, queries
from app.people.catalogue import roles
from app.people.models import RoleAssignment
from app.people.queries.cards import roles_of
from tests.web.conftest import Open

TODAY = date(2026, 4, 6)


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """What is sent to the database inside."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_groups_hold_role_and_role_at_organisation(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        assert queries.actor_for("teacher").groups == {"teacher", "teacher@lebedyan-1"}
        assert queries.actor_for("mms_methodist").groups == {
            "mms_methodist",
            "mms_methodist@lebedyan-mms",
            "mms_methodist@lebedyan",
        }, "a municipal body counts for its municipality"
        assert queries.actor_for("iro_head").groups == {"iro_head", "iro_head@iro", "iro_head@region"}
        assert queries.actor_for("school_head").assignments == (
            Assignment("school_head", "lebedyan-1", "school", ("region", "lebedyan", "lebedyan-1")),
        )


def test_an_actor_takes_one_statement_and_then_none(connection: Connection, region: None) -> None:
    with db.unit_of_work(), statements(connection) as sent:
        queries.actor_for("school_team_member")
        assert len(sent) == 1
        queries.actor_for("school_team_member")
        assert len(sent) == 1


def test_a_request_of_a_remembered_person_takes_no_statement_for_them(browse: Open, connection: Connection) -> None:
    browser = browse("teacher")
    browser.get("/profile/password")
    with statements(connection) as sent:
        assert browser.get("/profile/password").status_code == 200
    assert not any("FROM account" in statement for statement in sent)


def test_what_is_remembered_grows_old(connection: Connection, region: None, monday: object) -> None:
    with db.unit_of_work():
        queries.actor_for("teacher")
    clock.move(timedelta(seconds=memory.ACTOR_SECONDS + 1))
    with db.unit_of_work(), statements(connection) as sent:
        queries.actor_for("teacher")
        assert len(sent) == 1


def test_a_change_counts_at_once_and_a_rolled_back_one_never(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        assert not queries.actor_for("teacher").has_role("mmo_head")
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        operations.assign_role(PLATFORM, "teacher", "mmo_head", "lebedyan-mmo")
        assert queries.actor_for("teacher").has_role("mmo_head"), "seen inside"
        raise ZeroDivisionError
    with db.unit_of_work():
        assert not queries.actor_for("teacher").has_role("mmo_head")
        operations.assign_role(PLATFORM, "teacher", "mmo_head", "lebedyan-mmo")
    with db.unit_of_work():
        assert queries.actor_for("teacher").has_role("mmo_head")


def test_what_was_being_loaded_during_a_change_is_not_remembered(connection: Connection, region: None) -> None:
    kept: memory.Memory[int] = memory.Memory(60, 10)

    def slow() -> int:
        kept.clear()
        return 1

    with db.unit_of_work():
        assert kept.get("key", slow) == 1
        assert kept.get("key", lambda: 2) == 2


def test_roles_have_first_and_last_days(connection: Connection, region: None, monday: object) -> None:
    with db.unit_of_work():
        operations.assign_role(
            PLATFORM, "teacher", "juror", "community", valid_from=TODAY, valid_to=TODAY + timedelta(days=1)
        )
        assert queries.actor_for("teacher").has_role("juror")
    for days, holds in ((1, True), (2, False)):
        with clock.frozen(clock.now() + timedelta(days=days)), db.unit_of_work():
            assert queries.actor_for("teacher").has_role("juror") is holds
    with clock.frozen(clock.now() - timedelta(days=1)), db.unit_of_work():
        assert not queries.actor_for("teacher").has_role("juror")


def test_objects_of_one_role_are_gathered(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        for key in ("c1", "c2"):
            operations.assign_role(
                PLATFORM, "iro_methodist", "course_leader", "iro", object_kind="course", object_key=key
            )
        found = [a for a in queries.actor_for("iro_methodist").assignments if a.role == "course_leader"]
        assert [a.objects for a in found] == [("course:c1", "course:c2")]


def test_unknown_and_closed_accounts_are_nobody(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        operations.close_account(PLATFORM, "teacher")
        for login in ("teacher", "nobody", ""):
            with pytest.raises(NotFound):
                queries.actor_for(login)
        assert queries.person_name("teacher") == "Иванова Марина Петровна", "histories still show the name"


def test_assigning_twice_changes_nothing(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        first = operations.assign_role(PLATFORM, "teacher", "juror", "community")
        assert operations.assign_role(PLATFORM, "teacher", "juror", "community").id == first.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "wizard"}, "role"),
        ({"role": "respondent"}, "role"),
        ({"organisation": "nowhere"}, "organisation"),
        ({"role": "school_head", "organisation": "iro"}, "organisation"),
        ({"valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}, "valid_to"),
        ({"object_kind": "course"}, "object_key"),
        ({"acting": True}, "acting"),
    ],
)
def test_wrong_assignments_are_refused(
    connection: Connection, region: None, values: dict[str, object], field: str
) -> None:
    given = {"role": "juror", "organisation": "community", **values}
    with db.unit_of_work(), pytest.raises(Invalid) as refusal:
        operations.assign_role(PLATFORM, "teacher", **given)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {field}


def test_the_last_administrator_stays(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        person = queries.person_by_login("admin")
        (assignment,) = roles_of(person.id)
        with pytest.raises(Conflict):
            operations.end_role(PLATFORM, assignment.id)
        operations.assign_role(PLATFORM, "teacher", "admin", "region")
        operations.end_role(PLATFORM, assignment.id)
        assert not queries.actor_for("admin").has_role("admin")
        kept = db.session.get_one(RoleAssignment, assignment.id)
        assert kept.ended_at is not None


def test_a_substitute_sees_for_whom_and_in_what(connection: Connection, region: None, monday: object) -> None:
    with db.unit_of_work():
        operations.set_substitution(PLATFORM, "iro_methodist", "iro_methodist2", TODAY, TODAY + timedelta(days=2))
        (found,) = queries.actor_for("iro_methodist2").substitutions
        assert (found.login, found.roles, found.acting_head) == ("iro_methodist", ("iro_methodist",), False)
        assert queries.groups_for("iro_methodist", found.roles) == {
            "iro_methodist",
            "iro_methodist@iro",
            "iro_methodist@region",
            "iro_methodist@~iro_methodist",
        }
    with clock.frozen(clock.now() + timedelta(days=3)), db.unit_of_work():
        assert queries.actor_for("iro_methodist2").substitutions == ()


def test_a_substitution_may_be_ended_early(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        row = operations.set_substitution(
            PLATFORM, "teacher", "school_head", clock.today(), clock.today() + timedelta(days=9)
        )
        operations.end_substitution(PLATFORM, row.id)
        assert queries.actor_for("school_head").substitutions == ()


@pytest.mark.parametrize(
    ("actor", "absent", "substitute"),
    [
        ("teacher", "teacher", "deputy_head"),
        ("school_head", "teacher", "deputy_head"),
        ("school_head", "school_head", "deputy_head"),
        ("admin", "mouo_head", "municipal_coordinator"),
        ("iro_head", "iro_coordinator", "iro_methodist"),
    ],
)
def test_who_may_set_a_substitution(
    connection: Connection, region: None, actor: str, absent: str, substitute: str
) -> None:
    with db.unit_of_work():
        operations.set_substitution(queries.actor_for(actor), absent, substitute, clock.today(), clock.today())
        assert [s.login for s in queries.actor_for(substitute).substitutions] == [absent]


@pytest.mark.parametrize(
    ("actor", "absent", "substitute", "error"),
    [
        ("teacher", "deputy_head", "teacher", NotFound),
        ("deputy_head", "teacher", "deputy_head", Forbidden),
        ("school_head2", "teacher", "school_head2", NotFound),
        ("region_head", "teacher", "school_head", Forbidden),
        ("auditor", "teacher", "school_head", Forbidden),
        ("teacher", "teacher", "teacher2", Invalid),
        ("teacher", "teacher", "nobody", Invalid),
        ("teacher", "teacher", "teacher", Invalid),
    ],
)
def test_who_may_not(
    connection: Connection, region: None, actor: str, absent: str, substitute: str, error: type[Exception]
) -> None:
    with db.unit_of_work(), pytest.raises(error):
        operations.set_substitution(queries.actor_for(actor), absent, substitute, clock.today(), clock.today())


def test_acting_heads_are_named_by_administrators_and_the_head_only(connection: Connection, region: None) -> None:
    """roles.md §4: a head's signature passes to nobody but an acting head."""
    today = clock.today()
    with db.unit_of_work():
        for actor in ("admin", "school_head"):
            operations.set_substitution(
                queries.actor_for(actor), "school_head", "deputy_head", today, today, acting_head=True
            )
        assert all(s.acting_head for s in queries.actor_for("deputy_head").substitutions)
        with pytest.raises(Invalid):
            operations.set_substitution(PLATFORM, "teacher", "deputy_head", today, today, acting_head=True)
        operations.assign_role(PLATFORM, "school_head2", "teacher", "lebedyan-1")
        with pytest.raises((Forbidden, NotFound)):
            operations.set_substitution(
                queries.actor_for("school_head2"), "school_head", "deputy_head", today, today, acting_head=True
            )


@pytest.mark.parametrize(("first", "last", "field"), [(0, -1, "last_day"), (-5, -2, "last_day"), (0, 400, "last_day")])
def test_days_of_a_substitution(connection: Connection, region: None, first: int, last: int, field: str) -> None:
    days = [clock.today() + timedelta(days=n) for n in (first, last)]
    with db.unit_of_work(), pytest.raises(Invalid) as refusal:
        operations.set_substitution(PLATFORM, "teacher", "deputy_head", *days)
    assert set(refusal.value.errors) == {field}


def test_the_catalogue_has_every_role_and_kind_of_the_domain() -> None:
    assert len(roles()) == 37
    assert {role.id for role in roles().values() if role.head} == {
        "region_head",
        "iro_head",
        "mouo_head",
        "school_head",
    }
    levels = {role.id: role.level for role in roles().values()}
    assert (levels["teacher"], levels["mms_methodist"], levels["course_leader"]) == (
        "school",
        "municipality",
        "region",
    )
