"""A course of many listeners from its opening to the certificates, every task done by the person whose it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.courses.models import Certificate
from app.demo.programmes import load_programmes
from app.demo.region import load_region
from app.demo.scenes import assignment_of
from app.engine import operations, passing
from app.engine.models import ProcessInstance, Timer, UserTask
from app.engine.views import Resource
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people import operations as people_operations
from app.people import passwords
from app.people import queries as people
from tests.bench.ground import ROOT, Ground
from tests.bench.measure import Goal, Row

PASSWORD = "bench-Password-17"
OPENING = datetime(2026, 4, 6, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
LEADER, CHECKER, HEAD = "course_leader", "iro_methodist", "iro_head"
CHAIR, MEMBER = "attestation_commission_member", "attestation_commission_member2"
CARD: Mapping[str, Any] = {
    "programme": "МАТ-72",
    "hours": 72,
    "form": "очная",
    "places_min": 2,
    "enrol_until": "2026-04-10",
    "start": "2026-04-13",
    "end": "2026-05-15",
    "attest_on": "2026-05-12",
    "attest_reserve_on": "2026-05-19",
    "attest_resit_on": "2026-05-26",
    "commission": [CHAIR, MEMBER],
    "commission_chair": CHAIR,
    "team_mode": False,
    "max_retests": 1,
}
PRACTICE: Mapping[str, Any] = {
    "title": "Урок с разноуровневыми заданиями",
    "competence": "методическая",
    "based_on": ["результат входного тестирования", "техническое задание"],
    "due": "2026-05-04",
}
MARKS = dict.fromkeys(("lesson_design", "methods", "assessment", "differentiation", "reflection"), 2)
Values = Mapping[str, Any] | Callable[[str], Mapping[str, Any]]


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """The whole course, and its phases."""
    size = 10 if quick else 300
    passwords.configure(time_cost=1, memory_cost=8)  # signing is measured elsewhere: argon2 is slow on purpose
    with clock.frozen(OPENING):
        course = Course(size)
        course.prepare()
        course.play()
    total = sum(seconds for _name, seconds, _acts in course.phases)
    acts = sum(acts for _name, _seconds, acts in course.phases)
    name = f"course of {size} listeners, opening to certificates"
    rows = [Row(name, note=f"{total:.0f} s for {acts:,} acts of people: {acts / total:.0f}/s, one process")]
    rows += [
        Row(f"… {phase}", note=f"{seconds:.1f} s, {acts:,} acts") for phase, seconds, acts in course.phases if acts > 1
    ]
    return rows, []


class Course:
    """One course and the people of it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.actors: dict[str, Actor] = {}
        self.phases: list[tuple[str, float, int]] = []
        self.instance = 0
        self.code = ""

    # -- before
    def prepare(self) -> None:
        """The demo's region with as many teachers as the course takes, programmes, models."""
        with db.unit_of_work():
            load_region(PASSWORD)
        with db.unit_of_work():
            load_programmes()
        folders = (ROOT / "workflows", ROOT / "forms")
        files = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix in (".bpmn", ".dmn", ".form"))
        with db.unit_of_work():
            operations.deploy(PLATFORM, [Resource(path.name, path.read_bytes()) for path in files], internal=True)
        schools = [f"lebedyan-{number}" for number in (1, 2, 3)] + [f"gryazi-{number}" for number in (1, 2, 3)]
        self.teachers = [f"listener{number:03}" for number in range(self.size)]
        self.heads = {}
        for number, login in enumerate(self.teachers):
            school = schools[number % len(schools)]
            with db.unit_of_work():
                self._hire(login, number, school)
                self.heads[login] = people.holders("school_head", school)[0]

    def _hire(self, login: str, number: int, school: str) -> None:
        people_operations.create_person(
            PLATFORM,
            login,
            last_name=f"Слушатель{number:03}",
            first_name="Анна",
            organisation=school,
            password=PASSWORD,
            must_change_password=False,
            roles=[("teacher", school)],
            consent=True,
        )

    # -- what people do
    def play(self) -> None:
        """Everything from the card of the course to the order on certificates."""
        self._phase("enrolment", self._enrol)
        self._phase("order and survey", self._begin)
        self._phase("entry test and diagnostics", self._test)
        self._phase("subgroups and practice", self._practise)
        self._phase("attestation", self._attest)
        self._phase("certificates", self._award)
        with db.unit_of_work() as session:
            issued = session.scalar(select(func.count()).select_from(Certificate))
        if issued != self.size:
            raise RuntimeError(f"{issued} certificates for {self.size} listeners")

    def _phase(self, name: str, act: Callable[[], int]) -> None:
        begun = time.perf_counter()
        acts = act()
        self.phases.append((name, time.perf_counter() - begun, acts))

    def _enrol(self) -> int:
        self.instance = self._start(LEADER, "course_run")
        acts = self._do("open_course", LEADER, {**CARD, "places_max": self.size}, "open")
        with db.unit_of_work() as session:
            self.code = session.get_one(ProcessInstance, self.instance).variables["course_id"]
        for teacher in self.teachers:
            self._start(teacher, "rmp_enrolment")
        acts += self.size + self._do("fill_assignment", None, assignment_of(self.code))
        acts += self._do("sign_assignment", self.heads.__getitem__, {}, "approve")
        return acts + self._do("accept", LEADER, {}, "enrol")

    def _begin(self) -> int:
        self._until("2026-04-11")
        acts = self._do("form_group", LEADER) + self._do("prepare_order", LEADER)
        acts += self._do("sign_order", HEAD, {}, "approve")
        self._until("2026-04-13")
        return acts

    def _test(self) -> int:
        finished = clock.now().astimezone(ZONE)
        begun = finished - timedelta(hours=1)
        acts = self._do("entry_test", None, {"passed": True, "finished_at": finished.isoformat(timespec="minutes")})
        result = {"started_at": begun.isoformat(timespec="minutes"), "points": 29, "max_points": 30}
        acts += self._do("entry_result", LEADER, result, "save")
        return acts + self._do("diagnostics", LEADER, MARKS)

    def _practise(self) -> int:
        self._until("2026-04-20")
        groups = [{"listener_id": teacher, "group": "Б — методическая"} for teacher in self.teachers]
        acts = self._do("set_groups", LEADER, {"groups": groups, "modules": []})
        acts += self._do("assign_tasks", LEADER, {"supervisor": CHECKER, "tasks": [PRACTICE]})
        acts += self._do("do_task", None, {"answer": "Урок проведён, конспект и самоанализ приложены."})
        acts += self._do("check_task", CHECKER, {}, "approve")
        return acts + self._do("choose_form", None, {"form": "зачёт", "topic": "Итоговый зачёт по программе"})

    def _attest(self) -> int:
        rows = [{"listener_id": teacher, "time": "10:00", "place": "ауд. 5"} for teacher in self.teachers]
        acts = self._do("schedule", LEADER, {"schedule": rows})
        self._until("2026-05-12")
        results = [{"listener_id": teacher, "result": "успешно"} for teacher in self.teachers]
        acts += self._do("fill_sheet", MEMBER, {"results": results})
        for signatory in (CHAIR, MEMBER):
            acts += self._do("sign_sheet", signatory, {}, "approve")
        return acts

    def _award(self) -> int:
        self._until("2026-05-18")
        rows = [
            {"listener_id": teacher, "blank_series": "ПК", "blank_number": f"{number:06}"}
            for number, teacher in enumerate(self.teachers)
        ]
        acts = self._do("course_results", LEADER, {"rows": rows})
        return acts + self._do("prepare_order", LEADER) + self._do("sign_order", HEAD, {}, "approve")

    # -- the common part
    def _start(self, login: str, process: str) -> int:
        with db.unit_of_work():
            key = operations.start_instance(self._actor(login), process, {})
        self._settle()
        return key

    def _do(
        self,
        element: str,
        who: str | Callable[[str], str] | None,
        values: Mapping[str, Any] | None = None,
        outcome: str = "submit",
    ) -> int:
        """Complete the open tasks of an element.

        Args:
            who: login, or the teacher's login -> login; None: the teacher.
        Returns:
            How many.
        """
        done = 0
        for key, teacher, assignee in self._open(element):
            login = teacher if who is None else who if isinstance(who, str) else who(teacher)
            if assignee not in (None, login):
                continue
            with db.unit_of_work():
                actor = self._actor(login)
                operations.complete_user_task(actor, key, dict(values or {}), outcome=outcome, password=PASSWORD)
            self._settle()
            done += 1
        if not done:
            raise RuntimeError(f"nobody has the task {element}")
        return done

    def _open(self, element: str) -> list[tuple[int, str, str | None]]:
        """Key, teacher and assignee of the open tasks of an element."""
        query = (
            select(UserTask.key, ProcessInstance.variables["teacher_id"].astext, UserTask.assignee)
            .join(ProcessInstance, ProcessInstance.key == UserTask.instance_key)
            .where(UserTask.element_id == element, UserTask.state == "open")
            .order_by(UserTask.key)
        )
        with db.unit_of_work() as session:
            return [(key, teacher or "", assignee) for key, teacher, assignee in session.execute(query)]

    def _actor(self, login: str) -> Actor:
        if login not in self.actors:
            self.actors[login] = people.actor_for(login)
        return self.actors[login]

    def _settle(self) -> None:
        while outbox.work_off(200, kinds=passing.KINDS) + operations.fire_due(200):
            pass

    def _until(self, day: str) -> None:
        """Move the clock to the beginning of a day, stopping at every timer on the way."""
        to = datetime.fromisoformat(day).replace(tzinfo=ZONE)
        while True:
            with db.unit_of_work() as session:
                due = session.scalar(select(func.min(Timer.due_at)).where(Timer.due_at > clock.now()))
            clock.move(min(due or to, to))
            self._settle()
            if due is None or due > to:
                return
