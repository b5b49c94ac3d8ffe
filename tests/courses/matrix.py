"""Who may open what of the courses. `own`: led by course_leader, with teacher of lebedyan-1; `foreign`: by others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.assessment.operations import attempts
from app.courses.models import Certificate, Listener
from app.courses.operations import imports
from app.courses.rules import words
from app.documents import operations as documents
from app.forms.operations import deploy_form
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from tests.assessment import building
from tests.conftest import MONDAY
from tests.courses.story import tell_story
from tests.courses.test_import import result_file
from tests.web.matrix import FOREIGN, HIDDEN, NO, OWN, YES, Row, World, roles

FORM = Path(__file__).resolve().parents[2] / "forms" / "rmp_enrolment" / "course_application.form"
_PEOPLE = {
    OWN: ((("teacher", "lebedyan-1"), ("teacher3", "lebedyan-2")), "course_leader", "attestation_commission_member"),
    FOREIGN: ((("teacher2", "gryazi-1"), ("teacher6", "gryazi-2")), "course_leader2", "iro_methodist2"),
}


def build(world: World) -> None:
    """A running course of each scope with results, sheet, certificate, and an uploaded file."""
    deploy_form(FORM.read_bytes(), 1)
    _build_quality(world)
    for scope, (teachers, leader, member) in _PEOPLE.items():
        with clock.frozen(MONDAY):
            course = tell_story(teachers, leader, (member, "attestation_commission_member2"))
            first, second = teachers[0][0], teachers[1][0]
            content = result_file([second, None, 97, 100, None])
            run = imports.upload_results(people.actor_for(leader), course.code, words.RETEST, "a.xlsx", content)
        key = "course" if scope == OWN else f"course {FOREIGN}"
        world[key] = {"code": course.code, "teacher": first, "import": run.key, "number": _certificate(first)}
        world[key]["attempt"] = _finished_attempt(course.code, first)
        if scope == OWN:
            db.session.query(Listener).filter_by(course_key=course.key, teacher=first).one().tutor = "iro_methodist"
            db.session.flush()


def _finished_attempt(code: str, teacher: str) -> int:
    made = building.specification(code=f"{code}-ТЕСТ", subject="химия")
    window = building.sitting(teacher, made, course=code)
    building.answered(people.actor_for(teacher), window.key, 96)
    return attempts.finish(people.actor_for(teacher), window.key).key


def _build_quality(world: World) -> None:
    """A zone of low quality in a school of each scope."""
    for school in ("lebedyan-1", "gryazi-1"):
        data = {"school": school, "subject": "математика", "procedure": "ОГЭ", "year": 2026, "low_zone": True}
        figures = {"participants": 20, "mean_score": 3.1, "below_min_pct": 25, "task_pct": None}
        documents.save_record(PLATFORM, "low_quality_zone", school, data | figures, organisation=school)


def _certificate(teacher: str) -> str:
    return db.session.query(Certificate).join(Certificate.listener).filter(Listener.teacher == teacher).one().number


def _code(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": world.of("course", scope)["code"]}


def _person(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "teacher": world.of("course", scope)["teacher"]}


def _import(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "key": world.of("course", scope)["import"]}


def _annulled(world: World, scope: str) -> Mapping[str, Any]:
    return {**_person(world, scope), "kind": words.ENTRY}


def _attempt(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "key": world.of("course", scope)["attempt"]}


def _outside(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "external_id": "A-1"}


def _result(world: World, scope: str) -> Mapping[str, Any]:
    return {"listener": world.of("course", scope)["teacher"], "kind": "entry", "points": "96", "maximum": "100"}


def _reason(world: World, scope: str) -> Mapping[str, Any]:
    return {"reason_kind": "illness", "reason": "болезнь"}


def _zone(world: World, scope: str) -> Mapping[str, Any]:
    return {"year": 2026, "school": "lebedyan-1" if scope == OWN else "gryazi-1"}


HANDS_OVER = roles(NO, yes="course_leader iro_head iro_coordinator")
INSTITUTE_ONLY = roles(NO, yes="iro_head iro_coordinator")
FULL = roles(HIDDEN, yes="course_leader auditor")
AUDITOR = roles(HIDDEN, yes="auditor")
LEADS = roles(HIDDEN, yes="course_leader", no="auditor")
NOT_LEADS = roles(HIDDEN, no="auditor")
APPLIES = roles(NO, yes="school_head deputy_head mms_methodist")
SHEETS = roles(HIDDEN, yes="course_leader auditor attestation_commission_member")
PAGES = "school_head deputy_head iro_methodist auditor"
COUNTS = (
    "iro_head iro_coordinator region_head region_coordinator region_wg_member mouo_head municipal_coordinator "
    "programme_coordinator municipal_wg_member mms_methodist auditor"
)

QUALITY_MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"
QUALITY_REGIONAL = (
    "iro_head iro_coordinator iro_methodist programme_developer course_leader expert_commission_member "
    "attestation_commission_member editor cmoko_attestation region_head region_coordinator region_wg_member auditor"
)
QUALITY_READERS = f"school_head deputy_head {QUALITY_MUNICIPAL} {QUALITY_REGIONAL}"
QUALITY = f"{QUALITY_READERS} cmoko_analyst"
ALL_SCHOOLS = roles(HIDDEN, yes=f"{QUALITY_REGIONAL} cmoko_analyst")

ROWS = [
    Row("courses.index", own=roles(YES)),
    Row("courses.programmes", own=roles(YES)),
    Row(
        "courses.programme",
        own=roles(YES),
        at=lambda world, scope: {"code": world.of("course", scope)["code"].partition("-")[0]},
    ),
    Row("courses.course", own=roles(YES), foreign=roles(YES), at=_code),
    Row("courses.dates", own=roles(NO, yes="course_leader"), foreign=roles(NO), at=_code),
    Row("courses.move_dates", "POST", own=roles(NO, yes="course_leader"), foreign=roles(NO), at=_code),
    Row(
        "courses.listeners_page",
        own=roles(HIDDEN, yes=f"{PAGES} course_leader"),
        foreign=AUDITOR,
        at=_code,
    ),
    Row(
        "courses.listener",
        own=roles(HIDDEN, yes=f"{PAGES} course_leader teacher"),
        foreign=AUDITOR,
        at=_person,
    ),
    Row(
        "courses.withdraw",
        "POST",
        own=roles(HIDDEN, yes="course_leader teacher", no=PAGES),
        foreign=NOT_LEADS,
        at=_person,
        form=_reason,
    ),
    Row(
        "courses.expel",
        "POST",
        own=roles(HIDDEN, yes="course_leader", no=f"{PAGES} teacher"),
        foreign=NOT_LEADS,
        at=_person,
        form=_reason,
    ),
    Row("courses.handover", own=HANDS_OVER, foreign=INSTITUTE_ONLY, at=_code),
    Row("courses.hand_over", "POST", own=HANDS_OVER, foreign=INSTITUTE_ONLY, at=_code),
    Row("courses.groups_page", own=FULL, foreign=AUDITOR, at=_code),
    Row("courses.move", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.modules", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.results_page", own=FULL, foreign=AUDITOR, at=_code),
    Row("courses.results_template", own=FULL, foreign=AUDITOR, at=_code),
    Row("courses.upload", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.enter", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.import_report", own=FULL, foreign=AUDITOR, at=_import),
    Row("courses.take", "POST", own=LEADS, foreign=NOT_LEADS, at=_import),
    Row("courses.test_journal", own=FULL, foreign=AUDITOR, at=_code),
    Row("courses.extend_test", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.choose_test", "POST", own=LEADS, foreign=NOT_LEADS, at=_code),
    Row("courses.annul_test", own=LEADS, foreign=NOT_LEADS, at=_annulled),
    Row("courses.annul_test_now", "POST", own=LEADS, foreign=NOT_LEADS, at=_annulled, form=_reason),
    Row("courses.test_answers", own=roles(HIDDEN, yes="teacher course_leader auditor"), foreign=AUDITOR, at=_attempt),
    Row(
        "courses-v1.put_test_result",
        "PUT",
        own=roles(HIDDEN, yes="course_leader admin", no="auditor"),
        foreign=roles(HIDDEN, yes="admin", no="auditor"),
        at=_outside,
        json=_result,
    ),
    Row("courses.attestation_page", own=SHEETS, foreign=AUDITOR, at=_code),
    Row(
        "courses.sheet_file",
        own=SHEETS,
        foreign=AUDITOR,
        at=lambda world, scope: {**_code(world, scope), "number": 1},
    ),
    Row("courses.papers_page", own=SHEETS, foreign=AUDITOR, at=_code),
    Row("courses.frdo_columns", own=roles(NO, yes="admin iro_coordinator auditor")),
    Row("courses.set_frdo_columns", "POST", own=roles(NO, yes="admin iro_coordinator")),
    Row(
        "courses.frdo_file",
        "POST",
        own=roles(HIDDEN, yes="course_leader iro_coordinator", no="auditor"),
        foreign=roles(HIDDEN, yes="iro_coordinator", no="auditor"),
        at=_code,
    ),
    Row(
        "courses.certificates",
        own=roles(HIDDEN, yes=f"{COUNTS} teacher school_team_member school_head deputy_head course_leader"),
    ),
    Row(
        "courses.blank",
        "POST",
        own=roles(HIDDEN, yes="course_leader", no="auditor iro_head iro_coordinator teacher school_head deputy_head"),
        foreign=roles(HIDDEN, no="auditor iro_head iro_coordinator"),
        at=lambda world, scope: {"number": world.of("course", scope)["number"]},
        form=lambda world, scope: {"series": "АБ", "blank": "1"},
    ),
    Row(
        "courses.base",
        own=roles(HIDDEN, yes="cmoko_attestation region_coordinator auditor teacher school_team_member course_leader"),
    ),
    Row("courses.quality_page", own=roles(HIDDEN, yes=QUALITY)),
    Row("courses.quality_school", own=roles(HIDDEN, yes=QUALITY), foreign=ALL_SCHOOLS, at=_zone),
    Row("courses.apply", own=APPLIES),
    Row("courses.apply_refresh", "POST", own=APPLIES),
    Row("courses.send_application", "POST", own=APPLIES),
]
