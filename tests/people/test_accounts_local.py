"""Heads look after the accounts of their school, coordinators after those of their municipality, nobody above."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, NotFound
from app.people import operations, queries
from app.people.models import Account, RoleAssignment

OK, NO, HIDDEN = None, Forbidden, NotFound


def _outcome(login: str, verb: str, *arguments: str) -> type[AppError] | None:
    """What a verb answers to a person; what it did is undone."""
    with db.unit_of_work() as session:
        savepoint = session.begin_nested()
        try:
            getattr(operations, verb)(queries.actor_for(login), *arguments)
        except (Forbidden, NotFound, Conflict) as refusal:
            return type(refusal)
        finally:
            if savepoint.is_active:
                savepoint.rollback()
    return None


ACCOUNTS: list[tuple[str, str, type[AppError] | None]] = [
    ("school_head", "teacher", OK),
    ("school_head", "deputy_head", OK),
    ("school_head", "school_team_member", OK),
    ("school_head", "teacher2", HIDDEN),
    ("school_head", "teacher3", HIDDEN),
    ("school_head", "mouo_head", HIDDEN),
    ("deputy_head", "teacher", NO),
    ("municipal_coordinator", "teacher", OK),
    ("municipal_coordinator", "school_head", OK),
    ("municipal_coordinator", "mms_methodist", OK),
    ("municipal_coordinator", "mouo_head", NO),
    ("municipal_coordinator", "programme_coordinator", NO),
    ("municipal_coordinator", "teacher2", HIDDEN),
    ("municipal_coordinator", "auditor", HIDDEN),
    ("mouo_head", "municipal_coordinator", OK),
    ("mouo_head", "school_head2", HIDDEN),
    ("programme_coordinator", "teacher", NO),
    ("region_coordinator", "teacher", NO),
    ("iro_head", "course_leader", NO),
    ("auditor", "teacher", NO),
    ("teacher", "teacher", NO),
    ("admin", "region_head", OK),
]


@pytest.mark.usefixtures("connection", "region")
@pytest.mark.parametrize(("login", "whose", "expected"), ACCOUNTS)
@pytest.mark.parametrize("verb", ["reset_password", "close_account", "reopen_account", "invite", "change_person"])
def test_whose_account_a_person_looks_after(verb: str, login: str, whose: str, expected: type[AppError] | None) -> None:
    assert _outcome(login, verb, whose) == expected


GRANTS: list[tuple[str, str, str, type[AppError] | None]] = [
    ("school_head", "deputy_head", "lebedyan-1", OK),
    ("school_head", "school_head", "lebedyan-1", NO),
    ("school_head", "teacher", "lebedyan-2", NO),
    ("school_head", "curator", "iro", NO),
    ("school_head", "admin", "region", NO),
    ("municipal_coordinator", "school_head", "lebedyan-2", OK),
    ("municipal_coordinator", "school_head", "gryazi-1", NO),
    ("municipal_coordinator", "municipal_coordinator", "lebedyan", NO),
    ("mouo_head", "municipal_coordinator", "lebedyan", OK),
    ("mouo_head", "mouo_head", "lebedyan", NO),
    ("mouo_head", "admin", "region", NO),
    ("admin", "region_head", "region", OK),
]


@pytest.mark.usefixtures("connection", "region")
@pytest.mark.parametrize(("login", "role", "place", "expected"), GRANTS)
def test_which_roles_a_person_gives(login: str, role: str, place: str, expected: type[AppError] | None) -> None:
    assert _outcome(login, "assign_role", "teacher", role, place) == expected


@pytest.mark.usefixtures("connection", "region")
def test_no_role_is_given_to_somebody_elsewhere() -> None:
    assert _outcome("school_head", "assign_role", "teacher2", "teacher", "lebedyan-1") == HIDDEN


@pytest.mark.usefixtures("connection", "region")
def test_a_teacher_who_audits_is_not_the_heads_to_sign_in_as() -> None:
    with db.unit_of_work():
        operations.assign_role(PLATFORM, "teacher", "auditor", "region")
    assert _outcome("school_head", "reset_password", "teacher") == NO
    assert _outcome("school_head", "invite", "teacher") == NO
    assert _outcome("admin", "reset_password", "teacher") == OK


@pytest.mark.usefixtures("connection", "region")
@pytest.mark.parametrize("begins", [0, 7])
def test_who_substitutes_somebody_above_is_not_the_coordinators_to_sign_in_as(begins: int) -> None:
    first = clock.today() + timedelta(days=begins)
    with db.unit_of_work():
        row = operations.set_substitution(PLATFORM, "region_head", "teacher", first, first)
    for verb in ("reset_password", "invite", "change_person", "close_account"):
        assert _outcome("municipal_coordinator", verb, "teacher") == NO
    assert _outcome("admin", "reset_password", "teacher") == OK
    with db.unit_of_work():
        operations.end_substitution(PLATFORM, row.id)
    assert _outcome("municipal_coordinator", "reset_password", "teacher") == OK


@pytest.mark.usefixtures("connection", "region")
def test_substitutions_for_roles_that_one_gives_and_for_oneself_are_no_hindrance() -> None:
    today = clock.today()
    with db.unit_of_work():
        operations.set_substitution(PLATFORM, "school_head", "deputy_head", today, today)
    assert _outcome("school_head", "reset_password", "deputy_head") == OK
    assert _outcome("municipal_coordinator", "reset_password", "deputy_head") == OK


@pytest.mark.usefixtures("connection", "region")
def test_roles_are_ended_by_whom_they_are_given() -> None:
    with db.unit_of_work() as session:
        query = select(RoleAssignment.id).join(Account, Account.person_id == RoleAssignment.person_id)
        teacher = str(session.scalar(query.where(Account.login == "teacher")))
        head = str(session.scalar(query.where(Account.login == "school_head")))
    assert _outcome("school_head", "end_role", teacher) == OK
    assert _outcome("school_head", "end_role", head) == NO
    assert _outcome("municipal_coordinator", "end_role", head) == OK


@pytest.mark.usefixtures("connection", "region")
def test_nobody_is_added_or_moved_outside_of_the_reach() -> None:
    def add(login: str, place: str) -> type[AppError] | None:
        with db.unit_of_work() as session:
            savepoint = session.begin_nested()
            try:
                operations.create_person(
                    queries.actor_for(login), "newcomer", last_name="Новая", first_name="Анна", organisation=place
                )
            except Forbidden as refusal:
                return type(refusal)
            finally:
                savepoint.rollback()
        return None

    assert add("school_head", "lebedyan-1") == OK
    assert add("school_head", "lebedyan-2") == NO
    assert add("municipal_coordinator", "lebedyan-2") == OK
    assert add("municipal_coordinator", "gryazi-1") == NO
    assert add("teacher", "lebedyan-1") == NO
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.change_person(queries.actor_for("school_head"), "teacher", organisation_code="gryazi-1")
