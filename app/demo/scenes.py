"""What the demo's stories do besides the steps of one process: dates, applications, tests, practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.assessment.models import Attempt, Window
from app.assessment.models.attempts import OPEN
from app.assessment.operations import attempts
from app.assessment.queries import journal
from app.assessment.queries.journal import AnsweredItem
from app.assessment.rules import responses
from app.engine import operations
from app.engine.models import ProcessInstance, UserTask
from app.engine.scenarios import Scene
from app.kernel import clock, outbox
from app.kernel.db import db
from app.people import queries as people

from . import monitoring, quality, schools

ZONE = ZoneInfo("Europe/Moscow")
EARLIEST = timedelta(days=10)
"""How long before the end of enrolment a demo course is announced."""
_COMPETENCES = ["предметная компетенция", "методическая компетенция"]
_DIFFICULTIES = ("Решение задач повышенной сложности", "Организация работы с разными группами учеников")


class Scenes:
    """The scenes of the demo, told around one present moment.

    Args:
        now: the moment at which every story ends.
        password: what everybody signs with.
    """

    def __init__(self, now: datetime, password: str) -> None:
        self.now, self.password = now, password

    def all(self) -> Mapping[str, Scene]:
        """Scenes by the name that the stories use."""
        scenes: Sequence[Callable[..., Mapping[str, Any]]] = (
            self.course, self.moment, self.enrol, self.apply, self.pass_test, self.begin_test, self.test, self.group,
            self.practice,
        )  # fmt: skip
        others = quality.scenes(self.now), monitoring.scenes(), schools.scenes(self.now, self.password)
        return {scene.__name__: scene for scene in scenes} | dict(item for each in others for item in each.items())

    def course(self, **days: int) -> Mapping[str, Any]:
        """Dates as days from now, and the clock at the time when the course is announced. Facts: `d`, `now`."""
        dates = {name: self._date(offset) for name, offset in days.items()}
        dates |= {"practice": self._date(days["end"] - 8), "later": self._date(12), "retest": self._date(18)}
        opening = self.now + timedelta(days=days["enrol_until"]) - EARLIEST
        clock.move(min(opening, self.now - timedelta(days=2)))
        return {"d": dates, "now": self.now.isoformat()}

    def moment(self, hours: int) -> Mapping[str, Any]:
        """A story that begins some hours from now. Facts: `now`."""
        clock.move(self.now + timedelta(hours=hours))
        return {"now": self.now.isoformat()}

    def enrol(self, course_id: str, leader: str, teachers: list[str]) -> Mapping[str, Any]:
        """Applications that go all the way: filled, signed by the head, accepted by the leader."""
        for teacher in teachers:
            instance = self._applied(course_id, teacher, "signed")
            self._complete(leader, instance, "accept", {}, outcome="enrol")
        return {}

    def apply(self, course_id: str, stage: str, teachers: list[str]) -> Mapping[str, Any]:
        """Applications that stand at `begun` (form open), `sent` (head signs) or `signed` (leader accepts)."""
        for teacher in teachers:
            self._applied(course_id, teacher, stage)
        return {}

    def pass_test(self, login: str, share: float = 0.9) -> Mapping[str, Any]:
        """The teacher takes the entry test: here, or (without a bank) says that it is done elsewhere."""
        if self._sit(login, share):
            return {}
        instance = self._instance("rmp_listener", login)
        finished = clock.now().astimezone(ZONE).isoformat(timespec="minutes")
        self._complete(login, instance, "entry_test", {"passed": True, "finished_at": finished})
        return {}

    def begin_test(self, login: str, share: float) -> Mapping[str, Any]:
        """The teacher is in the middle of the entry test: so much of it is answered. Nothing without a bank."""
        self._sit(login, share, finish=False)
        return {}

    def test(self, login: str, leader: str, points: float, of: float) -> Mapping[str, Any]:
        """The entry test with its result (at least this share of the points), and the diagnostics of method."""
        instance = self._instance("rmp_listener", login)
        if not self._sit(login, points / of):
            self.pass_test(login)
            started = (clock.now() - timedelta(hours=1)).astimezone(ZONE).isoformat(timespec="minutes")
            result = {"started_at": started, "points": points, "max_points": of}
            self._complete(leader, instance, "entry_result", result, outcome="save")
        marks = dict.fromkeys(("lesson_design", "methods", "assessment", "differentiation", "reflection"), 2)
        self._complete(leader, instance, "diagnostics", marks)
        return {}

    def group(self, leader: str, groups: Mapping[str, str]) -> Mapping[str, Any]:
        """The leader's subgroups."""
        instance = self._newest("course_run")
        rows = [{"listener_id": login, "group": group} for login, group in groups.items()]
        self._complete(leader, instance, "set_groups", {"groups": rows, "modules": []})
        return {}

    def practice(self, login: str, leader: str, checker: str, due: str) -> Mapping[str, Any]:
        """One practical task, set, done and accepted."""
        instance = self._instance("rmp_listener", login)
        task = {
            "title": "Урок с разноуровневыми заданиями",
            "competence": "методическая",
            "based_on": ["результат входного тестирования", "техническое задание"],
            "due": due,
        }
        self._complete(leader, instance, "assign_tasks", {"supervisor": checker, "tasks": [task]})
        self._complete(login, instance, "do_task", {"answer": "Урок проведён, конспект и самоанализ приложены."})
        self._complete(checker, instance, "check_task", {}, outcome="approve")
        return {}

    # -- the common part
    def _sit(self, login: str, share: float, *, finish: bool = True) -> bool:
        """Take the open e-test for at least this share of its points. False when there is none."""
        with db.unit_of_work() as session:
            query = select(Window.key).where(Window.login == login, Window.state == OPEN)
            key = session.scalars(query.order_by(Window.created_at.desc()).limit(1)).first()
            if key is None:
                return False
            actor = people.actor_for(login)
            attempt = attempts.begin(actor, key, "demo")
            for number, item in enumerate(_known(attempt, share), 1):
                values, pairs = responses.right(item.body, item.response.kind)
                attempts.save_response(actor, key, "demo", item.response.position, number, values, pairs)
        if finish:
            clock.move(timedelta(minutes=20))
            with db.unit_of_work():
                attempts.finish(people.actor_for(login), key)
        outbox.work_off(200)
        return True

    def _applied(self, course_id: str, teacher: str, stage: str) -> int:
        with db.unit_of_work():
            actor = people.actor_for(teacher)
            instance = operations.start_instance(actor, "rmp_enrolment", {})
            school = actor.assignments[0].organisation
        if stage == "begun":
            return instance
        self._complete(teacher, instance, "fill_assignment", assignment_of(course_id))
        if stage == "signed":
            with db.unit_of_work():
                head = people.holders("school_head", school)[0]
            self._complete(head, instance, "sign_assignment", {}, outcome="approve")
        return instance

    def _complete(
        self, login: str, instance: int, element: str, values: Mapping[str, Any], outcome: str = "submit"
    ) -> None:
        with db.unit_of_work() as session:
            query = select(UserTask.key).where(
                UserTask.instance_key == instance, UserTask.element_id == element, UserTask.state == "open"
            )
            key = session.scalars(query).one()
            actor = people.actor_for(login)
            operations.complete_user_task(actor, key, values, outcome=outcome, password=self.password)
        outbox.work_off(200)

    def _instance(self, process: str, teacher: str) -> int:
        """The running instance of a process that belongs to a teacher."""
        with db.unit_of_work() as session:
            query = select(ProcessInstance).where(
                ProcessInstance.process_id == process, ProcessInstance.status == "active"
            )
            found = [row.key for row in session.scalars(query) if (row.variables or {}).get("teacher_id") == teacher]
        return max(found)

    def _newest(self, process: str) -> int:
        with db.unit_of_work() as session:
            query = select(ProcessInstance.key).where(ProcessInstance.process_id == process)
            return max(session.scalars(query))

    def _date(self, days: int) -> str:
        return (self.now.astimezone(ZONE).date() + timedelta(days=days)).isoformat()


def assignment_of(course_id: str) -> dict[str, Any]:
    """Appendix 1, filled in."""
    rows = [{"competence": c, "text": t} for c, t in zip(_COMPETENCES, _DIFFICULTIES, strict=True)]
    return {
        "education_level": "высшее",
        "diploma_number": "ВСА 0123456",
        "diploma_date": "2004-06-25",
        "diploma_speciality": "учитель",
        "age": 44,
        "position_experience_years": 20,
        "course": course_id,
        "competences": _COMPETENCES,
        "difficulties": rows,
        "teacher_signature": True,
    }


def _known(attempt: Attempt, share: float) -> list[AnsweredItem]:
    """The items that somebody answers who reaches at least this share of the points."""
    items = journal.answers(attempt)
    spare = (1 - Fraction(share).limit_denominator(1000)) * Fraction(sum(item.response.max_points for item in items))
    known = []
    for item in sorted(items, key=lambda item: -item.response.max_points):
        if item.response.max_points <= spare:
            spare -= Fraction(item.response.max_points)
        else:
            known.append(item)
    return known
