"""The course pages and the processes together: results, groups, leaving, applications, moved dates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.courses import models
from app.courses.operations import applying, finding, grouping, imports, leaving, moving, places, retakes
from app.courses.operations import courses as course_runs
from app.courses.rules import words
from app.engine import operations as engine
from app.engine import queries
from app.engine.views import InstanceFilter, Resource, TaskFilter
from app.forms.queries import form_by
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people
from tests.courses.test_import import result_file
from tests.processes.conftest import ROOT, region, stage  # noqa: F401
from tests.processes.scenes import SCENES

LOGIN = "teacher"


def settle() -> None:
    """Work off what the last step left."""
    while outbox.work_off():
        pass


def person(login: str) -> Actor:
    """The person of a login as an actor."""
    with db.unit_of_work():
        return people.actor_for(login)


def tasks(login: str) -> list[str]:
    """Element ids of a person's open tasks."""
    with db.unit_of_work():
        page = queries.tasks_for(people.actor_for(login), TaskFilter())
        return sorted(task.element_id for task in page.items)


class Listening:
    """A running `rmp_listener` instance on a running course."""

    def __init__(self) -> None:
        facts = SCENES["listener"](login=LOGIN)
        self.code: str = facts["course_id"]
        with db.unit_of_work():
            course_runs.set_status(PLATFORM, self.code, "running")
        with db.unit_of_work():
            self.key = engine.start_instance(PLATFORM, "rmp_listener", facts["variables"], internal=True)
        settle()

    def variables(self) -> dict[str, Any]:
        """Variables of the instance."""
        with db.unit_of_work():
            return dict(queries.instance(PLATFORM, self.key).variables)

    def incidents(self) -> list[str]:
        """Elements with an open incident."""
        with db.unit_of_work():
            return [each.element_id for each in queries.incidents(PLATFORM, instance_key=self.key).items]

    def upload(self, points: float, maximum: float = 100) -> imports.Taken:
        """Import one result and let the process go on."""
        leader = person("course_leader")
        with db.unit_of_work():
            content = result_file([LOGIN, None, points, maximum, None])
            run = imports.upload_results(leader, self.code, words.ENTRY, "a.xlsx", content)
        with db.unit_of_work():
            taken = imports.take_import(leader, self.code, run.key)
        settle()
        return taken


@pytest.fixture
def listening(stage: None) -> Listening:  # noqa: F811
    """The listener stands before the entry test."""
    return Listening()


def test_an_imported_result_moves_the_listener_on(listening: Listening) -> None:
    assert tasks(LOGIN) == ["entry_test"]
    assert listening.upload(94.96).recorded == 1
    assert tasks(LOGIN) == []
    with db.unit_of_work():
        listener = finding.listener(listening.code, LOGIN)
        assert (listener.level, listener.entry_positive) == (words.UNSATISFACTORY, False)
        (test,) = listener.tests
        assert (test.source, test.points, test.level) == ("import", Decimal("94.96"), words.UNSATISFACTORY)
        assert db.session.query(models.AttestationBaseRecord).count() == 0
    assert "diagnostics" in tasks("course_leader")


def test_rmp_04_95_percent_and_more_reach_the_base(listening: Listening) -> None:
    listening.upload(19, 20)
    with db.unit_of_work():
        assert finding.listener(listening.code, LOGIN).level == words.SUFFICIENT


def test_rmp_05_104_percent_stands_still_with_an_incident_until_the_right_value_comes(listening: Listening) -> None:
    assert listening.upload(104).recorded == 0
    assert len(listening.incidents()) == 1
    with db.unit_of_work():
        listener = finding.listener(listening.code, LOGIN)
        assert (listener.level, listener.tests) == (None, [])
    assert listening.upload(96).recorded == 1
    assert listening.incidents() == []
    with db.unit_of_work():
        listener = finding.listener(listening.code, LOGIN)
        assert (listener.level, len(listener.tests)) == (words.SUFFICIENT, 1)
    assert "diagnostics" in tasks("course_leader")


def test_a_result_by_hand_goes_the_same_way(listening: Listening) -> None:
    leader = person("course_leader")
    with db.unit_of_work():
        imports.enter_result(leader, listening.code, LOGIN, words.ENTRY, Decimal(96), Decimal(100))
    settle()
    with db.unit_of_work():
        assert finding.listener(listening.code, LOGIN).level == words.SUFFICIENT


def test_a_retest_of_an_older_model_is_not_annulled(listening: Listening) -> None:
    with db.unit_of_work():
        listener = finding.listener(listening.code, LOGIN)
        assert retakes.refusal(listener) is None
        model = (ROOT / "workflows/rmp_listener/rmp_listener.bpmn").read_text()
        older = model.replace('<zeebe:output source="=false" target="retake_open" />', "", 1)
        engine.deploy(PLATFORM, [Resource("rmp_listener.bpmn", older.encode())], internal=True)
        variables = SCENES["listener"](login="teacher2")["variables"]
        course_runs.set_status(PLATFORM, variables["course_id"], "running")
    with db.unit_of_work():
        engine.start_instance(PLATFORM, "rmp_listener", variables, internal=True)
    settle()
    with pytest.raises(Conflict), db.unit_of_work():
        retakes.annul(person("course_leader"), finding.listener(variables["course_id"], "teacher2"), "подсказки")


def test_a_move_on_the_page_reaches_the_listeners_process(listening: Listening) -> None:
    leader = person("course_leader")
    with db.unit_of_work():
        grouping.regroup(leader, listening.code, {LOGIN: "А — предметная"})
    settle()
    assert (listening.variables()["group"], listening.variables()["modules"]) == ("А — предметная", ["Предмет"])
    with db.unit_of_work():
        grouping.choose_modules(leader, listening.code, "А — предметная", [])
    settle()
    assert listening.variables()["modules"] == []


def test_expelling_begins_with_the_order(listening: Listening) -> None:
    leader = person("course_leader")
    with db.unit_of_work():
        leaving.expel(leader, listening.code, LOGIN, "illness", "болезнь")
    settle()
    assert "prepare_order" in tasks("course_leader")
    assert tasks(LOGIN) == ["entry_test"]


def test_moved_dates_reach_every_process_of_the_course(listening: Listening) -> None:
    leader = person("course_leader")
    with db.unit_of_work():
        moving.move_dates(leader, listening.code, {"attest_on": clock.today().replace(month=5, day=13)})
    settle()
    assert listening.variables()["attest_on"] == "2026-05-13"


def test_an_application_starts_one_enrolment_for_each_teacher(stage: None) -> None:  # noqa: F811
    code = SCENES["open_course"]()["course_id"]
    head = person("school_head")
    row = {"position": "учитель", "subject": "математика"}
    values = {
        "school": "lebedyan-1",
        "course": code,
        "basis": "личная инициатива",
        "listeners": [{"user": "teacher", **row}, {"user": "school_team_member", **row}],
    }
    with db.unit_of_work():
        sent = applying.apply_for_teachers(head, form_by("course_application"), values, "token")
    settle()
    assert sent.teachers == ("teacher", "school_team_member")
    assert tasks("teacher") == tasks("school_team_member") == ["fill_assignment"]
    with pytest.raises(Conflict), db.unit_of_work():
        applying.apply_for_teachers(head, form_by("course_application"), values, "token")
    with db.unit_of_work():
        filters = InstanceFilter(process_id="rmp_enrolment", variables={"course_id": code})
        found = queries.instances(PLATFORM, filters).items
        assert len(found) == 2
    foreign = values | {"listeners": [{"user": "deputy_head", **row}, {"user": "teacher2", **row}]}
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        applying.apply_for_teachers(head, form_by("course_application"), foreign, "other")
    assert "listeners.1.user" in refused.value.errors


def test_a_withdrawal_before_the_start_asks_the_course(stage: None) -> None:  # noqa: F811
    facts = SCENES["open_course"]()
    SCENES["apply"](course_id=facts["course_id"], login=LOGIN)
    with db.unit_of_work():
        places.confirm(PLATFORM, facts["course_id"], LOGIN)
    teacher = person(LOGIN)
    with db.unit_of_work():
        leaving.withdraw(teacher, facts["course_id"], LOGIN, "не смогу")
    with pytest.raises(Conflict), db.unit_of_work():
        leaving.withdraw(teacher, facts["course_id"], LOGIN, "не смогу")
