"""Curators over the real engine and database: who is appointed, refused, replaced; what a curator sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.curators import operations, policies, queries
from app.curators.models import ACTIVE, CuratorAppointment
from app.curators.operations.asking import Wish
from app.curators.rules import fitting
from app.curators.rules.kinds import MUNICIPAL, PERSONAL
from app.engine import operations as engine
from app.engine import queries as processes
from app.engine.views import TaskFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import queries as people
from app.people.models import Organisation
from app.schools.policies import schools_in_scope
from tests.processes.conftest import region, stage  # noqa: F401

from .scenes import appoint, weak_schools

pytestmark = pytest.mark.usefixtures("stage")
PASSWORD = "demo-password"


def person(login: str) -> Actor:
    """A person as an actor, with the roles of this moment."""
    if db.in_unit_of_work:
        return people.actor_for(login)
    with db.unit_of_work():
        return people.actor_for(login)


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off() + engine.fire_due(100):
        pass


def do(login: str, element: str, values: dict[str, Any], outcome: str = "submit", **more: Any) -> None:
    """Complete the first open task of an element as somebody, and let everything that follows happen."""
    with db.unit_of_work():
        page = processes.tasks_for(person(login), TaskFilter())
        key = next(task.key for task in page.items if task.element_id == element)
        engine.complete_user_task(person(login), key, values, outcome=outcome, **more)
    settle()


def distribute(**chosen: str) -> None:
    """Choose people by place, as the coordinator."""
    rows = [{"place": place, "person": login} for place, login in chosen.items()]
    since = clock.today()
    term = {"from": since.isoformat(), "to": (since + timedelta(days=200)).isoformat()}
    do("iro_coordinator", "distribute", {**term, "rows": rows, "further": []})


def begin() -> None:
    """The coordinator starts the appointment."""
    with db.unit_of_work():
        engine.start_instance(person("iro_coordinator"), "curator_appointment", {})
    settle()


def sign() -> None:
    """The order is prepared and signed."""
    do("iro_coordinator", "prepare_order", {"subject": "О назначении кураторов"})
    do("iro_head", "sign_order", {}, outcome="approve", password=PASSWORD)


FIRST = "СОШ № 1 Лебедянь: персональный куратор школы"
SECOND = "СОШ № 2 Лебедянь: персональный куратор школы"
DISTRICT = "Лебедянский район: консультант-эксперт муниципалитета"


def test_lip_03_every_school_has_one_curator_and_sees_only_its_own() -> None:
    weak_schools()
    with db.unit_of_work():
        red = queries.red_list(person("iro_coordinator"))
        assert [(row.target, row.kind) for row in red] == [
            ("lebedyan", MUNICIPAL), ("lebedyan-1", PERSONAL), ("lebedyan-2", PERSONAL)
        ]  # fmt: skip
    begin()
    distribute(**{FIRST: "curator", SECOND: "curator", DISTRICT: "expert_consultant"})
    for _row in range(2):
        do("curator", "consent", {"consent": "согласен"})
    do("expert_consultant", "consent", {"consent": "согласен"})
    for head in ("school_head", "school_head3", "municipal_coordinator"):
        do(head, "acknowledge", {}, outcome="accept")
    sign()
    with db.unit_of_work():
        assert queries.red_list(person("iro_coordinator")) == []
        assert [row.person for code in ("lebedyan-1", "lebedyan-2") if (row := queries.active_for(code))] == [
            "curator", "curator"
        ]  # fmt: skip
        assert person("curator").assigned("org") == {"lebedyan-1", "lebedyan-2"}
        seen = db.session.query(Organisation.code).where(
            schools_in_scope(person("curator")), Organisation.level == "school"
        )
        assert {code for (code,) in seen} == {"lebedyan-1", "lebedyan-2"}
        with pytest.raises(NotFound):
            queries.of_target(person("curator"), "gryazi-1")


def test_lip_03_the_database_keeps_one_active_curator_per_school() -> None:
    weak_schools()
    with db.unit_of_work():
        row = appoint("curator", "lebedyan-1")
        twin = {column: getattr(row, column) for column in ("kind", "target", "municipality", "valid_from", "valid_to")}
    with pytest.raises(IntegrityError), db.unit_of_work():
        more = {"person": "expert_consultant", "state": ACTIVE, "created_at": clock.now(), "refusals": []}
        db.session.add(CuratorAppointment(**twin, **more))


def test_lip_04_a_refusal_and_a_silence_go_back_with_their_reason() -> None:
    weak_schools()
    begin()
    distribute(**{FIRST: "curator", SECOND: "iro_methodist", DISTRICT: "expert_consultant"})
    do("curator", "consent", {"consent": "отказ", "consent_comment": "Нет времени до лета"})
    do("expert_consultant", "consent", {"consent": "согласен"})
    for _days in range(2):
        clock.move(timedelta(days=4))
        settle()
    do("municipal_coordinator", "acknowledge", {}, outcome="accept")
    with db.unit_of_work():
        waiting = {row.target: row for row in db.session.query(CuratorAppointment).filter_by(state="open")}
        assert [said["reason"] for said in waiting["lebedyan-1"].refusals] == ["Нет времени до лета"]
        assert [said["reason"] for said in waiting["lebedyan-2"].refusals] == ["нет ответа"]
    distribute(**{FIRST: "", SECOND: ""})
    sign()
    with db.unit_of_work():
        in_office = db.session.query(CuratorAppointment).filter_by(state=ACTIVE).all()
        assert [(row.person, row.target) for row in in_office] == [("expert_consultant", "lebedyan")]
        assert {row.target for row in queries.red_list(person("iro_coordinator"))} == {"lebedyan-1", "lebedyan-2"}


def test_a_replaced_curator_keeps_the_school_until_another_is_appointed() -> None:
    weak_schools(["lebedyan-1"])
    with db.unit_of_work():
        appoint("expert_consultant", "lebedyan", MUNICIPAL)
        old = appoint("curator", "lebedyan-1").key
    with db.unit_of_work(), pytest.raises(Forbidden):
        operations.ask_replacement(person("mouo_head"), old, "Не приезжает")
    with db.unit_of_work(), pytest.raises(Invalid):
        operations.ask_replacement(person("school_head"), old, "  ")
    with db.unit_of_work():
        operations.ask_replacement(person("school_head"), old, "Уходит из школы-тьютора")
    settle()
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.ask_replacement(person("iro_coordinator"), old, "Ещё раз")
    distribute(**{FIRST: "iro_methodist"})
    do("iro_methodist", "consent", {"consent": "согласен"})
    assert person("curator").assigned("org") == {"lebedyan-1"}
    do("school_head", "acknowledge", {}, outcome="accept")
    sign()
    with db.unit_of_work():
        now = queries.active_for("lebedyan-1")
        assert now is not None
        assert now.person == "iro_methodist"
        before = db.session.get_one(CuratorAppointment, old)
        assert (before.state, before.end_reason) == ("ended", "Уходит из школы-тьютора")
        assert person("curator").assigned("org") == frozenset()


def test_a_term_that_is_over_ends_the_access_and_returns_to_the_red_list() -> None:
    weak_schools(["lebedyan-1"])
    with db.unit_of_work():
        appoint("curator", "lebedyan-1")
    clock.move(timedelta(days=201))
    with db.unit_of_work():
        people_now = person("curator").assigned("org")
        red = [row.target for row in queries.red_list(person("iro_coordinator"))]
        assert operations.end_expired(PLATFORM) == 1
    assert people_now == frozenset()
    assert red == ["lebedyan", "lebedyan-1"]


def test_two_processes_never_work_on_the_same_school() -> None:
    weak_schools(["lebedyan-1"])
    with db.unit_of_work():
        first = operations.open_places(PLATFORM, [(PERSONAL, "lebedyan-1")], instance_key=1)
        second = operations.open_places(PLATFORM, [(PERSONAL, "lebedyan-1")], instance_key=2)
        assert (len(first), second) == (1, [])


def test_what_a_cancelled_process_left_is_taken_up_by_the_next() -> None:
    weak_schools(["lebedyan-1"])
    begin()
    distribute(**{FIRST: "curator", DISTRICT: "expert_consultant"})
    with db.unit_of_work():
        left = {row.instance_key for row in db.session.query(CuratorAppointment).filter_by(state="offered")}
        for key in left:
            assert key is not None
            engine.cancel_instance(person("iro_coordinator"), key, "Начнём заново")
    settle()
    begin()
    with db.unit_of_work():
        rows = db.session.query(CuratorAppointment).filter_by(target="lebedyan-1").all()
        assert [(row.state, row.person, row.instance_key in left) for row in rows] == [("open", None, False)]


def test_nobody_is_asked_beyond_the_load_or_for_the_own_school() -> None:
    weak_schools(experts={"curator": 1})
    with db.unit_of_work():
        rows = operations.open_places(
            PLATFORM, [(PERSONAL, code) for code in ("lebedyan-1", "lebedyan-2", "lebedyan-3")], instance_key=1
        )
        wishes = [Wish(row.key, "curator", row.target) for row in rows]
        term = {"since": clock.today(), "until": clock.today() + timedelta(days=9)}
        with pytest.raises(Invalid) as refused:
            operations.offer(PLATFORM, 1, wishes, **term)
        assert set(refused.value.errors) == {"lebedyan-2", "lebedyan-3"}


def test_the_best_candidate_is_near_fits_and_has_the_lowest_load() -> None:
    verdicts = {
        (False, True, True, True): {"possible": True, "points": 40, "reason": "свой"},
        (False, True, False, True): {"possible": True, "points": 20, "reason": "направление"},
        (True, True, True, True): {"possible": False, "points": 0, "reason": "своя школа"},
    }
    areas = frozenset({"преподавание"})
    near = fitting.Candidate("near", "Б", "m-2", "m", areas, 1, 3)
    free = fitting.Candidate("free", "В", "m-3", "m", areas, 0, 3)
    own = fitting.Candidate("own", "А", "m-1", "m", areas, 0, 3)
    far = fitting.Candidate("far", "Г", "n-1", "n", areas, 0, 3)
    target = fitting.Target("m-1", "m", areas)
    best = fitting.propose(target, [near, free, own, far], verdicts, {}, ())
    assert best.candidate is free
    assert best.why == "свой; сейчас 0 из 3"
    assert fitting.propose(target, [near, far], verdicts, {"near": 2}, ()).candidate is far
    assert fitting.propose(target, [own], verdicts, {}, ()).candidate is None


def test_staff_know_the_name_of_their_schools_curator_only() -> None:
    with db.unit_of_work():
        assert policies.sees_target(person("teacher"), "lebedyan-1")
        assert not policies.may_see(person("teacher"))
        assert not policies.sees_target(person("teacher"), "gryazi-1")
