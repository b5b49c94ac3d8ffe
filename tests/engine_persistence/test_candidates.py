"""Who has a task, and whose process it is: real organisations and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.engine import candidates, operations, queries
from app.engine.views import InstanceFilter
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.people import passwords
from app.people import queries as people

from . import models as m
from .conftest import complete, one, open_tasks, rows, start

ORGANISATIONS = [
    ("reg", "region_authority", "region", None, ["reg"], "Europe/Moscow"),
    ("iro", "iro", "region", "reg", ["reg", "iro"], "Europe/Moscow"),
    ("m1", "mouo", "municipality", "reg", ["reg", "m1"], "Europe/Moscow"),
    ("m1-mms", "mms", "municipality", "m1", ["reg", "m1", "m1-mms"], "Europe/Moscow"),
    ("s1", "school", "school", "m1", ["reg", "m1", "s1"], "Asia/Yekaterinburg"),
    ("s2", "school", "school", "m1", ["reg", "m1", "s2"], "Europe/Moscow"),
    ("m2", "mouo", "municipality", "reg", ["reg", "m2"], "Europe/Moscow"),
    ("s9", "school", "school", "m2", ["reg", "m2", "s9"], "Europe/Moscow"),
]
PASSWORD = passwords.hash_of_random("correct horse")
PEOPLE = {
    "director": ("school_head", "s1"),
    "director9": ("school_head", "s9"),
    "deputy": ("deputy_head", "s1"),
    "teacher": ("teacher", "s1"),
    "methodist": ("mms_methodist", "m1-mms"),
    "mouo": ("mouo_head", "m1"),
    "coordinator": ("iro_coordinator", "iro"),
    "region": ("region_coordinator", "reg"),
    "auditor": ("auditor", "reg"),
    "admin": ("admin", "reg"),
}


@pytest.fixture
def world(connection: Connection) -> None:
    for code, kind, level, parent, path, zone in ORGANISATIONS:
        connection.execute(
            text("""INSERT INTO organisation (code, kind, level, name, short_name, parent_code, path, timezone,
                projects, active, version)
                VALUES (:code, :kind, :level, :code, :code, :parent, :path, :zone, '[]', true, 1)"""),
            {"code": code, "kind": kind, "level": level, "parent": parent, "path": path, "zone": zone},
        )
    for number, (login, (role, place)) in enumerate(PEOPLE.items(), 1):
        now = datetime(2026, 1, 1, tzinfo=UTC)
        parameters = {"id": number, "login": login, "role": role, "place": place, "now": now, "password": PASSWORD}
        for statement in (
            """INSERT INTO person (id, last_name, first_name, middle_name, email, phone, position, organisation_code,
                version) VALUES (:id, :login, '', '', '', '', '', :place, 1)""",
            """INSERT INTO account (id, person_id, login, password_hash, must_change_password, active, locale,
                created_at) VALUES (:id, :id, :login, :password, false, true, 'ru', :now)""",
            """INSERT INTO role_assignment (id, person_id, role, organisation_code, acting, created_at, created_by)
                VALUES (:id, :id, :role, :place, false, :now, '')""",
        ):
            connection.execute(text(statement), parameters)


def actor(login: str) -> Any:
    with db.unit_of_work():
        return people.actor_for(login)


@pytest.mark.parametrize(
    ("groups", "place", "expected"),
    [
        (["school_head@s1"], "s1", ["school_head@s1", "school_head@m1", "school_head@reg"]),
        (["teacher"], "s1", ["teacher@s1", "teacher@m1", "teacher@reg"]),
        (["mms_methodist"], "s1", ["mms_methodist@m1", "mms_methodist@reg"]),
        (["iro_coordinator"], "s1", ["iro_coordinator"]),
        (["teacher"], "reg", []),
        (["attestation_commission_member@c7"], "s1", ["attestation_commission_member@c7"]),
    ],
)
def test_groups_are_expanded_to_the_place_of_the_instance(
    world: None, groups: list[str], place: str, expected: list[str]
) -> None:
    with db.unit_of_work():
        assert candidates.expand(groups, people.organisation_path(place)) == expected


def model(groups: str, **named: str) -> bytes:
    return m.process(
        "p", m.start(), m.user("a", groups, due="1 wd"), m.end(), named={"owner": "iro_coordinator", **named}
    )


@pytest.mark.parametrize(
    ("groups", "who"),
    [("teacher", {"teacher"}), ("mms_methodist", {"methodist"}), ("school_head,deputy_head", {"director", "deputy"})],
)
def test_only_people_of_the_place_have_the_task(
    world: None, deploy: Callable[..., Any], groups: str, who: set[str]
) -> None:
    deploy(p=model(groups))
    start("p", {"school_id": "s1"})
    found = set()
    for login in PEOPLE:
        person = actor(login)
        with db.unit_of_work():
            if queries.tasks_for(person).items:
                found.add(login)
    assert found == who


def test_the_deadline_ends_at_midnight_of_the_school(world: None, deploy: Callable[..., Any], monday: datetime) -> None:
    deploy(p=model("teacher"))
    start("p", {"school_id": "s1"})
    assert one("SELECT due_at FROM user_task") == datetime(2026, 4, 7, 18, 59, 59, tzinfo=UTC)


def test_header_variables_and_owner_follow_the_place(world: None, deploy: Callable[..., Any]) -> None:
    deploy(
        p=model(
            "teacher", owner_school="mouo_head", owner_municipality="mouo_head", starters="teacher,region_coordinator"
        )
    )
    with db.unit_of_work():
        operations.start_instance(people.actor_for("teacher"), "p")
    with db.unit_of_work():
        operations.start_instance(people.actor_for("region"), "p")
    found = rows(
        "SELECT organisation, owner_group, variables ->> 'school_id', variables ->> 'municipality_id', "
        "variables ->> 'initiator' FROM process_instance ORDER BY key"
    )
    assert found == [
        ("s1", "mouo_head@m1", "s1", "m1", "teacher"),
        ("reg", "iro_coordinator", None, None, "region"),
    ]


@pytest.mark.parametrize(
    ("login", "sees"),
    [
        ("director", True),
        ("deputy", True),
        ("teacher", True),  # has the task
        ("methodist", True),
        ("mouo", True),
        ("coordinator", True),
        ("region", True),
        ("auditor", True),
        ("director9", False),
        ("admin", False),
    ],
)
def test_who_sees_an_instance(world: None, deploy: Callable[..., Any], login: str, sees: bool) -> None:
    deploy(p=model("teacher"))
    instance = start("p", {"school_id": "s1"})
    person = actor(login)
    with db.unit_of_work():
        assert bool(queries.instances(person, InstanceFilter(process_id="p")).items) is sees
        if sees:
            assert queries.instance(person, instance).key == instance
        else:
            for question in (queries.instance, queries.history, queries.scopes, queries.waiting_on, queries.travelled):
                with pytest.raises(NotFound):
                    question(person, instance)


def test_who_acted_once_still_sees_the_instance(world: None, deploy: Callable[..., Any]) -> None:
    deploy(p=m.process("p", m.start(), m.user("a", "teacher@s1"), m.user("b", "iro_methodist"), m.end()))
    instance = start("p")
    complete(open_tasks(instance)["a"], {}, actor("teacher"))
    with db.unit_of_work():
        assert queries.instance(people.actor_for("teacher"), instance).key == instance


def test_a_task_that_nobody_can_do_goes_to_the_head_then_to_the_owner(world: None, deploy: Callable[..., Any]) -> None:
    deploy(p=model("psychologist@s1"))
    start("p", {"school_id": "s1"})
    assert "user:director" in one("SELECT candidates FROM user_task")
    deploy(q=m.process("q", m.start(), m.user("a", "juror"), m.end(), named={"owner": "iro_coordinator"}))
    with db.unit_of_work() as session:
        session.execute(text("UPDATE role_assignment SET ended_at = now() WHERE role IN ('school_head', 'mouo_head')"))
    start("q", {"school_id": "s1"})
    assert one("SELECT candidates FROM user_task WHERE process_id = 'q'") == ["juror", "iro_coordinator"]


def test_a_head_signs_and_a_deputy_may_not(world: None, deploy: Callable[..., Any]) -> None:
    deploy(p=m.process("p", m.start(), m.user("a", "school_head@s1", signoff="true"), m.end()))
    instance = start("p")
    key = open_tasks(instance)["a"]
    director = actor("director")
    with pytest.raises(Invalid) as refused:
        complete(key, {"text": "Приказ"}, director, password="wrong")
    assert "password" in refused.value.errors
    with pytest.raises(Forbidden), db.unit_of_work():
        operations.delegate_task(director, key, "deputy", "Подпишите")
    complete(key, {"text": "Приказ"}, director, password="correct horse")
    signature = one("SELECT variables -> 'signature' FROM process_instance")
    assert (signature["login"], signature["role"], signature["on_behalf_of"]) == ("director", "school_head", None)
    assert len(signature["sha256"]) == 64
    assert one("SELECT variables -> 'submission' ->> 'text' FROM process_instance") == "Приказ"


def substitution(connection: Connection, acting_head: bool) -> None:
    connection.execute(
        text("""INSERT INTO substitution (id, person_id, substitute_id, roles, acting_head, first_day, last_day, reason,
            created_at, created_by)
            VALUES (1, 1, 3, '[]', :acting, '2000-01-01', '2100-01-01', 'отпуск', now(), '')"""),
        {"acting": acting_head},
    )


@pytest.mark.parametrize("acting_head", [False, True])
def test_the_signature_of_a_head_is_given_by_an_acting_head_only(
    world: None, connection: Connection, deploy: Callable[..., Any], acting_head: bool
) -> None:
    tasks = m.user("a", "school_head@s1", signoff="true"), m.user("b", "school_head@s1")
    deploy(p=m.process("p", m.start(), *tasks, m.end()))
    substitution(connection, acting_head)
    instance = start("p")
    key, deputy = open_tasks(instance)["a"], actor("deputy")
    if not acting_head:
        with db.unit_of_work():
            detail = queries.task(deputy, key)
            assert (detail.may_complete, detail.may_claim, detail.signoff) == (False, False, True)
        with pytest.raises(Forbidden):
            complete(key, {}, deputy, password="correct horse")
        complete(key, {}, actor("director"), password="correct horse")
    else:
        with db.unit_of_work():
            operations.claim_task(deputy, key)
        complete(key, {}, deputy, password="correct horse")
        signature = one("SELECT variables -> 'signature' FROM process_instance")
        assert (signature["login"], signature["on_behalf_of"]) == ("deputy", "director")
    complete(open_tasks(instance)["b"], {}, deputy)  # what is no signature, a substitute does in any case
    assert rows("SELECT completed_by, on_behalf_of FROM user_task WHERE element_id = 'b'") == [("deputy", "director")]


def test_delegating_hands_the_task_on_and_keeps_both_names(world: None, deploy: Callable[..., Any]) -> None:
    deploy(p=m.process("p", m.start(), m.user("a", "school_head@s1", not_by="=[&quot;teacher&quot;]"), m.end()))
    key = open_tasks(start("p"))["a"]
    director = actor("director")
    with pytest.raises(Invalid), db.unit_of_work():
        operations.delegate_task(director, key, "deputy", " ")
    with pytest.raises(Invalid), db.unit_of_work():
        operations.delegate_task(director, key, "teacher", "Сделайте")
    with db.unit_of_work():
        operations.delegate_task(director, key, "deputy", "Соберите данные")
    with pytest.raises(Forbidden):
        complete(key, {}, director)
    complete(key, {}, actor("deputy"))
    events = rows("SELECT actor, verb, details ->> 'after', details ->> 'comment' FROM history_event ORDER BY seq")
    assert events[1:] == [("director", "delegate", "deputy", "Соберите данные"), ("deputy", "complete", None, None)]


@pytest.mark.parametrize(
    ("groups", "lane", "role"),
    [
        (["school_head@s1", "teacher"], "lane_applicant", "school_head"),
        ([], "lane_teacher", "teacher"),
        ([], "lane_applicant", None),  # a position: the inbox has no name for it
        ([], None, None),
    ],
)
def test_the_inbox_groups_by_roles_not_by_positions(groups: list[str], lane: str | None, role: str | None) -> None:
    assert candidates.first_role(groups, lane) == role
