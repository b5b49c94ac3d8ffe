"""A course with something of everything, for scope and pages."""

from __future__ import annotations

from decimal import Decimal

from app.courses.models import Course
from app.courses.models.courses import RUNNING
from app.courses.operations import awards, courses, finding, groups, results, sessions, sheets
from app.courses.operations.results import Attempt
from app.courses.rules import words
from app.kernel.actor import PLATFORM
from app.people import queries as people
from tests.courses.factories import admit, day, make_course, make_listener

DEEPER = "Г — углублённая (открытый урок, наставничество)"


def tell_story(
    teachers: tuple[tuple[str, str], ...] = (("teacher", "lebedyan-1"), ("teacher2", "gryazi-1")),
    leader: str = "leader",
    commission: tuple[str, str] = ("chair", "member"),
) -> Course:
    """A running course: the first teacher with 96 % and a certificate, the second with 70 % and a tutor."""
    course = make_course(leader=leader, commission=list(commission), commission_chair=commission[0], places_max=5)
    for login, school in teachers:
        make_listener(course, login, school, teacher_name=_name(login))
    courses.set_status(PLATFORM, course.code, RUNNING)
    first, second = (login for login, _ in teachers)
    for login, points, level in ((first, "96", words.SUFFICIENT), (second, "70", words.UNSATISFACTORY)):
        attempt = Attempt(words.ENTRY, Decimal(points), Decimal(100))
        results.record_attempt(PLATFORM, course.code, login, attempt, source=results.PROCESS)
        results.set_level(PLATFORM, course.code, login, words.ENTRY, level, positive=level == words.SUFFICIENT)
        results.record_method_diagnostics(PLATFORM, course.code, login, Decimal(11), Decimal(15))
        groups.propose_group(PLATFORM, course.code, login, "А — предметная")
    results.add_to_attestation_base(PLATFORM, course.code, first, words.ENTRY)
    groups.move_listener(
        people.actor_for(leader), course.code, first, "Г — углублённая (открытый урок, наставничество)"
    )
    _attest(course, first, commission)
    return course


def _attest(course: Course, teacher: str, commission: tuple[str, str]) -> None:
    listener = admit(finding.listener(course.code, teacher))
    listener.open_lesson_fragment = True
    sessions.plan_session(PLATFORM, course.code, words.MAIN, [{"listener_id": teacher, "time": "10:00"}])
    sheets.fill_sheet(PLATFORM, course.code, words.MAIN, [{"listener": teacher, "result": words.SUCCESS}])
    sheets.sign_sheet(PLATFORM, course.code, words.MAIN, [{"login": login} for login in commission])
    sheets.close_sheet(PLATFORM, course.code, words.MAIN)
    order = courses.record_order(
        PLATFORM,
        course.code,
        "certificates",
        number="7",
        signed_on=day("2026-05-15"),
        document_id=None,
        listeners=[teacher],
    )
    awards.issue_certificates(PLATFORM, course.code, [teacher], order=order, issued_on=day("2026-05-15"))
    awards.recommend(
        PLATFORM,
        course.code,
        teacher,
        kinds=["о диссеминации педагогического опыта"],
        text="Рекомендуем",
        signatures=[{"login": login} for login in commission],
    )


def _name(login: str) -> str:
    return people.person_by_login(login).name
