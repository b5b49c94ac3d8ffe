"""Lists of schools with what was computed and decided, within the reader's scope (roles.md §3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select, true

from app.engine import queries as engine
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation

from .. import policies
from ..models import IndexRun, ReportedFigure, SchoolContext, SchoolList, SchoolListRow
from . import membership, registry
from .registry import RURAL, Totals


@dataclass(frozen=True, slots=True)
class RowView:
    """A school of a list; `row` holds of it what its reader may see."""

    row: SchoolListRow
    name: str
    municipality: str
    location: str | None
    computed: Sequence[str]
    decided: Sequence[str]


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as its reader may see it; `totals` are of the included schools shown."""

    list: SchoolList
    place: str
    rows: Sequence[RowView]
    totals: Totals
    reported: Sequence[ReportedFigure]
    runs: Sequence[IndexRun]


def lists_for(actor: Actor) -> list[SchoolList]:
    """Lists that the actor may see, the newest first.

    Raises:
        NotFound: there are none for such readers.
    """
    policies.demand_lists(actor)
    query = select(SchoolList).where(_visible(actor)).order_by(SchoolList.year.desc(), SchoolList.created_at.desc())
    return list(db.session.scalars(query))


def process_of(actor: Actor, found: SchoolList) -> int | None:
    """The process that makes a draft, for who may see it: its page says how far the schools are."""
    if found.state != "draft" or found.instance_key is None:
        return None
    try:
        return engine.instance(actor, found.instance_key).key
    except NotFound:
        return None


def list_view(actor: Actor, key: int) -> ListView:
    """One list with the rows of the actor's scope.

    Raises:
        NotFound: no such list for the actor.
    """
    policies.demand_lists(actor)
    found = db.session.scalar(select(SchoolList).where(SchoolList.key == key, _visible(actor)))
    if found is None:
        raise NotFound()
    whole, disputes = policies.schools_in_scope(actor), policies.disputes_in_scope(actor)
    query = (
        select(SchoolListRow, Organisation, SchoolContext, whole.label("whole"), disputes.label("disputes"))
        .join(Organisation, Organisation.code == SchoolListRow.school)
        .outerjoin(SchoolContext, (SchoolContext.school == Organisation.code) & registry.is_latest())
        .where(SchoolListRow.list_key == key, policies.list_rows_in_scope(actor))
        .order_by(SchoolListRow.municipality, Organisation.short_name)
    )
    rows = [
        _row(_cut(row, whole, disputes), school, context if whole else None)
        for row, school, context, whole, disputes in db.session.execute(query)
    ]
    figures = select(ReportedFigure).filter_by(year=found.year, organisation=found.organisation)
    runs = select(IndexRun).filter_by(year=found.year, organisation=found.organisation).order_by(IndexRun.number)
    return ListView(
        list=found,
        place=registry.name_of(found.organisation),
        rows=rows,
        totals=_totals(rows),
        reported=db.session.scalars(figures.order_by(ReportedFigure.code)).all(),
        runs=db.session.scalars(runs).all() if policies.sees_drafts(actor) else [],
    )


def approved_list(school: str, on: date | None = None) -> bool:
    """Whether an approved list (or a project) gives the school support on a day (YAR-03: before it nothing starts)."""
    return membership.is_in(school, [each.code for each in membership.groups() if each.kind != "list"], on)


def rows_of(key: int) -> Sequence[SchoolListRow]:
    """For processes: all rows of a list by school."""
    query = select(SchoolListRow).filter_by(list_key=key).order_by(SchoolListRow.municipality, SchoolListRow.school)
    return db.session.scalars(query).all()


def place_of(key: int) -> str:
    """For processes: the organisation whose list it is.

    Raises:
        NotFound: no such list.
    """
    found = db.session.get(SchoolList, key)
    if found is None:
        raise NotFound()
    return found.organisation


def titles(codes: Collection[str]) -> list[str]:
    """Titles of groups by their codes; a code nobody knows is shown as it is."""
    known = {each.code: each.title for each in membership.groups()}
    return [known.get(code, code) for code in codes]


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Lists that exist for the actor: approved ones; drafts for who works on them, and for the municipalities, who
    see their schools (roles.md §3)."""
    if policies.sees_drafts(actor):
        return true()
    own = policies.municipalities(actor)
    if not own:
        return SchoolList.state == "approved"
    regions = select(Organisation.code).where(Organisation.parent_code.is_(None))
    theirs = SchoolList.organisation.in_(own) | SchoolList.organisation.in_(regions)
    return or_(SchoolList.state == "approved", theirs & (SchoolList.state == "draft"))


def _row(row: SchoolListRow, school: Organisation, context: SchoolContext | None) -> RowView:
    return RowView(
        row=row,
        name=school.short_name,
        municipality=registry.name_of(row.municipality),
        location=context.territorial_status if context else None,
        computed=titles(row.computed),
        decided=titles(row.decided),
    )


_DECISION = ("key", "list_key", "school", "municipality", "decided", "included", "change")
_GROUNDS = ("computed", "isb", "results_text", "basis", "missing", "flags", "appeal")


def _cut(row: SchoolListRow, whole: bool, disputes: bool) -> SchoolListRow:
    """A row as its reader may see it (roles.md §3): the decision; its grounds; what was objected and settled."""
    if whole and disputes:
        return row
    kept = SchoolListRow(computed=[], missing=[], flags=[])
    for name in (*_DECISION, *(_GROUNDS if whole else ())):
        setattr(kept, name, getattr(row, name))
    return kept


def _totals(rows: Sequence[RowView]) -> Totals:
    included = [each for each in rows if each.row.included]
    rural = sum(each.location == RURAL for each in included)
    city = sum(each.location is not None and each.location != RURAL for each in included)
    return Totals(schools=len(included), rural=rural, city=city)


def share_beside(totals: Totals, figure: ReportedFigure) -> Decimal | None:
    """The computed figure that stands beside a reported one."""
    if figure.code == "schools":
        return Decimal(totals.schools)
    return totals.pct(totals.rural if figure.code == "rural_pct" else totals.city)
