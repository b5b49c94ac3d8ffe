"""Service types of `roadmap_planning`: directions, rows, checks, executors, approval, changes of a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.engine.services import ServiceCall, service_type
from app.files import queries as files
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from .. import operations, policies, queries
from ..models import Measure, Roadmap, SupportProgramme
from ..operations import importing, roadmaps
from ..rules import checking, drafts, executors
from . import inputs
from .measures import group

SHOWN = 200


@service_type("roadmap.open", inline=True)
def open_roadmap(call: ServiceCall) -> dict[str, Any]:
    """The programme whose roadmap is planned; one planning at a time.

    Raises:
        Invalid: no such programme for who plans it, or it is planned already.
    """
    actor, code = inputs.person(call), call.text("programme")
    try:
        programme = queries.programme(actor, code)
        policies.demand_keeper(actor, programme)
    except NotFound:
        raise _wrong("programme", _l("There is no such programme.")) from None
    roadmap = roadmaps.locked_roadmap(programme)
    if roadmap.instance_key not in (None, call.instance.key) and _runs(roadmap.instance_key):
        raise _wrong("programme", _l("The roadmap of this programme is being planned already."))
    roadmap.instance_key = call.instance.key
    db.session.flush()
    level, place = programme.kind, programme.organisation
    return {
        "programme": programme.code,
        "programme_title": programme.title,
        "organisation": place,
        "owner_role": group(executors.coordinator(level), place, level),
        "preparer_role": executors.coordinator(level),
        "signatory": executors.signatory(level),
        "sections": _sections(roadmap),
        "first": roadmap.state == "draft",
    }


def _runs(key: int | None) -> bool:
    from app.engine.models import ProcessInstance

    found = db.session.get(ProcessInstance, key) if key is not None else None
    return found is not None and found.status == "active"


def _sections(roadmap: Roadmap) -> list[dict[str, Any]]:
    return [
        {"number": each.number, "title": each.title, "goal": each.goal, "groups": each.groups}
        for each in roadmaps.section_rows(roadmap)
    ]


def _programme(call: ServiceCall) -> tuple[SupportProgramme, Roadmap]:
    programme = queries.programme(PLATFORM, call.text("programme"))
    return programme, roadmaps.locked_roadmap(programme)


@service_type("roadmap.set-sections", inline=True)
def set_sections(call: ServiceCall) -> dict[str, Any]:
    """Write the directions: `sections[]` `{number, title, goal, groups[]}`."""
    _, roadmap = _programme(call)
    rows = inputs.rows(call, "sections")
    numbers = [drafts.text(row.get("number")) for row in rows]
    if len(set(numbers)) != len(numbers):
        raise _wrong("sections", _l("A number is given twice."))
    sections = [
        drafts.Section(
            number, drafts.text(row.get("title")), drafts.text(row.get("goal")), list(row.get("groups") or ())
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
    roadmaps.write_rows(roadmap, sections, [])
    return {"sections": _sections(roadmap)}


@service_type("roadmap.take-rows", inline=True)
def take_rows(call: ServiceCall) -> dict[str, Any]:
    """Take measures: rows of the form, a file, a copy of last year, or accepted rows of the roadmap above.

    Raises:
        Invalid: a row that cannot be taken (of the form), or a file that is wrong as a whole. Broken rows of a file
            are told in `file_problems`, the good ones are taken.
    """
    programme, roadmap = _programme(call)
    entered = _entered(programme, inputs.rows(call, "rows"))
    problems: list[dict[str, Any]] = []
    added = list(entered)
    key = next(files.references_in(call.variables.get("file")), None)
    if key is not None:
        found, problems = _from_file(programme, key)
        added += found
    if call.variables.get("copy_from"):
        added += _copied(programme, str(call.variables["copy_from"]))
    for row_key in call.variables.get("accepted") or ():
        added += _accepted(programme, str(row_key))
    report = checking.check(drafts.Reading(rows=added), importing.ground_of(programme))
    sections = [drafts.Section(**each) for each in _sections(roadmap)]
    measures = roadmaps.write_rows(roadmap, sections, report.rows)
    new = [each.row_key for each in measures]
    return {
        "file_problems": [*problems, *report.problems][:SHOWN],
        "taken_count": len(new),
        "new_rows": [*(call.variables.get("new_rows") or ()), *new],
    }


def _entered(programme: SupportProgramme, rows: Sequence[dict[str, Any]]) -> list[drafts.Row]:
    kinds = {"по месяцам": "months", "разово": "months", "ежемесячно": "monthly", "в течение года": "year",
             "по отдельному графику": "schedule", "по запросам": "request"}  # fmt: skip
    found = []
    for number, row in enumerate(rows, 1):
        months = sorted(int(each) for each in row.get("months") or ())
        kind = kinds.get(str(row.get("periodicity") or ""), "")
        found.append(
            drafts.Row(
                sheet="",
                row=number,
                section=drafts.text(row.get("section")) or "1",
                number=drafts.text(row.get("number")),
                title=drafts.text(row.get("title")),
                period=drafts.text(row.get("period_text")),
                kind=kind if months or kind not in ("months", "") else "",
                months=months,
                executors=drafts.text(row.get("executors")),
                roles=list(row.get("executor_roles") or ()),
                groups=list(row.get("target_group") or ()),
                result=drafts.text(row.get("result")),
                document=drafts.text(row.get("fixing_document")),
                control=drafts.text(row.get("control_form")),
                process=drafts.text(row.get("process")),
                thresholds=_thresholds(row.get("threshold") or ()),
            )
        )
    report = checking.check(drafts.Reading(rows=[drafts.restored(row.stored()) for row in found]),
                            importing.ground_of(programme))  # fmt: skip
    if report.problems:
        message = "; ".join(f"№ {each['row']}: {each['message']}" for each in report.problems)
        raise _wrong("rows", message)
    return found


def _thresholds(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **{"code": f"t{number}", "label": str(row["label"]), "at_least": row["at_least"]},
            **{"unit": str(row.get("unit") or ""), "count": str(row.get("count") or "sum")},
            **({"group": row["group"]} if row.get("group") else {}),
        }
        for number, row in enumerate(rows, 1)
    ]


def _from_file(programme: SupportProgramme, key: int) -> tuple[list[drafts.Row], list[dict[str, Any]]]:
    file = files.file_for(PLATFORM, key)
    with force_locale("ru"):
        reading = importing.read(file.name, files.content_of(file))
        report = checking.check(reading, importing.ground_of(programme))
    roadmap = roadmaps.locked_roadmap(programme)
    roadmaps.write_rows(roadmap, reading.sections, [])
    for row in report.rows:
        row.warnings = []
    return report.rows, report.problems


def _copied(programme: SupportProgramme, code: str) -> list[drafts.Row]:
    from ..operations.rollover import copied_rows

    return copied_rows(queries.programme(PLATFORM, code), programme)


def _accepted(programme: SupportProgramme, row_key: str) -> list[drafts.Row]:
    """A row of the roadmap above that a municipality takes over: it follows it (YAR: regional measure → municipal)."""
    found = queries.measure(PLATFORM, row_key)
    return [
        drafts.Row(
            sheet="",
            row=found.position,
            section="1",
            number=found.number,
            title=found.title,
            period=found.period_text,
            kind=found.period_kind,
            months=list(found.months),
            windows=list(found.windows),
            roles=[executors.coordinator(programme.kind)],
            groups=list(found.groups),
            result=found.result,
            document=found.fixing_document,
            follows=found.row_key,
        )
    ]


@service_type("roadmap.check", inline=True)
def check(call: ServiceCall) -> dict[str, Any]:
    """Count what the decision `roadmap_checks` judges: rows without executor, period, result; empty sections; numbers
    and titles twice; rows without a fixing document."""
    _found, roadmap = _programme(call)
    measures = queries.measures.measures_of(roadmap.key)
    numbers = [each.number for each in measures]
    titles = [each.title for each in measures]
    filled = {each.section for each in measures}
    without = {
        "executor": [each.number for each in measures if not each.lead],
        "result": [each.number for each in measures if not each.result],
        "document": [each.number for each in measures if not each.fixing_document and not each.control_form],
        "empty": [each.number for each in roadmaps.section_rows(roadmap) if each.number not in filled],
        "numbers": sorted({each for each in numbers if numbers.count(each) > 1}),
        "titles": sorted({each.number for each in measures if titles.count(each.title) > 1}),
    }
    return {
        "measures_count": len(measures),
        "findings": [{"kind": kind, "count": len(rows), "rows": ", ".join(rows)} for kind, rows in without.items()],
    }


@service_type("roadmap.take-ownerless", inline=True)
def take_ownerless(call: ServiceCall) -> None:
    """The coordinator takes the rows that name no executor (SOS 9)."""
    programme, roadmap = _programme(call)
    for each in queries.measures.measures_of(roadmap.key):
        if not each.lead:
            each.lead = executors.coordinator(programme.kind)
    db.session.flush()


@service_type("roadmap.executors", inline=True)
def executor_groups(call: ServiceCall) -> dict[str, Any]:
    """Who agrees to which rows: `executor_groups[]` `{group, role, rows[] {number, title, period}}`."""
    programme, roadmap = _programme(call)
    wanted = set(call.variables.get("new_rows") or ()) if not call.variables.get("first", True) else None
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in queries.measures.measures_of(roadmap.key):
        if wanted is not None and each.row_key not in wanted:
            continue
        for role in dict.fromkeys([each.lead, *each.co]):
            if role:
                found[role].append({"number": each.number, "title": each.title, "period": each.period_text})
    return {
        "executor_groups": [
            {"group": group(role, programme.organisation, programme.kind), "role": role, "rows": rows}
            for role, rows in sorted(found.items())
        ]
    }


@service_type("roadmap.freeze", inline=True)
def freeze(call: ServiceCall) -> dict[str, Any]:
    """Approve the roadmap by its order: `approved[]` row keys whose measures begin now."""
    programme, roadmap = _programme(call)
    new = set(call.variables.get("new_rows") or ())
    rows = [each for each in queries.measures.measures_of(roadmap.key) if each.row_key in new]
    reason = inputs.optional(call, "change_reason") or ""
    begun = operations.freeze(inputs.person(call), roadmap, inputs.context(call, "order"), reason=reason, new_rows=rows)
    roadmap.instance_key = None
    db.session.flush()
    return {"approved": [each.row_key for each in begun], "version": roadmap.version, "programme": programme.code}


@service_type("roadmap.drop", inline=True)
def drop(call: ServiceCall) -> None:
    """Planning was stopped: what was added to an approved roadmap goes, a draft stays a draft."""
    _found, roadmap = _programme(call)
    new = set(call.variables.get("new_rows") or ())
    if roadmap.state != "draft":
        for each in queries.measures.measures_of(roadmap.key):
            if each.row_key in new and each.instance_key is None:
                db.session.delete(each)
    roadmap.instance_key = None
    db.session.flush()


@service_type("roadmap.change-row", inline=True)
def change_row(call: ServiceCall) -> dict[str, Any]:
    """Carry out an agreed change of one row: the next version with its reason; a done measure is not touched.

    Raises:
        Invalid: the measure is over.
    """
    from ..operations.changing import change_measure

    change = inputs.context(call, "change")
    try:
        found: Measure = change_measure(inputs.person(call), change, inputs.context(call, "order"))
    except Conflict as refusal:
        raise _wrong("change", refusal.message) from None
    return {"version": found.roadmap.version}


def _wrong(name: str, message: object) -> Invalid:
    return Invalid(message, {name: [message]})
