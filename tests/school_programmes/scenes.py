"""What scenarios of school programmes may ask to be prepared: experts, the curator of a school, groups, results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from app.curators.models import ACTIVE, CuratorAppointment
from app.curators.rules.kinds import PERSONAL
from app.documents import operations as documents
from app.files import operations as files
from app.files.queries import reference
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import operations as people
from app.people.queries import actor_for, municipality_of
from app.school_programmes import operations
from app.school_programmes.models import SchoolProgramme
from app.school_programmes.operations import finding
from app.school_programmes.operations.reporting import Figures
from app.schools import operations as schools
from app.schools.models import AssessmentImport, AssessmentResult

CONTENT: Mapping[str, Any] = {
    "kind": ["arp"],
    "period_from": "2026-04-01",
    "period_to": "2026-12-25",
    "risks": ["низкая учебная мотивация обучающихся"],
    "self_analysis": "Результаты ниже средних по району, мотивация снижается к девятому классу.",
    "goal": "Повысить учебную мотивацию и результаты",
    "tasks": [{"task": "Ввести проектные уроки"}],
    "indicators": [
        {
            "indicator": "Доля мотивированных учеников",
            "unit": "%",
            "risk": "низкая учебная мотивация обучающихся",
            "initial": 40,
            "stage1": 45,
            "stage2": 50,
            "target": 60,
        },
        {
            "indicator": "Пропуски без причины",
            "unit": "часов",
            "risk": "низкая учебная мотивация обучающихся",
            "initial": 30,
            "stage1": 25,
            "stage2": 20,
            "target": 10,
        },
    ],
    "measures": [
        {
            "measure": "Проектные уроки",
            "risk": "низкая учебная мотивация обучающихся",
            "due": "2026-09-30",
            "responsible": "Заместитель директора",
        }
    ],
}
"""A programme in which nothing is missing, as the form `school_programme` gives it."""


def prepared(school: str = "lebedyan-1", curator: bool = True, experts: int = 3, group: str = "") -> Mapping[str, Any]:
    """Experts beside `expert_consultant`, the curator of a school, its group. Facts: `school`, `paper` (a file)."""
    with db.unit_of_work():
        for number in range(2, experts + 1):
            _expert(f"expert{number}")
        if experts == 0:
            people.close_account(PLATFORM, "expert_consultant")
        if curator:
            _appoint(school)
        if group:
            since = date(2026, 1, 1)
            schools.put_into_group(PLATFORM, group, [school], since=since, reason="Перечень школ")
    with db.unit_of_work():
        actor = actor_for("school_head")
        content = BytesIO(b"%PDF-1.4 survey")
        file = files.store_file(actor, "карта.pdf", content, extensions=("pdf",))
        return {"school": school, "paper": [reference(file)]}


def analysis(school: str = "lebedyan-1") -> Mapping[str, Any]:
    """The school has sent the analysis of its measures (`effectiveness_analysis`)."""
    with db.unit_of_work():
        title = "Анализ эффективности принятых мер"
        documents.save_record(
            PLATFORM, "effectiveness_analysis", title, {"level": "школа", "period": "2025"}, organisation=school
        )
    return {}


def approved(school: str = "lebedyan-1", **changes: Any) -> SchoolProgramme:
    """A programme that is carried out, without a process. For tests of pages, monitoring and figures."""
    content = {**CONTENT, **changes}
    row = operations.open_programme(PLATFORM, school, content["kind"], due_on=date(2026, 5, 31), instance_key=None)
    operations.submit(PLATFORM, row.key, content)
    interview = {"date": "2026-04-01", "participants": [], "result": "согласовано", "indicators": []}
    operations.record_interview(PLATFORM, row.key, interview)
    return operations.approve(PLATFORM, row.key, {"number": "1", "document_id": None})


def running(schools: Sequence[str] = ("lebedyan-1",), ground: bool = False, silent: bool = False) -> Mapping[str, Any]:
    """Schools that carry out a programme. Facts: `programmes` by school; those of `school_ground` with `ground`.

    Args:
        silent: they did not report the stage before.
    """
    facts = dict(prepared(schools[0])) if ground else {}
    with db.unit_of_work():
        found = {code: approved(code).key for code in schools}
        for key in found.values() if silent else ():
            operations.record_absence(PLATFORM, key, clock.today().year, "1")
    return {**facts, "programmes": {code: str(key) for code, key in found.items()}}


def reported(school: str = "lebedyan-1", reached: int = 90) -> Mapping[str, Any]:
    """A stage report with so many percent of indicators reached."""
    with db.unit_of_work():
        row = finding.open_programme_of(school)
        assert row is not None
        figures = Figures(Decimal(100), Decimal(reached), "on_track")
        operations.record_report(PLATFORM, row.key, clock.today().year, "1", {"measures": []}, figures)
    return {}


def rising(school: str = "lebedyan-1", procedures: int = 2, falling: bool = False) -> Mapping[str, Any]:
    """Results of three years in so many procedures, rising or falling from year to year."""
    this_year = clock.today().year
    with db.unit_of_work() as session:
        file = AssessmentImport(
            key=next_key(),
            file_name="итоги.xlsx",
            sha256="0" * 64,
            uploaded_by="cmoko_analyst",
            uploaded_at=clock.now(),
        )
        session.add(file)
        session.flush()
        for procedure in ("ВПР", "ОГЭ", "ЕГЭ")[:procedures]:
            for number, year in enumerate(range(this_year - 2, this_year + 1)):
                mean = Decimal(60 - number if falling else 60 + number)
                session.add(
                    AssessmentResult(
                        key=next_key(),
                        school=school,
                        municipality=municipality_of(school),
                        subject="Математика",
                        procedure=procedure,
                        year=year,
                        participants=20,
                        mean=mean,
                        import_key=file.key,
                        recorded_at=clock.now(),
                    )
                )
    return {}


def _expert(login: str) -> None:
    people.create_person(
        PLATFORM,
        login,
        last_name="Экспертова",
        first_name=login.capitalize(),
        middle_name="",
        email=f"{login}@example.org",
        position="Эксперт-консультант",
        organisation="experts",
        password="demo-password",
        must_change_password=False,
        roles=[("expert_consultant", "experts")],
        consent=True,
    )


def _appoint(school: str) -> None:
    people.assign_role(PLATFORM, "curator", "curator", "lebedyan-3", object_kind="org", object_key=school)
    row = CuratorAppointment(
        kind=PERSONAL,
        target=school,
        municipality=str(municipality_of(school)),
        person="curator",
        person_name="Куратор",
        role="curator",
        holder="lebedyan-3",
        state=ACTIVE,
        valid_from=date(2026, 1, 1),
        valid_to=date(2029, 12, 31),
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()


SCENES: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "school_analysis": analysis,
    "school_ground": prepared,
    "school_reported": reported,
    "school_results": rising,
    "schools_running": running,
}
