"""The municipal table: indicators × municipalities, in the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from app.documents.models import Record
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .. import policies
from ..models import MunicipalCell, MunicipalRound, MunicipalScore
from ..operations.municipal import DECISION, PUBLISHED
from ..rules import municipal as rules


@dataclass(frozen=True, slots=True)
class Table:
    """One stage.

    Attributes:
        places: codes and names of the municipalities, the best first where places are seen.
        cells: by municipality and indicator.
        scores: by municipality, once they are counted.
        ranks: places by municipality; empty for who sees only the own score.
    """

    round: MunicipalRound
    indicators: Sequence[rules.Indicator]
    places: Sequence[tuple[str, str]]
    cells: Mapping[tuple[str, str], MunicipalCell]
    scores: Mapping[str, MunicipalScore]
    ranks: Mapping[str, int]


def demand_sight(actor: Actor) -> None:
    """Refuse whom the table does not exist for.

    Raises:
        NotFound: the actor works neither for the region nor for a municipality.
    """
    if not policies.may_open_municipal(actor):
        raise NotFound()


def rounds(actor: Actor) -> Sequence[MunicipalRound]:
    """The stages that have cells in the actor's scope, the newest first."""
    if not policies.may_open_municipal(actor):
        return []
    inside = exists().where(MunicipalCell.round_key == MunicipalRound.key, policies.cells_in_scope(actor))
    return db.session.scalars(select(MunicipalRound).where(inside).order_by(MunicipalRound.held_on.desc())).all()


def table(actor: Actor, year: int, month: int) -> Table:
    """The table of a stage: all municipalities for the region, the own one for a municipality.

    Raises:
        NotFound: no such stage in the actor's scope.
    """
    demand_sight(actor)
    of = next((each for each in rounds(actor) if (each.year, each.month) == (year, month)), None)
    if of is None:
        raise NotFound(_l("There is no such stage of the monitoring."))
    query = select(MunicipalCell).where(MunicipalCell.round_key == of.key, policies.cells_in_scope(actor))
    cells = {(cell.municipality, cell.code): cell for cell in db.session.scalars(query)}
    codes = {municipality for municipality, _ in cells}
    found = db.session.scalars(select(MunicipalScore).where(MunicipalScore.round_key == of.key))
    scores = {row.municipality: row for row in found if row.municipality in codes}
    ranks = rules.ranking({code: row.points for code, row in scores.items()}) if policies.sees_region(actor) else {}
    names = [(code, people.organisation(code).short_name) for code in codes]
    names.sort(key=lambda each: (ranks.get(each[0], len(names) + 1), each[1]))
    return Table(of, rules.active(of.month), names, cells, scores, ranks)


def published(municipality: str) -> list[Record]:
    """Decisions that a municipality has published, the newest first: anybody may read them (MM-14).

    Raises:
        NotFound: there is no such municipality.
    """
    if people.organisation(municipality).kind != "mouo":
        raise NotFound()
    query = select(Record).where(
        Record.current,
        Record.kind == DECISION,
        Record.status == PUBLISHED,
        Record.organisation == municipality,
    )
    return list(db.session.scalars(query.order_by(Record.created_at.desc())))
