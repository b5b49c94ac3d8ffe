"""Scenes of programmes: a measure of an approved roadmap, a draft of a roadmap, papers to attach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from app.documents import operations as registers
from app.engine import operations as engine
from app.engine.models import ProcessInstance
from app.files import operations as files
from app.files.queries import reference
from app.kernel import outbox
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import operations as people
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Measure, SupportProgramme
from app.programmes.operations import concepts, importing, roadmaps
from app.programmes.operations.passports import Passport
from app.programmes.queries.concepts import ANALYSIS
from app.programmes.rules import checking, drafts
from app.programmes.rules.concepts import STATUTE as STATUTE_KIND
from app.schools.operations import put_into_group
from tests.school_programmes import scenes as support_of_schools

REGION, DISTRICT = "ТСТ-2026", "РТСТ-2026"


def programme(code: str = REGION, organisation: str = "region", last: str = "2026-12-31") -> SupportProgramme:
    """A programme of 2026 in force."""
    found = db.session.query(SupportProgramme).filter_by(code=code).one_or_none()
    if found is None:
        passport = Passport(code, "Проверочная программа", organisation, date(2026, 1, 1), date.fromisoformat(last))
        found = operations.create_programme(PLATFORM, passport)
        operations.set_state(PLATFORM, code, "active")
    return found


def add_measure(found: SupportProgramme, *, number: str = "1.1", **more: Any) -> Measure:
    """A measure of a programme's roadmap, read from its words."""
    row = drafts.Row(
        sheet="",
        row=1,
        section="1",
        number=number,
        title=str(more.pop("title", "Провести семинар")),
        period=str(more.pop("period", "апрель")),
        executors=str(more.pop("executors", "ИРО" if found.kind == "region" else "Отдел образования")),
        document=str(more.pop("document", "Протокол")),
        **more,
    )
    report = checking.check(drafts.Reading(rows=[row]), importing.ground_of(found))
    assert report.problems == []
    sections = [drafts.Section("1", "Раздел")]
    return roadmaps.write_rows(roadmaps.locked_roadmap(found), sections, report.rows)[0]


def approved(found: SupportProgramme, *measures: Measure) -> None:
    """Approve the roadmap without its process."""
    order = {"number": "1", "date": "2026-01-15", "document_id": ""}
    roadmap = roadmaps.locked_roadmap(found)
    operations.freeze(actor_for("region_coordinator"), roadmap, order, new_rows=measures)


def paper(by: str = "iro_coordinator") -> list[Any]:
    """A file as a file picker gives it."""
    content = BytesIO(b"%PDF-1.4\n%paper\n" + str(next_key()).encode())
    return [reference(files.store_file(actor_for(by), "протокол.pdf", content, extensions=("pdf",)))]


def measure(code: str = REGION, organisation: str = "region", **more: Any) -> Mapping[str, Any]:
    """A measure whose roadmap is approved; `members`: schools that it is about. Facts: `row_key`, `start`, papers."""
    with db.unit_of_work():
        found = programme(code, organisation)
        if members := more.pop("members", None):
            put_into_group(PLATFORM, "p500_2022", members, since=date(2026, 1, 1), reason="Перечень")
            more["groups"] = ["p500_2022"]
        row = add_measure(found, **more)
        approved(found, row)
        variables = {"row_key": row.row_key, "organisation": organisation, "year": 2026}
        papers = {"paper": paper(), "municipal_paper": paper("municipal_coordinator")}
    return {"row_key": row.row_key, "start": variables, **papers}


def followed(**more: Any) -> Mapping[str, Any]:
    """A regional measure and one of the district that follows it. Facts: `region_key` and those of `measure`."""
    first = measure(**more)
    second = measure(DISTRICT, "lebedyan", follows=first["row_key"], **more)
    return {**second, "region_key": first["row_key"], "region_start": first["start"]}


def accepted(ref: str, participants: list[dict[str, Any]]) -> Mapping[str, Any]:
    """The report of a regional occurrence is accepted, with who took part."""
    with db.unit_of_work():
        measure_key, _, _number = ref.rpartition("/")
        operations.open_measure(measure_key, 0)
        report = {"fact_date": "2026-04-06", "participants": participants, "reported_by": "iro_coordinator"}
        operations.accept_report(actor_for("region_coordinator"), ref, "выполнено", report)
    return {}


def draft(
    organisation: str = "region",
    measures: list[dict[str, Any]] | None = None,
    approve: bool = False,
    code: str = REGION,
) -> Mapping[str, Any]:
    """A programme with a draft of a roadmap. Facts: `programme`, `row_keys`."""
    with db.unit_of_work():
        found = programme(code, organisation)
        rows = [add_measure(found, number=f"1.{n}", **each) for n, each in enumerate(measures or [], 1)]
        if approve:
            approved(found, *rows)
        login = "region_coordinator" if organisation == "region" else "municipal_coordinator"
        return {"programme": found.code, "row_keys": [row.row_key for row in rows], "paper": paper(login)}


def drafts_of_both() -> Mapping[str, Any]:
    """Roadmaps of the region and of a district that nobody has approved; another district works out its programme."""
    with db.unit_of_work():
        engine.start_instance(actor_for("municipal_coordinator2"), "municipal_programme", {"year": 2026})
    row = {"result": "Проведён"}
    return {**draft("lebedyan", [row], code=DISTRICT), **draft(measures=[row])}


def planned_by_hand() -> Mapping[str, Any]:
    """An approved roadmap that somebody plans again. Facts: `programme`, `planning`."""
    facts = draft(approve=True, measures=[{"result": "Проведён"}])
    with db.unit_of_work():
        given = {"programme": facts["programme"]}
        key = engine.start_instance(actor_for("region_coordinator"), "roadmap_planning", given)
    return {**facts, "planning": str(key)}


def planning_stopped(key: str) -> Mapping[str, Any]:
    """It is not planned by hand any more."""
    with db.unit_of_work():
        engine.cancel_instance(PLATFORM, int(key), "Планируем по приказу", internal=True)
    return {}


def roadmap_file(rows: list[dict[str, Any]], by: str = "region_coordinator") -> Mapping[str, Any]:
    """A roadmap as an Excel file somebody has uploaded. Facts: `file`."""
    book = Workbook()
    sheet = book.worksheets[0]
    heads = {
        "number": "№",
        "title": "Мероприятие",
        "period": "Сроки",
        "executors": "Исполнители",
        "result": "Результат",
    }
    heads["document"] = "Документ"
    sheet.append(list(heads.values()))
    for row in rows:
        sheet.append([row.get(name) for name in heads])
    content = BytesIO()
    book.save(content)
    content.seek(0)
    with db.unit_of_work():
        file = files.store_file(actor_for(by), "карта.xlsx", content, extensions=("xlsx",))
        return {"file": [reference(file)]}


def body(organisation: str = "lebedyan") -> Mapping[str, Any]:
    """A municipal working group. Facts: `body_code`."""
    card = {
        "kind": "муниципальная рабочая группа",
        "title": "Рабочая группа района",
        "functions": "Координация программы",
        "members": [
            {"user": "mouo_head", "duty": "председатель"},
            {"user": "municipal_coordinator", "duty": "секретарь"},
            {"user": "municipal_wg_member", "duty": "член"},
        ],
    }
    with db.unit_of_work():
        order = {"number": "7", "date": "2026-01-15", "document_id": "1"}
        found = operations.create_body(PLATFORM, card, order, organisation=organisation)
        return {"body_code": found.code}


def attached(by: str = "iro_coordinator") -> Mapping[str, Any]:
    """A file somebody has uploaded. Facts: `paper`."""
    with db.unit_of_work():
        return {"paper": paper(by)}


STATUTE = "1. Общие положения\n2.1. Школы выявляют один раз в год\n2.2. Куратора назначают приказом"


def statute(organisation: str = "region", year: int = 2021) -> Mapping[str, Any]:
    """A statute in force. Facts: `statute` (its code)."""
    with db.unit_of_work():
        order = {"number": "4", "date": f"{year}-04-12"}
        title = "Положение о системе работы со школами"
        found = concepts.register_document(PLATFORM, organisation, STATUTE_KIND, title, STATUTE, order)
        return {"statute": f"doc:{found.code}"}


def concept_of_roadmap(programme: str = REGION) -> Mapping[str, Any]:
    """The entry of an approved roadmap among the documents. Facts: `map` (its code)."""
    with db.unit_of_work():
        found = concepts.document_of_roadmap(roadmaps.locked_roadmap(queries.programme(PLATFORM, programme)))
        return {"map": f"doc:{found.code}"}


def analysis(organisation: str, corrections: list[dict[str, Any]], **data: Any) -> Mapping[str, Any]:
    """The effectiveness analysis of a place that proposes corrections. Facts: none."""
    with db.unit_of_work():
        given = {"corrections": corrections, **data}
        registers.save_record(PLATFORM, ANALYSIS, "Анализ эффективности", given, organisation=organisation)
    return {}


def documents() -> Mapping[str, Any]:
    """A statute, an approved roadmap and the analyses of two places. Facts: `statute`, `map`."""
    draft(approve=True, measures=[{"result": "Проведён"}])
    analysis("lebedyan", [{"document": STATUTE_KIND, "change": "Выявлять школы дважды в год"}])
    analysis("gryazi", [{"document": "дорожная карта", "change": "Два семинара вместо одного"}])
    return {**statute(), **concept_of_roadmap()}


def listed(municipality: str, schools: list[str]) -> Mapping[str, Any]:
    """A list of schools is approved: a process that runs starts `municipal_programme`, as identification does."""
    variables = {"year": 2026, "municipality_id": municipality, "schools": schools}
    with db.unit_of_work() as session:
        by = session.scalars(select(ProcessInstance.key).order_by(ProcessInstance.key).limit(1)).one()
        start = {"process": "municipal_programme", "key": f"2026:{municipality}", "variables": variables, "from": by}
        named = {"organisation": municipality, "message": "schools.list.approved"}
        outbox.enqueue("engine.start_process", {**start, **named})
    return {}


def deputy(role: str, organisation: str, login: str) -> Mapping[str, Any]:
    """Somebody else holds the role too: nobody accepts their own report."""
    with db.unit_of_work():
        people.assign_role(PLATFORM, login, role, organisation)
    return {}


def analysed_group(schools: list[str], group: str = "p500_2021") -> Mapping[str, Any]:
    """Schools of a group that analyse their measures; the first one has a curator and carries out a programme."""
    with db.unit_of_work():
        put_into_group(PLATFORM, group, schools, since=date(2026, 1, 1), reason="Перечень школ")
    return support_of_schools.running(schools[:1], ground=True)


def ending(states: list[str], organisation: str = "lebedyan", code: str = DISTRICT) -> Mapping[str, Any]:
    """A programme that nears its end, with measures in these states (`planned` ones are still open)."""
    facts = draft(organisation, [{"title": f"Мероприятие {state}"} for state in states], approve=True, code=code)
    with db.unit_of_work():
        for row_key, state in zip(facts["row_keys"], states, strict=True):
            operations.open_measure(row_key, 0)
            if state != "planned":
                operations.close_measure(row_key, state, "Причина" if state != "done" else "")
    return facts


def occurrences_of(row_key: str) -> list[Any]:
    """Occurrences of a measure, for tests."""
    found = queries.measure(PLATFORM, row_key)
    return list(queries.measures.occurrences_of([found.key]).get(found.key, []))


SCENES: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "analysed_group": analysed_group,
    "support_ending": ending,
    "support_measure": measure,
    "support_followed": followed,
    "support_accepted": accepted,
    "support_draft": draft,
    "support_drafts": drafts_of_both,
    "support_planned_by_hand": planned_by_hand,
    "support_planning_stopped": planning_stopped,
    "support_file": roadmap_file,
    "support_body": body,
    "support_deputy": deputy,
    "support_listed": listed,
    "support_paper": attached,
    "support_statute": statute,
    "support_map": concept_of_roadmap,
    "support_documents": documents,
    "support_analysis": analysis,
}
