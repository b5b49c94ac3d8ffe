"""Rows of every feature behind the program's own indicators: four schools of two municipalities, one year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.agreements.models import Agreement, AgreementParty
from app.courses.models import Certificate, Listener
from app.curators.models import CuratorAppointment
from app.curators.rules.kinds import MUNICIPAL, PERSONAL
from app.documents import operations as documents
from app.forms.operations import deploy_form
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import operations as people
from app.programmes.models import Measure, MeasureFact, Occurrence, Roadmap, SupportProgramme
from app.school_programmes.models import (
    EffectiveModeAssessment,
    SchoolProgramme,
    SchoolProgrammeVersion,
    TargetedSupport,
)
from app.schools import operations as groups
from app.schools.models import AssessmentImport, AssessmentResult, IndexRun, SchoolIndex
from app.schools.operations import approving, contexts, lists
from tests.courses.factories import make_course, make_listener
from tests.monitoring import building
from tests.schools.test_lists import CITY, FIGURES

YEAR, DAY = 2026, date(2026, 3, 2)
FORMS = Path(__file__).resolve().parents[2] / "forms"
FAILURE = "высокая доля обучающихся с рисками учебной неуспешности"
_FACTS: dict[str, Any] = {"created_at": None, "team": [], "expert_totals": []}


def make_rows() -> None:
    """lebedyan-1, -2, -3 and gryazi-1: three in the groups, two with programmes of their own, one trained team."""
    deploy_form((FORMS / "external_course" / "external_course_result.form").read_bytes(), 1)
    people.create_organisation(PLATFORM, "lebedyan-3", "school", "Школа 3", short_name="lebedyan-3", parent="lebedyan")
    _identification()
    _programmes()
    _support()
    _roadmaps()
    _learning()
    db.session.flush()


def _identification() -> None:
    for group, schools in {
        "shnor": ["lebedyan-1", "gryazi-1"],
        "shnsu": ["lebedyan-2"],
        "risk_zone": ["lebedyan-1", "lebedyan-2"],
        "p500_2022": ["lebedyan-1"],
        "p500_2021": ["lebedyan-2"],
    }.items():
        groups.put_into_group(PLATFORM, group, schools, since=DAY, reason="Приказ")
    made = lists.open_list(PLATFORM, YEAR, "region", "computed")
    row = {"categories": ["shnor"], "included": True}
    lists.draft(PLATFORM, made.key, [{**row, "school_id": code} for code in ("lebedyan-1", "gryazi-1")])
    approving.approve(PLATFORM, made.key, {"number": "7", "date": DAY.isoformat(), "document_id": None})
    context = contexts.record_context(PLATFORM, "lebedyan-1", "2025-2026", {**FIGURES, "territorial_status": CITY})
    context.confirmed_at = clock.now()
    _result("lebedyan-1")
    _result("lebedyan-2")
    for number, isb in ((1, 90), (2, 40)):
        moment = clock.now() + timedelta(minutes=number)
        facts = {"parameters": {}, "decisions": {}, "bounds": {}, "schools": 2, "without_data": 0, "note": ""}
        run = IndexRun(
            key=next_key(), year=YEAR, school_year="2025-2026", organisation="region", number=number,
            computed_by="x", computed_at=moment, **facts,
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
        for school, value in (("lebedyan-1", isb), ("gryazi-1", 61)):
            empty = {"shares": {}, "facts": {}, "categories": [], "missing": [], "flags": []}
            db.session.add(SchoolIndex(key=next_key(), run_key=run.key, school=school, isb=Decimal(value), **empty))


def _result(school: str) -> None:
    loaded = AssessmentImport(key=next_key(), file_name="x", sha256=school, uploaded_by="x", uploaded_at=clock.now())
    db.session.add(loaded)
    db.session.flush()
    facts = {"subject": "математика", "procedure": "ВПР", "year": YEAR, "participants": 20, "import_key": loaded.key}
    db.session.add(AssessmentResult(key=next_key(), school=school, recorded_at=clock.now(), **facts))


def _programme(school: str, state: str, kinds: list[str], *, approved: bool = True, **more: Any) -> None:
    row = SchoolProgramme(
        school=school, municipality=school.rpartition("-")[0], state=state, kinds=kinds, due_on=DAY, version=1,
        approved_on=DAY if approved else None, **{**_FACTS, "created_at": clock.now()}, **more,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    content = {"measures": [{"risk": FAILURE, "measure": "Консультации"}], "risks": [FAILURE]}
    db.session.add(
        SchoolProgrammeVersion(
            programme_key=row.key, version=1, revision=1, content=content, submitted_by="x", submitted_at=clock.now()
        )
    )


def _programmes() -> None:
    _programme("lebedyan-1", "running", ["midterm", "arp", "personal_environment"], light="on_track")
    _programme("lebedyan-2", "completed_success", ["midterm"])
    _programme("gryazi-1", "drafting", ["roadmap"], approved=False)
    db.session.add(
        EffectiveModeAssessment(
            school="lebedyan-2", municipality="lebedyan", year=YEAR, instruments={}, verdict="moved", decided_on=DAY,
            created_at=clock.now(),
        )
    )  # fmt: skip
    for state, approved in (("running", DAY), ("planned", None)):
        db.session.add(
            TargetedSupport(
                title="Поддержка", schools=["lebedyan-1", "gryazi-1"], state=state, content={}, approved_on=approved,
                created_at=clock.now(),
            )
        )  # fmt: skip


def _support() -> None:
    term = {"valid_from": DAY, "valid_to": date(2026, 12, 31), "state": "active", "created_at": clock.now()}
    for kind, target, login in (
        (PERSONAL, "lebedyan-1", "teacher"),
        (PERSONAL, "lebedyan-2", "methodist"),
        ("школьный тьютор", "gryazi-1", "teacher2"),
        ("куратор 500+", "gryazi-1", "teacher2"),
        (MUNICIPAL, "lebedyan", "methodist2"),
    ):
        person = {"person": login, "person_name": login, "municipality": target.partition("-")[0]}
        db.session.add(CuratorAppointment(kind=kind, target=target, **person, **term))
    agreement = Agreement(
        kind="межшкольное партнёрство", initiator="lebedyan-1", version=1, subject="Помощь", forms=[], term_from=DAY,
        term_to=date(2027, 3, 1), state="in_force", number="1", signed_on=DAY, created_at=clock.now(), created_by="x",
    )  # fmt: skip
    for position, (code, role) in enumerate(
        (("lebedyan-1", "школа-участник"), ("lebedyan-3", "школа-партнёр/наставник"), ("lebedyan", "МОУО"))
    ):
        party = AgreementParty(organisation=code, municipality="lebedyan", position=position, role=role)
        agreement.parties.append(party)
    db.session.add(agreement)


def _roadmap(code: str, kind: str, organisation: str, *, approved: bool = True) -> Roadmap:
    programme = SupportProgramme(
        key=next_key(), code=code, cycle=code[:3], title=code, kind=kind, organisation=organisation, state="active",
        period_from=date(YEAR, 1, 1), period_to=date(YEAR, 12, 31), created_at=clock.now(),
    )  # fmt: skip
    roadmap = Roadmap(
        key=next_key(), programme=programme, title=code, version=int(approved), state="approved", created_at=clock.now()
    )
    db.session.add_all([programme, roadmap])
    db.session.flush()
    return roadmap


def _done(roadmap: Roadmap, number: str, title: str, days: list[date], *participants: str) -> None:
    measure = Measure(
        key=next_key(), row_key=f"{roadmap.programme.code}:{number}", roadmap=roadmap, section="1", position=1,
        number=number, title=title, period_text="", period_kind="months",
    )  # fmt: skip
    db.session.add(measure)
    for count, day in enumerate(days, 1):
        one = Occurrence(
            key=next_key(), measure=measure, number=count, planned_on=day, opens_on=day, due_on=day, fact_on=day,
            status="done",
        )  # fmt: skip
        named = [{"organisation": code, "municipality": code.rpartition("-")[0], "count": 2} for code in participants]
        one.facts.append(MeasureFact(key=next_key(), source="report", fact_on=day, participants=named, at=clock.now()))
        db.session.add(one)


def _roadmaps() -> None:
    yar, lip = _roadmap("YAR-2022", "region", "region"), _roadmap("LIP-2018", "region", "region")
    _roadmap("LEB-2018", "municipality", "lebedyan")
    _roadmap("GRZ-2018", "municipality", "gryazi", approved=False)
    meetings = [date(YEAR, 2, 10), date(YEAR, 4, 1), date(YEAR, 5, 5)]
    _done(yar, "2.1", "Совещания", meetings, "lebedyan-1")
    _done(yar, "3.1", "Совещания зоны риска", meetings)
    _done(yar, "4.3", "Модуль в рамках ППК", [date(YEAR, 10, 1)], "lebedyan-1", "gryazi-1")
    _done(yar, "5.3", "Семинары", meetings)
    _done(lip, "2.2", "Семинары", meetings)
    _done(lip, "3.6", "Обмен опытом", meetings)
    stage = building.municipal_round(4, YEAR, "lebedyan")
    building.municipal.save_rows(stage, "lebedyan", building.filled(4, MM_01={"value": "частично"}))
    building.municipal.record_check(stage, "lebedyan", building.checks(4, MM_02={"check_result": "не подтверждено"}))


def _certified(listener: Listener) -> None:
    facts = {"issued_on": DAY, "programme_title": "Курс", "hours": 72, "period_from": DAY, "period_to": DAY}
    number = f"48-{listener.teacher}"
    db.session.add(Certificate(key=next_key(), listener=listener, number=number, created_at=clock.now(), **facts))


def _learning() -> None:
    course = make_course()
    for login, school, role in (
        ("school_head", "lebedyan-1", "school_head"),
        ("deputy_head", "lebedyan-1", "deputy_head"),
        ("teacher", "lebedyan-1", "teacher"),
        ("teacher2", "gryazi-1", "teacher"),
    ):
        _certified(make_listener(course, login, school, role=role))
    team = {"school": "lebedyan-1", "team_name": "Команда", "members": 2, "certified": 2}
    half = {"school": "gryazi-1", "team_name": "Команда", "members": 2, "certified": 1}
    course.totals = {"teams": [{**team, "result": "команда обучена"}, {**half, "result": "команда обучена частично"}]}
    for owner, role, status in (
        ("school_head", "school_head", "аттестован"),
        ("school_head2", "school_head", "не аттестован"),
        ("teacher", "teacher", "аттестован"),
    ):
        facts = {"status": status, "role": role}
        documents.save_record(
            PLATFORM, "external_course_result", "Обучение", facts, organisation="lebedyan-1", owner=owner
        )
    for owner, verified in (("teacher", True), ("teacher3", False), ("teacher2", True)):
        home = {"teacher": "lebedyan-1", "teacher2": "gryazi-1", "teacher3": "lebedyan-2"}[owner]
        facts = {"course_id": course.code, "verified": verified}
        documents.save_record(PLATFORM, "implementation_check", "Проверка", facts, organisation=home, owner=owner)
