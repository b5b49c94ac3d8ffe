"""Acceptance of the processes of programmes on the real engine: SOS-02, SOS-03, YAR-12."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.documents.models import Document
from app.engine.models import ProcessInstance
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.queries import actor_for
from app.programmes import queries
from app.programmes.models import Body, ConceptDocument, Measure, RoadmapVersion
from app.programmes.operations import concepts as documents
from app.programmes.operations.bodies import current_members
from app.programmes.queries import concepts
from app.programmes.rules.concepts import OTHER
from tests.processes import conftest as processes
from tests.processes.telling import tell
from tests.web.browsing import Visitor

from . import scenes

region, stage = processes.region, processes.stage
Steps = list[Mapping[str, Any]]
MODEL = "Целевая модель системы методического сопровождения"
SITTINGS = (
    ("2023-03-14", "Утверждение целевой модели и тематики семинаров", "Утвердить целевую модель"),
    ("2023-05-16", "О ходе выполнения программы", "Принять отчёт за полугодие"),
    ("2023-08-22", "О подготовке к учебному году", "Назначить семинары на сентябрь"),
    ("2023-12-19", "Итоги года", "Признать работу удовлетворительной"),
)
"""SOS 2, 8, 9, 16: the working group meets in March, May, August and December."""


def group_is_created(*days: tuple[str, str, str]) -> Steps:
    """SOS 1: the coordinator proposes, members agree, the head signs the order."""
    members = [
        {"user": "mouo_head", "duty": "председатель"},
        {"user": "municipal_coordinator", "duty": "секретарь"},
        {"user": "mms_methodist", "duty": "член"},
    ]
    card = {
        "kind": "муниципальная рабочая группа",
        "title": "Рабочая группа программы",
        "functions": "Координация программы",
        "members": members,
        "meetings": [{"day": day, "question": question} for day, question, _decision in days],
    }
    agree = [{"task": "consent", "as": member["user"], "outcome": "agree"} for member in members]
    return [
        {"task": "propose", "as": "municipal_coordinator", "answers": card},
        *agree,
        {"task": "prepare_order", "as": "municipal_coordinator", "answers": {}},
        {"task": "sign_order", "as": "mouo_head", "outcome": "approve"},
    ]


def sitting(day: str, question: str, decision: str, approved: list[str] | None = None) -> Steps:
    """One meeting, from the agenda to the signed protocol."""
    own = f'=starts with(held_on, "{day}")'
    members = ("mouo_head", "municipal_coordinator", "mms_methodist")
    present = [{"user": login, "present": "да"} for login in members]
    protocol = {
        "discussion": "Обсудили",
        "decisions": [{"decision": decision, "votes_for": 3}],
        "approved_objects": approved or [],
        "secretary_signature": True,
    }
    agenda = {
        "held_on": f"{day}T10:00:00+03:00",
        "mode": "очно",
        "chair": "mouo_head",
        "members": [{"login": login} for login in members],
        "agenda": [{"item": 1, "question": question}],
    }
    return [
        {"task": "agenda", "as": "municipal_coordinator", "where": own, "answers": agenda},
        {"until": f"{day}T10:00:00+03:00"},
        {"task": "attend", "as": "municipal_coordinator", "where": own, "answers": {"attendance": present}},
        {"task": "protocol", "as": "municipal_coordinator", "where": own, "answers": protocol},
        {"task": "sign", "as": "mouo_head", "where": own, "outcome": "approve"},
    ]


def test_sos_02_a_working_group_is_created_in_january_and_its_march_meeting_scheduled(stage: None, app: Flask) -> None:
    tell(
        "infrastructure_formation",
        {"as": "municipal_coordinator"},
        *group_is_created(SITTINGS[0]),
        {"expect": {"ended": "created", "tasks": {"municipal_coordinator": ["agenda"]}}},
        at="2023-01-16T09:00:00+03:00",
    )
    with db.unit_of_work() as session:
        body = session.scalars(select(Body)).one()
        order = session.scalars(select(Document).where(Document.kind == "order")).one()
        meetings = select(ProcessInstance).where(ProcessInstance.process_id == "working_group_meeting")
        meeting = session.scalars(meetings).one()
        assert {seat.login for seat in current_members(body)} == {"mouo_head", "municipal_coordinator", "mms_methodist"}
        assert (body.order_number, body.order_document) == (order.number, str(order.key))
        assert body.order_on == date(2023, 1, 16)
        assert "председатель" in order.html
        assert meeting.variables["held_on"].startswith("2023-03-14")
        code = body.code
    page = Visitor(app, "school_head", processes.PASSWORD).get(f"/programmes/bodies/{code}").get_data(as_text=True)
    assert "Рабочая группа программы" in page
    assert "Протоколы" in page


def test_sos_03_protocols_run_from_1_to_4_and_the_first_approves_the_target_model(stage: None, app: Flask) -> None:
    seen: list[int] = []

    def state() -> Mapping[str, Any]:
        with db.unit_of_work() as session:
            seen.append(session.scalars(select(ConceptDocument)).one().version)
        return {}

    with db.unit_of_work():
        keeper = actor_for("municipal_coordinator")
        model = documents.register_document(keeper, "lebedyan", OTHER, MODEL, "1. Уровни\n2. Ресурсы").code
    look: Steps = [{"scene": "state"}]
    (first, *others) = SITTINGS
    tell(
        "infrastructure_formation",
        {"as": "municipal_coordinator"},
        *group_is_created(*SITTINGS),
        *look,
        *sitting(*first, approved=[f"concept_drafts:{model}"]),
        *look,
        *(step for other in others for step in sitting(*other)),
        *look,
        at="2023-01-16T09:00:00+03:00",
        state=state,
    )
    assert seen == [0, 1, 1]
    with db.unit_of_work() as session:
        query = select(Document).where(Document.kind == "meeting_protocol").order_by(Document.date)
        papers = list(session.scalars(query))
        assert [(paper.number, paper.date.month) for paper in papers] == [("1", 3), ("2", 5), ("3", 8), ("4", 12)]
        for paper, (_day, question, decision) in zip(papers, SITTINGS, strict=True):
            assert question in paper.html
            assert decision in paper.html
        version = concepts.concept_version(concepts.concept_document(PLATFORM, model), 1)
        assert (version.paper, version.order_number, version.order_document) == ("protocol", "1", str(papers[0].key))
    page = Visitor(app, "school_head", processes.PASSWORD).get(f"/programmes/documents/{model}").get_data(as_text=True)
    assert "протокол № 1" in page


def correct(roadmap: bool, changes: list[dict[str, Any]]) -> Steps:
    """A document is drafted and agreed."""
    own = f"=draft.roadmap = {str(roadmap).lower()}"
    return [
        {"task": "write", "as": "iro_coordinator", "where": own, "answers": {"changes": changes}},
        {"task": "review", "as": "region_coordinator", "where": own, "outcome": "approve"},
    ]


def test_yar_12_analyses_correct_the_statute_and_the_roadmap_by_an_order_in_april(stage: None, app: Flask) -> None:
    facts = scenes.documents()
    statute, plan = (str(facts[name]).removeprefix("doc:") for name in ("statute", "map"))
    with db.unit_of_work() as session:
        row = session.scalars(select(Measure)).one().row_key
    begun = {"row_key": row, "organisation": "region", "year": 2026}
    sections = [{"number": "1", "title": "Раздел"}]
    chosen = [{"choice": facts["statute"]}, {"choice": facts["map"]}]
    dated = {"point": "2.1", "after": "Школы выявляют дважды в год", "basis": "Анализ Лебедянского района"}
    reworded = {"point": "1.1", "part": "мероприятие", "after": "Провести два семинара", "basis": "Анализ"}
    tell(
        "concept_documents",
        {"timer": "april"},
        {"message": {"name": "roadmap.approved", "key": row, "variables": begun}},
        {"expect": {"holds": ["=count(corrections) = 2"], "processes": {"roadmap_measure": None}}},
        {"task": "list", "as": "region_coordinator", "outcome": "change", "answers": {"documents": chosen}},
        *correct(False, [dated]),
        *correct(True, [reworded]),
        {"time": "P10D"},
        {"task": "prepare_order", "as": "region_coordinator", "answers": {}},
        {"task": "sign_order", "as": "region_head", "outcome": "approve"},
        {"expect": {"ended": "approved"}},
        {"task": "directions", "as": "region_coordinator", "answers": {"sections": sections}},
        {"task": "rows", "as": "region_coordinator", "answers": {}},
        {"task": "agree", "as": "iro_coordinator", "outcome": "approve"},
        {"task": "prepare_order", "as": "region_coordinator", "answers": {}},
        {"task": "sign_order", "as": "region_head", "outcome": "approve"},
        {"expect": {"processes": {"roadmap_planning": "approved", "roadmap_measure": None}}},
        at="2026-04-01T09:00:00+03:00",
    )
    with db.unit_of_work() as session:
        old, new = (concepts.concept_version(concepts.concept_document(PLATFORM, statute), each) for each in (1, 2))
        assert (new.order_on.year, new.order_on.month) == (2026, 4)
        assert (new.changes[0]["before"], new.changes[0]["after"]) == (old.clauses[1]["text"], dated["after"])
        assert (len(old.clauses), [each["text"] for each in new.clauses][1]) == (3, dated["after"])
        change = concepts.concept_version(concepts.concept_document(PLATFORM, plan), 1)
        assert change.roadmap_version == 2
        titles = {each.version: each.rows[0]["title"] for each in session.scalars(select(RoadmapVersion))}
        assert titles == {1: "Провести семинар", 2: "Провести два семинара"}
        measure = queries.measure(PLATFORM, row)
        running = session.get_one(ProcessInstance, measure.instance_key)
        assert (measure.title, running.status) == ("Провести два семинара", "active")
        assert concepts.considered("region", 0) == {
            (each["document"], each["change"], each["organisation"])
            for review in concepts.reviews("region")
            for each in review.corrections
        }
    reader = Visitor(app, "school_head", processes.PASSWORD)
    page = reader.get(f"/programmes/documents/{statute}/versions/1").get_data(as_text=True)
    assert "Школы выявляют один раз в год" in page
    assert dated["after"] in reader.get(f"/programmes/documents/{statute}/versions/2").get_data(as_text=True)
