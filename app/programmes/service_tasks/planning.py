"""Service types that begin `roadmap_planning`: which programme, directions, rows, checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.engine.services import ServiceCall, service_type
from app.files import queries as files
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from .. import operations, policies, queries
from ..models import Roadmap, SupportProgramme
from ..models.programmes import MUNICIPALITY
from ..operations import importing, roadmaps
from ..queries import concepts
from ..queries.parts import group
from ..rules import checking, drafts, executors
from . import inputs

SHOWN = 200


@service_type("roadmap.open", inline=True)
def open_roadmap(call: ServiceCall) -> dict[str, Any]:
    """The programme whose roadmap is planned; one planning at a time.

    With `may_wait` (nobody is at hand who could choose another one) `busy` says that it is planned already.

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
    db.session.refresh(programme)
    if roadmap.instance_key != call.instance.key and _planned(programme, roadmap):
        if call.variables.get("may_wait"):
            return {"busy": True}
        raise _wrong("programme", _l("The roadmap of this programme is being planned already."))
    roadmap.instance_key = call.instance.key
    db.session.flush()
    level, place = programme.kind, programme.organisation
    return {
        "busy": False,
        "programme": programme.code,
        "programme_title": programme.title,
        "organisation": place,
        "owner_role": group(executors.coordinator(level), place, level),
        "preparer_role": executors.coordinator(level),
        "signatory": executors.signatory(level),
        "sections": _sections(roadmap),
        "first": roadmap.state == "draft",
    }


def _planned(programme: SupportProgramme, roadmap: Roadmap) -> bool:
    """Whether a process plans the roadmap already, or works out the programme that it belongs to."""
    return concepts.runs(roadmap.instance_key) or operations.worked_out(programme)


def _sections(roadmap: Roadmap) -> list[dict[str, Any]]:
    return [
        {"number": each.number, "title": each.title, "goal": each.goal, "groups": each.groups}
        for each in roadmaps.section_rows(roadmap)
    ]


def programme_of(call: ServiceCall) -> tuple[SupportProgramme, Roadmap]:
    """The programme that the model names, and its roadmap, locked."""
    programme = queries.programme(PLATFORM, call.text("programme"))
    return programme, roadmaps.locked_roadmap(programme)


@service_type("roadmap.find", inline=True)
def find(call: ServiceCall) -> dict[str, Any]:
    """Which roadmap of a year is to be planned at a place: `programme` when it is just one, `others[]` below it."""
    year, place = int(call.variables.get("year") or call.now.year), inputs.optional(call, "organisation")
    place = place or concepts.root()
    drafts_of_year = [each for each in queries.unplanned(year) if not _planned(each.programme, each)]
    own = [each.programme.code for each in drafts_of_year if each.programme.organisation == place]
    below = [each.programme for each in drafts_of_year if each.programme.kind == MUNICIPALITY]
    others = [{"programme": each.code, "organisation": each.organisation} for each in below]
    return {"programme": own[0] if len(own) == 1 else None, "others": others}


@service_type("roadmap.set-sections", inline=True)
def set_sections(call: ServiceCall) -> dict[str, Any]:
    """Write the directions: `sections[]` `{number, title, goal, groups[]}`."""
    _, roadmap = programme_of(call)
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
    programme, roadmap = programme_of(call)
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
    _found, roadmap = programme_of(call)
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
    programme, roadmap = programme_of(call)
    for each in queries.measures.measures_of(roadmap.key):
        if not each.lead:
            each.lead = executors.coordinator(programme.kind)
    db.session.flush()


def _wrong(name: str, message: object) -> Invalid:
    return Invalid(message, {name: [message]})
