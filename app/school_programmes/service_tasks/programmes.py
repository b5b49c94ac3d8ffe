"""Service types of `school_programme` (YAR 2.2, 2.3; LEB 1.10; LIP 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.curators.queries import curator_of
from app.documents import operations as documents
from app.engine import operations as engine
from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.engine.stopped import on_stopped
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid
from app.schools import queries as schools

from .. import following, operations
from ..models import DRAFTING, RUNNING, SchoolProgramme
from ..operations import finding
from ..queries import analyses, registry, stages
from ..rules import content as rules
from ..rules import words

Row = dict[str, Any]
_KEPT = timedelta(days=30)
_LAST_DAY = (5, 31)
"""Programmes are written in April and May (LEB 1.10); begun later, they are due at the end of that year."""


@service_type("school-programme.open", inline=True)
def open_programme(call: ServiceCall) -> Row:
    """Begin the programme of a school; where it has one already, that one gets the further kinds."""
    school = call.text("school_id")
    groups = [each.code for each in schools.groups_of([school]).get(school, [])] + inputs.texts(call, "categories")
    kinds = inputs.texts(call, "kinds") or words.kinds_for(groups)
    running = finding.open_programme_of(school)
    if running is not None and finding.left_behind(running):
        running = None
    joined = running is not None and running.instance_key != call.instance.key
    if joined and running is not None:
        operations.join_kinds(PLATFORM, running, kinds)
        row = running
    else:
        row = operations.open_programme(PLATFORM, school, kinds, due_on=_due(call), instance_key=call.instance.key)
    return {
        "programme_key": str(row.key),
        "joined": joined,
        "kinds": row.kinds,
        "municipality_id": row.municipality,
        "school_name": inputs.organisation_name(school),
        "due_on": row.due_on.isoformat(),
        "federal": bool(set(groups) & set(words.FEDERAL)),
        "needs_analysis": words.NEEDS_ANALYSIS in groups,
        **curator_of(school),
    }


@service_type("school-programme.record-team", inline=True)
def record_team(call: ServiceCall) -> Row:
    """Keep the school team and the kinds that the head chose."""
    team, kinds = inputs.texts(call, "team"), inputs.texts(call, "kinds")
    row = operations.record_team(inputs.by(call), _key(call), team, kinds)
    return {"team": row.team, "kinds": row.kinds}


@service_type("school-programme.record-analysis", inline=True)
def record_analysis(call: ServiceCall) -> Row:
    """Begin the draft with the analysis. Schools of «500+» 2021 have analysed their measures before (YAR-05)."""
    row = registry.programme(PLATFORM, _key(call))
    groups = {each.code for each in schools.groups_of([row.school]).get(row.school, [])}
    if words.NEEDS_ANALYSIS in groups and not analyses.has_analysis(row.school):
        message = _l("First the school analyses what its measures gave: the analysis has not been sent yet.")
        raise Invalid(message, {"self_analysis": [message]})
    analysis, before = inputs.context(call, "analysis"), inputs.context(call, "content")
    known = {name: analysis.get(name) for name in ("risks", "other_risk", "self_analysis")}
    return {"draft": {**before, "kind": row.kinds, **known}}


@service_type("school-programme.stage", inline=True)
def stage(call: ServiceCall) -> None:
    """Say how far the programme has come: the lists of the municipality show it."""
    operations.mark(PLATFORM, _key(call), call.text("state"))


@service_type("school-programme.submit", inline=True)
def submit(call: ServiceCall) -> Row:
    """Keep what the team submits; refused while a risk has no measure or indicator (YAR-07)."""
    content, before = inputs.context(call, "content"), inputs.context(call, "before")
    version = operations.submit(inputs.by(call), _key(call), content)
    row = finding.programme(version.programme_key)
    operations.join_kinds(PLATFORM, row, [str(kind) for kind in content.get("kind") or ()])
    if row.state == DRAFTING:
        operations.mark(PLATFORM, row.key, "review")
    return {
        "content": dict(version.content),
        "version": version.version,
        "period_from": version.content["period_from"],
        "period_to": version.content["period_to"],
        "indicators_changed": rules.indicators_changed(before, content) if before else False,
        **curator_of(row.school),
    }


@service_type("school-programme.experts", inline=True)
def experts(call: ServiceCall) -> Row:
    """Who gives an opinion: `count` people at most, nobody of `without`. Nobody at all: whoever takes the task."""
    wanted = int(call.variables.get("count") or 2)
    before = inputs.texts(call, "without")
    found: list[str | None] = [*operations.choose_experts(PLATFORM, _key(call), wanted, before)]
    return {"experts": found if found or before else [None]}


@service_type("school-programme.record-opinions", inline=True)
def record_opinions(call: ServiceCall) -> Row:
    """Count the points of all opinions on what the team submitted last."""
    totals = operations.record_opinions(PLATFORM, _key(call), inputs.rows(call, "opinions"))
    counts = {
        "opinions": len(totals.points),
        "recommending": totals.recommending,
        "lowest": min(totals.points, default=0),
        "middle": totals.middle,
        "spread": totals.spread,
    }
    rounds = registry.rounds(_key(call))
    return {"expert_totals": totals.points, "counts": counts, "round": rounds, "remarks": totals.remarks or None}


@service_type("school-programme.record-interview", inline=True)
def record_interview(call: ServiceCall) -> Row:
    """Keep what was agreed; wanted changes stand in the draft that returns to the team (YAR-08)."""
    interview = inputs.context(call, "interview")
    said = operations.record_interview(inputs.by(call), _key(call), interview)
    newest = finding.newest(finding.programme(_key(call)))
    content: Mapping[str, Any] = newest.content if newest else {}
    wanted = said.result != words.AGREED
    return {
        "interview_result": said.result,
        "changes_wanted": wanted,
        "draft": rules.with_changes(content, said.rows),
        "remarks": (said.note or "Измените значения показателей, как решено на собеседовании.") if wanted else None,
    }


@service_type("school-programme.approve", inline=True)
def approve(call: ServiceCall) -> Row:
    """Put the programme into force; only after an agreed interview. `measures[]` are those that somebody tracks."""
    row = operations.approve(PLATFORM, _key(call), inputs.context(call, "order"))
    version = finding.in_force(row)
    content: Mapping[str, Any] = version.content if version else {}
    return {"measures": _tell(row, content), "content": dict(content)}


def _tell(row: SchoolProgramme, content: Mapping[str, Any]) -> list[Row]:
    """Tell the followers of an edition in force; the measures that begin with it."""
    measures = rules.measure_rows(content, row.key, row.version)
    return [dict(each) for each in following.tell(PLATFORM, following.Approved(row, measures, content))]


@service_type("school-programme.attach-monitoring", inline=True)
def attach_monitoring(call: ServiceCall) -> None:
    """Keep what a monitoring of the school found beside its programme, as a record."""
    row = registry.programme(PLATFORM, _key(call))
    documents.save_record(
        PLATFORM,
        "school_programme",
        "Итоги школьного мониторинга",
        {"stage": call.variables.get("stage"), "problems": call.variables.get("problems"), "programme": str(row.key)},
        organisation=row.school,
        instance_key=call.instance.key,
    )


@service_type("school-programme.open-correction", inline=True)
def open_correction(call: ServiceCall) -> Row:
    """Open the next version by recommendations (YAR-09); the team begins with what is in force."""
    row = operations.open_version(PLATFORM, _key(call))
    version = finding.in_force(row)
    content = dict(version.content) if version else {}
    return {
        "version": row.version,
        "draft": content,
        "content": content,
        "recommendations_text": stages.advice_text(row.key),
    }


@service_type("school-programme.put-in-force", inline=True)
def put_in_force(call: ServiceCall) -> Row:
    """The corrected version counts, its measures too."""
    version = operations.put_in_force(PLATFORM, _key(call))
    row = operations.mark(PLATFORM, version.programme_key, RUNNING)
    for each in _tell(row, version.content):
        facts = {"row_key": each["row_key"], "level": "школа"}
        facts |= {"school_id": row.school, "municipality_id": row.municipality}
        engine.publish_message(PLATFORM, "roadmap.approved", each["row_key"], facts, ttl=_KEPT, internal=True)
    return {"content": dict(version.content), "version": version.version}


@service_type("school-programme.prolong", inline=True)
def prolong(call: ServiceCall) -> Row:
    """Begin a new term: analysis, programme, expertise and interview anew."""
    return {"version": operations.prolong(PLATFORM, _key(call), DRAFTING).version}


@service_type("school-programme.close", inline=True)
def close(call: ServiceCall) -> None:
    """End the programme in one of its end states."""
    operations.close(PLATFORM, _key(call), call.text("state"), reason=inputs.optional(call, "reason"))


on_stopped("school_programme")(operations.stopped)


def _key(call: ServiceCall) -> int:
    return inputs.key(call.variables.get("programme_key"))


def _due(call: ServiceCall) -> date:
    given = inputs.optional(call, "due_on")
    if given:
        return inputs.as_day(given)
    today = clock.today()
    day = date(today.year, *_LAST_DAY)
    return day if today <= day else date(today.year, 12, 31)


def row_of(key: int) -> SchoolProgramme:
    """A programme for other service types of the feature."""
    return registry.programme(PLATFORM, key)
