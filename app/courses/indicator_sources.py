"""What indicators count of the courses: listeners, test results, certificates, teams, places (indicators.md, RMP)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB

from app.documents import scopes
from app.documents.models import Record
from app.indicators import sources
from app.indicators.feeds import columns, records
from app.indicators.sources import Counted, Field
from app.kernel.actor import Actor

from . import policies
from .models import AttestationBaseRecord, Certificate, Course, Listener, Programme, Recommendation, TestResult
from .models.listeners import FINISHED, ON_PLACE, WAITING
from .rules import teams, words

_C, _T, _B, _R = Certificate, TestResult, AttestationBaseRecord, Recommendation
PERSON = (
    Field("teacher", _l("Teacher"), "person", Listener.teacher),
    Field("school", _l("School"), "organisation", Listener.school),
    Field("municipality", _l("Municipality"), "organisation", Listener.municipality),
    Field("position", _l("Position"), "text", Listener.position),
    Field("course", _l("Course"), "text", Course.code),
    Field("programme", _l("Programme"), "text", Programme.code),
    Field("provider", _l("Who runs the course"), "organisation", Course.organisation),
)
_PAGE = literal("/courses/", Text) + Course.code + "/listeners/" + Listener.teacher
_TEAM = func.jsonb_array_elements(Course.totals["teams"]).table_valued("value", name="team").lateral()
_TEAM_FACTS = cast(_TEAM.c.value, JSONB)
_TEAM_SCHOOL, _TEAM_NAME = _TEAM_FACTS["school"].astext, _TEAM_FACTS["team_name"].astext


def _as(kind: str) -> Counted:
    """Numbers may be known by who may know how many records of the kind there are."""
    return partial(_counts, kind)


def _counts(kind: str, actor: Actor) -> bool:
    return records.counts(actor, kind)


def _on_course(rows: Select[Any]) -> Select[Any]:
    joined = rows.join(Course, Course.key == Listener.course_key)
    return joined.join(Programme, Programme.key == Course.programme_key)


def _of(listener: Any, rows: Select[Any]) -> Select[Any]:
    """Rows of a listener, with the course."""
    return _on_course(rows.join(Listener, Listener.key == listener))


def _results(rows: Select[Any]) -> Select[Any]:
    """Results that count: neither annulled nor missed."""
    return _of(_T.listener_key, rows.select_from(_T)).where(_T.annulled_at.is_(None), _T.no_show.is_(False))


def _took(kind: str) -> ColumnElement[bool]:
    """Whether a listener took a test of a kind and it counts."""
    counts = (_T.annulled_at.is_(None), _T.no_show.is_(False))
    return exists(select(_T.key).where(_T.listener_key == Listener.key, _T.kind == kind, *counts))


def _with_status(*states: str) -> Any:
    """How many listeners of a course have one of the statuses."""
    here = select(func.count()).select_from(Listener)
    return here.where(Listener.course_key == Course.key, Listener.status.in_(states)).scalar_subquery()


def _recommended(actor: Actor) -> ColumnElement[bool] | None:
    """Recommendations are seen as the records of that kind."""
    if actor.system or actor.has_role("auditor", "region_coordinator", "cmoko_attestation"):
        return None
    return Course.leader.in_(policies.led_as(actor))


def _course_records(kind: str, label: object, *fields: Field) -> None:
    """Records about a course (LIP §5: reports, checks), by the course's first day, as its listeners are."""

    def joined(rows: Select[Any]) -> Select[Any]:
        found = rows.join(Course, Course.code == Record.data["course_id"].astext)
        return found.where(Record.current, Record.kind == kind)

    def scope(actor: Actor) -> ColumnElement[bool]:
        found: ColumnElement[bool] = scopes.visible(actor, Record, kind)
        return found

    common = (
        Field("teacher", _l("Teacher"), "person", Record.owner),
        Field("school", _l("School"), "organisation", Record.organisation),
        Field("course", _l("Course"), "text", Course.code),
    )
    held = (Field(one.name, one.label, one.type, columns.from_json(Record.data, one.name, one.type)) for one in fields)
    sources.table(
        f"{kind}s",
        label=label,
        key=Record.id,
        title=Record.title,
        link=columns.link(f"/records/{kind}/", Record.id),
        organisation=Record.organisation,
        on=Course.start,
        joined=joined,
        scope=scope,
        counted=_as(kind),
        fields=(*common, *held),
    )


records.add_fields(  # a record per listener; the form holds a table of them
    "external_course_result",
    Field("status", _l("Status"), "text"),
    Field("role", _l("Role"), "text"),
    Field("provider", _l("Who runs the course"), "text"),
    Field("municipality", _l("Municipality"), "organisation"),
)
sources.table(  # everybody who applied; the course's first day puts them into a year
    "listeners",
    label=_l("Listeners of courses"),
    key=Listener.key,
    title=Listener.teacher_name,
    link=_PAGE,
    organisation=Listener.school,
    on=Course.start,
    joined=lambda rows: _on_course(rows.select_from(Listener)),
    scope=policies.listeners_in_scope,
    counted=_as("technical_assignment"),
    fields=(
        *PERSON,
        Field("status", _l("Status"), "text", Listener.status),
        Field("enrolled", _l("Was enrolled"), "boolean", Listener.confirmed_at.is_not(None)),
        Field("finished", _l("Has finished the course"), "boolean", Listener.status == FINISHED),
        Field("tested", _l("Took the entry test"), "boolean", _took(words.ENTRY)),
        Field("entry_positive", _l("Entry test is sufficient"), "boolean", Listener.entry_positive),
        Field("retested", _l("Took the repeated diagnostics"), "boolean", _took(words.RETEST)),
        Field("retest_positive", _l("Repeated diagnostics is positive"), "boolean", Listener.retest_positive),
        Field(
            "certified",
            _l("Got a certificate"),
            "boolean",
            exists(select(_C.key).where(_C.listener_key == Listener.key)),
        ),
        Field("end", _l("How it ended"), "text", Listener.end_state),
        Field("team", _l("Team"), "text", Listener.team_name),
    ),
)
sources.table(
    "test_results",
    label=_l("Results of tests"),
    key=_T.key,
    title=Listener.teacher_name,
    link=_PAGE,
    organisation=Listener.school,
    on=Course.start,
    joined=_results,
    scope=policies.listeners_in_scope,
    counted=_as("entry_test_result"),
    fields=(
        *PERSON,
        Field("kind", _l("Which test: entry or repeated"), "text", _T.kind),
        Field("attempt", _l("Attempt"), "number", _T.attempt),
        Field("points", _l("Points"), "number", _T.points),
        Field("pct", _l("Result, %"), "number", _T.points * 100 / _T.max_points),
        Field("level", _l("Level"), "text", _T.level),
    ),
)
sources.table(  # by the day on which they were issued
    "certificates",
    label=_l("Certificates"),
    key=_C.key,
    title=Listener.teacher_name + ", № " + _C.number,
    link=literal("/courses/certificates?q=", Text) + _C.number,
    organisation=Listener.school,
    on=_C.issued_on,
    joined=lambda rows: _of(_C.listener_key, rows.select_from(_C)),
    scope=policies.certificates_in_scope,
    counted=_as("certificate"),
    fields=(
        *PERSON,
        Field("role", _l("Role"), "text", Listener.role),
        Field("programme_title", _l("Title of the programme"), "text", _C.programme_title),
        Field("hours", _l("Hours"), "number", _C.hours),
        Field("team", _l("Team"), "text", Listener.team_name),
    ),
)
_course_records(
    "course_report",
    _l("Course reports"),
    Field("state", _l("State of the report"), "text"),
    Field("in_time", _l("Handed in by the deadline"), "boolean"),
    Field("due_on", _l("Deadline"), "date"),
)
_course_records(
    "implementation_check",
    _l("Checks of implementation"),
    Field("verdict", _l("Verdict"), "text"),
    Field("verified", _l("Implementation is confirmed"), "boolean"),
    Field("checked_on", _l("Checked on"), "date"),
)
sources.table(  # 95–100 %
    "attestation_base",
    label=_l("Attestation base"),
    key=_B.key,
    title=Listener.teacher_name,
    link=literal("/courses/base", Text),
    organisation=Listener.school,
    on=_B.tested_on,
    joined=lambda rows: _of(_B.listener_key, rows.select_from(_B)),
    scope=policies.base_in_scope,
    counted=_as("attestation_base_record"),
    fields=(
        *PERSON,
        Field("subject", _l("School subject"), "text", _B.subject),
        Field("kind", _l("Test"), "text", _B.attempt_kind),
    ),
)
sources.table(  # of the commission (LIP §5)
    "recommendations",
    label=_l("Recommendations to listeners"),
    key=_R.key,
    title=Listener.teacher_name,
    organisation=Listener.school,
    on=_R.issued_on,
    joined=lambda rows: _of(_R.listener_key, rows.select_from(_R)),
    scope=_recommended,
    counted=_as("recommendation"),
    fields=(*PERSON, Field("kinds", _l("Kinds of recommendation"), "list", columns.texts(_R.kinds))),
)
sources.table(  # as the end of a course counted them by its `team_complete_rule`
    "course_teams",
    label=_l("Teams of schools on courses"),
    key=Course.code + ":" + _TEAM_SCHOOL + ":" + _TEAM_NAME,
    title=_TEAM_NAME + ", " + Course.title,
    link=literal("/courses/", Text) + Course.code,
    organisation=_TEAM_SCHOOL,
    on=Course.end,
    joined=lambda rows: rows.select_from(Course).join(_TEAM, true()),
    counted=_as("certificate"),
    fields=(
        Field("school", _l("School"), "organisation", _TEAM_SCHOOL),
        Field("course", _l("Course"), "text", Course.code),
        Field("team", _l("Team"), "text", _TEAM_NAME),
        Field("complete", _l("The whole team is trained"), "boolean", _TEAM_FACTS["result"].astext == teams.TRAINED),
    ),
)
sources.table(  # at the institute that runs them
    "course_places",
    label=_l("Places on courses"),
    key=Course.key,
    title=Course.title,
    link=literal("/courses/", Text) + Course.code,
    organisation=Course.organisation,
    on=Course.start,
    fields=(
        Field("course", _l("Course"), "text", Course.code),
        Field("status", _l("Status"), "text", Course.status),
        Field("hours", _l("Hours"), "number", Course.hours),
        Field("places", _l("Places"), "number", Course.places_max),
        Field("taken", _l("Places taken"), "number", _with_status(*ON_PLACE)),
        Field("free", _l("Places free"), "number", func.greatest(Course.places_max - _with_status(*ON_PLACE), 0)),
        Field("waiting", _l("On the waiting list"), "number", _with_status(WAITING)),
    ),
)
