"""The list of a year: draft, objections of municipalities, approval with categories and comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.audit import operations as audit
from app.engine import queries as processes
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people

from ..models import ReportedFigure, SchoolList, SchoolListRow
from ..policies import demand_list_maker
from ..queries import membership
from ..rules.years import school_year_of

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('school_list', 0))")
DRAFT, APPROVED, CLOSED = "draft", "approved", "closed"
COMPUTED, FEDERAL, MUNICIPAL = "computed", "federal", "municipal"
VARIANTS = (COMPUTED, FEDERAL, MUNICIPAL)
FIGURES = ("schools", "rural_pct", "urban_pct")
Row = Mapping[str, Any]


def open_list(
    actor: Actor,
    year: int,
    organisation: str,
    variant: str,
    *,
    group_code: str | None = None,
    created_by: str | None = None,
    instance_key: int | None = None,
) -> SchoolList:
    """Begin the list of a year and place; the same instance gets its list again.

    The draft that a cancelled process left behind is put away.

    Args:
        variant: one of `VARIANTS`.
        group_code: of a federal list: the project.

    Raises:
        Forbidden: only the process and the regional coordinator make lists.
        Invalid: variant, year or group is wrong; another list of this year, place and variant is being made.
    """
    demand_list_maker(actor)
    if variant not in VARIANTS or not 2000 <= year <= 2100:
        raise Invalid(_l("The year or the kind of the list is wrong."))
    if variant == FEDERAL and (not group_code or membership.group(group_code).kind != "project"):
        raise Invalid(errors={"group": [_l("Choose the federal project.")]})
    db.session.execute(_LOCK)
    there = db.session.scalars(
        select(SchoolList).filter_by(year=year, organisation=organisation, variant=variant, state=DRAFT)
    ).one_or_none()
    if there is not None:
        if instance_key is not None and there.instance_key == instance_key:
            return there
        if not processes.is_over(there.instance_key):
            message = _l("A list of this year is being made already. Finish it or cancel it first.")
            raise Invalid(message, {"year": [message]})
        close_list(actor, there.key, "Процесс прекращён")
    row = SchoolList(
        key=next_key(),
        year=year,
        school_year=school_year_of(year),
        organisation=organisation,
        variant=variant,
        group_code=group_code,
        state=DRAFT,
        note="",
        totals={},
        instance_key=instance_key,
        created_by=created_by or actor.login,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "school_list", row.key, "open", details={"year": year, "variant": variant})
    return row


def draft(actor: Actor, key: int, rows: Sequence[Row], *, note: str = "", run_key: int | None = None) -> None:
    """Put the rows of the draft; those of an earlier draft are replaced.

    Args:
        rows: `{school_id, computed[], categories[], included, isb, results_text, basis, missing[], flags[], comment}`.
        note: why the list is made although data is missing.

    Raises:
        Invalid: a school twice, an included school without a category, or data missing without a reason.
    """
    demand_list_maker(actor)
    found = _locked(key)
    schools = [str(row["school_id"]) for row in rows]
    _check(found, rows, schools, note)
    for old in db.session.scalars(select(SchoolListRow).filter_by(list_key=key)):
        db.session.delete(old)
    db.session.flush()
    for row in rows:
        db.session.add(_row(found, row))
    found.note, found.run_key = note.strip(), run_key
    db.session.flush()


def _check(found: SchoolList, rows: Sequence[Row], schools: list[str], note: str) -> None:
    double = sorted({school for school in schools if schools.count(school) > 1})
    if double:
        raise Invalid(errors={"rows": [_l("A school stands twice: %(names)s.", names=", ".join(double))]})
    bare = [str(row.get("name") or row["school_id"]) for row in rows if row.get("included") and not row["categories"]]
    if bare:
        raise Invalid(errors={"rows": [_l("Choose a category for: %(names)s.", names=", ".join(bare))]})
    for row in rows:
        for code in row["categories"]:
            membership.group(code)
    lacking = [str(row.get("name") or row["school_id"]) for row in rows if row.get("missing")]
    if lacking and not note.strip() and found.variant != FEDERAL:
        message = _l("No data of: %(names)s. Say why the list is made without them.", names=", ".join(lacking))
        raise Invalid(errors={"note": [message]})


def _row(found: SchoolList, row: Row) -> SchoolListRow:
    school = str(row["school_id"])
    isb = row.get("isb")
    return SchoolListRow(
        key=next_key(),
        list_key=found.key,
        school=school,
        municipality=people.municipality_of(school),
        computed=list(row.get("computed") or ()),
        decided=list(row["categories"]),
        included=bool(row.get("included")),
        isb=None if isb is None else Decimal(str(isb)),
        results_text=str(row.get("results_text") or ""),
        basis=str(row.get("basis") or ""),
        missing=list(row.get("missing") or ()),
        flags=list(row.get("flags") or ()),
        comment=str(row.get("comment") or ""),
    )


def object_to(
    actor: Actor, key: int, municipality: str, objections: Sequence[Row], *, by: str | None, silent: bool = False
) -> None:
    """What a municipality answers: it agrees (also by silence), or proposes to include or exclude schools of its own.

    Args:
        objections: `{school, kind, reason}`, kind `include` or `exclude`.

    Raises:
        Invalid: a school of another municipality, or without a reason.
    """
    demand_list_maker(actor)
    _locked(key)
    rows = {row.school: row for row in _rows(key) if row.municipality == municipality}
    for row in rows.values():
        row.objection, row.objected_by = ("silent" if silent else "agreed"), by
    for each in objections:
        named = rows.get(str(each["school"]))
        if named is None or not str(each.get("reason") or "").strip():
            raise Invalid(errors={"objections": [_l("Name a school of your municipality and the reason.")]})
        named.objection, named.objection_reason = str(each["kind"]), str(each["reason"]).strip()
    db.session.flush()


def settle(
    actor: Actor, key: int, school: str, *, included: bool, categories: Sequence[str], reason: str, by: str
) -> None:
    """Decide on the objection to one school; computed and decided category stay side by side (KEM-03).

    Raises:
        Invalid: no reason, or an included school without a category.
        NotFound: the school is not on the list.
    """
    demand_list_maker(actor)
    _locked(key)
    row = db.session.scalars(select(SchoolListRow).filter_by(list_key=key, school=school)).one_or_none()
    if row is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Say why.")]})
    if included and not categories:
        raise Invalid(errors={"categories": [_l("Choose a category.")]})
    row.included, row.settled_reason, row.settled_by = included, reason.strip(), by
    row.decided = list(categories) if included else row.decided
    db.session.flush()


def close_list(actor: Actor, key: int, reason: str = "") -> None:
    """Put away a draft that no order approved."""
    demand_list_maker(actor)
    found = _locked(key)
    found.state, found.note = CLOSED, " ".join(part for part in (found.note, reason) if part)
    audit.record_event(actor, "school_list", key, "close", details={"reason": reason})
    db.session.flush()


def report_figure(actor: Actor, year: int, organisation: str, code: str, value: Decimal, source: str) -> None:
    """Keep a figure as a report gave it, beside the computed one (KEM-02).

    Raises:
        Forbidden: only the regional coordinator.
        Invalid: unknown figure, negative value, no source.
    """
    demand_list_maker(actor)
    errors: dict[str, list[object]] = {}
    if code not in FIGURES:
        errors["code"] = [_l("Choose one of the list.")]
    if not value.is_finite() or value < 0 or (code != "schools" and value > 100):
        errors["value"] = [_l("Enter a number; a percentage lies between 0 and 100.")]
    if not source.strip():
        errors["source"] = [_l("Name the report.")]
    if errors:
        raise Invalid(errors=errors)
    db.session.execute(_LOCK)
    there = db.session.scalars(
        select(ReportedFigure).filter_by(year=year, organisation=organisation, code=code)
    ).one_or_none()
    if there is None:
        there = ReportedFigure(key=next_key(), year=year, organisation=organisation, code=code)
        db.session.add(there)
    there.value, there.source = value, source.strip()
    there.recorded_by, there.recorded_at = actor.login, clock.now()
    db.session.flush()
    facts = {"year": year, "code": code, "value": str(value), "source": source}
    audit.record_event(actor, "school_list", organisation, "report_figure", details=facts)


def _rows(key: int) -> Sequence[SchoolListRow]:
    return db.session.scalars(select(SchoolListRow).filter_by(list_key=key).order_by(SchoolListRow.school)).all()


def _locked(key: int) -> SchoolList:
    """A draft.

    Raises:
        NotFound: no such list.
        Conflict: it is approved or put away already.
    """
    found = db.session.scalar(select(SchoolList).where(SchoolList.key == key).with_for_update())
    if found is None:
        raise NotFound()
    if found.state != DRAFT:
        raise Conflict(_l("This list is no draft any more."))
    return found


def day_of(value: date | str | None) -> date:
    """The day of an order; today when it has none."""
    return date.fromisoformat(value) if isinstance(value, str) else value or clock.today()
