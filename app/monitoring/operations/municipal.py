"""The municipal monitoring: rounds, rows, the institute's check, scores (LIP §1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from app.documents.models import Record
from app.engine import queries as processes
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.kernel.ids import next_key
from app.people import queries as people

from .. import proposals
from ..models import MunicipalCell, MunicipalRound, MunicipalScore
from ..rules import municipal as rules

DECISION = "management_decision"
PUBLISHED = "published"


def open_round(year: int, month: int, held_on: date | None, instance_key: int) -> MunicipalRound:
    """Open the stage of a month, once; the same instance gets the same round again.

    The stage that a cancelled process left behind is held anew.

    Raises:
        Invalid: no stage is held in the month, or it was held already.
    """
    stage = rules.STAGE_OF_MONTH.get(month)
    if stage is None:
        raise Invalid(_l("The municipal monitoring is held in April, June (July) and November."))
    known = db.session.scalar(select(MunicipalRound).where(MunicipalRound.instance_key == instance_key))
    if known is not None:
        return known
    same = select(MunicipalRound).where(MunicipalRound.year == year, MunicipalRound.month == stage)
    opened = db.session.scalar(same.with_for_update())
    if opened is None:
        opened = MunicipalRound(key=next_key(), year=year, month=stage)
        db.session.add(opened)
    elif opened.closed_at is None and processes.is_over(opened.instance_key):
        for table in (MunicipalCell, MunicipalScore):
            db.session.execute(delete(table).where(table.round_key == opened.key))
    else:
        raise Invalid(_l("The municipal monitoring of this stage was started already."))
    opened.held_on, opened.opened_at = held_on or date(year, month, 1), clock.now()
    opened.instance_key = instance_key
    db.session.flush()
    return opened


def round_of(instance_key: int) -> MunicipalRound:
    """The round of a process instance.

    Raises:
        Invalid: it was not opened.
    """
    found = db.session.scalar(select(MunicipalRound).where(MunicipalRound.instance_key == instance_key))
    if found is None:
        raise Invalid(_l("The municipal monitoring of this stage was not opened."))
    return found


def round_before(of: MunicipalRound) -> MunicipalRound | None:
    """The stage before, of this year or the last."""
    query = select(MunicipalRound).where(MunicipalRound.held_on < of.held_on)
    return db.session.scalar(query.order_by(MunicipalRound.held_on.desc()).limit(1))


def cells_of(of: MunicipalRound, municipality: str) -> Sequence[MunicipalCell]:
    """The cells of a municipality in the order of the indicators."""
    query = select(MunicipalCell).where(MunicipalCell.round_key == of.key, MunicipalCell.municipality == municipality)
    return db.session.scalars(query.order_by(MunicipalCell.code)).all()


def rows_for(of: MunicipalRound, municipality: str) -> list[dict[str, Any]]:
    """The empty rows of a municipality with what was said before and what the platform itself knows.

    Returns:
        `{indicator, previous, proposal, url?, value?}` per active indicator.
    """
    before = round_before(of)
    said = {cell.code: cell for cell in cells_of(before, municipality)} if before is not None else {}
    have = {cell.code for cell in cells_of(of, municipality)}
    known = _proposals(of, before, municipality)
    rows = []
    for each in rules.active(of.month):
        if each.code not in have:
            db.session.add(
                MunicipalCell(key=next_key(), round_key=of.key, municipality=municipality, code=each.code, round=of)
            )
        later = before.held_on.isoformat() if before is not None and each.update_of else None
        rows.append(_row(each, said.get(each.code) or said.get(each.update_of or ""), known.get(each.code, {}), later))
    db.session.flush()
    return rows


def _row(
    each: rules.Indicator, previous: MunicipalCell | None, proposal: Mapping[str, Any], later_than: str | None
) -> dict[str, Any]:
    return {
        "indicator": each.name,
        "previous": _in_words(previous),
        "proposal": proposal.get("text"),
        "value": proposal.get("value"),
        "url": proposal.get("url"),
        "published_on": proposal.get("on"),
        "update": each.update_of is not None,
        "later_than": later_than,
    }


def _in_words(cell: MunicipalCell | None) -> str:
    if cell is None:
        return "нет данных"
    if cell.missing:
        return "не представлено"
    return f"{cell.value or 'нет данных'} ({cell.check_result or 'не проверено'})"


def _proposals(of: MunicipalRound, before: MunicipalRound | None, municipality: str) -> dict[str, Mapping[str, Any]]:
    """What other features know; MM-14 is satisfied by a decision that the municipality published since the stage
    before (LIP-09)."""
    known = proposals.proposed(municipality, of.year)
    since = before.opened_at if before is not None else of.opened_at - timedelta(days=365)
    decision = published_since(municipality, since)
    if decision is None:
        return known
    address = f"{current_app.extensions['marshrut'].public_url}/monitoring/decisions/{municipality}"
    on = decision.created_at.date().isoformat()
    text = "Опубликовано управленческое решение: " + decision.created_at.strftime("%d.%m.%Y")
    return known | {rules.DECISIONS: {"value": rules.YES, "url": address, "on": on, "text": text}}


def published_since(municipality: str, since: datetime) -> Record | None:
    """The latest decision of a municipality itself that was published after a moment."""
    query = select(Record).where(
        Record.current,
        Record.kind == DECISION,
        Record.status == PUBLISHED,
        Record.organisation == municipality,
        Record.created_at >= since,
    )
    return db.session.scalar(query.order_by(Record.created_at.desc()).limit(1))


def save_rows(of: MunicipalRound, municipality: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Take what the municipality filled in, all or nothing.

    Raises:
        Invalid: `errors` names the rows and what is wrong with them.
    """
    before = round_before(of)
    held_before = before.held_on if before is not None else None
    cells = {cell.code: cell for cell in cells_of(of, municipality)}
    errors: dict[str, list[object]] = {}
    for index, row in enumerate(rows):
        each = rules.named(str(row.get("indicator")))
        if each is None or each.code not in cells:
            errors[f"rows.{index}.indicator"] = [_l("This indicator is not active in this stage.")]
            continue
        typed = {**row, "published_on": _day(row.get("published_on"))}
        for name, text in rules.problems(each, typed, held_before).items():
            errors[f"rows.{index}.{name}"] = [text]
        if not errors:
            _fill(cells[each.code], typed)
    if errors:
        raise Invalid(_l("Some rows cannot be taken."), errors)
    db.session.flush()


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _fill(cell: MunicipalCell, row: Mapping[str, Any]) -> None:
    cell.value = str(row["value"])
    cell.url = str(row["url"]).strip() if row.get("url") else None
    cell.published_on = row.get("published_on")
    cell.count = int(row["count"]) if row.get("count") is not None else None
    cell.note = str(row["note"]) if row.get("note") else None
    cell.check_result = cell.check_comment = None
    cell.link_state = cell.link_checked_at = None
    cell.missing = False


def miss(of: MunicipalRound, municipality: str) -> None:
    """Nothing came in time: every row that is still empty says «нет», marked «не представлено»."""
    for cell in cells_of(of, municipality):
        if cell.value is None or cell.check_result == rules.CLARIFY:
            _fill(cell, {"value": rules.NO})
            cell.missing = True
            cell.check_result = rules.NOT_CONFIRMED
            cell.check_comment = "Не представлено в срок."
    db.session.flush()


def look_at_links(of: MunicipalRound, municipality: str, states: Callable[[Iterable[str]], Mapping[str, str]]) -> None:
    """Keep which links answer. Whatever comes out is a warning, nothing more.

    Args:
        of: the round.
        municipality: whose links.
        states: asks the web (`monitoring.links.states`).
    """
    cells = [cell for cell in cells_of(of, municipality) if cell.url]
    found = states([str(cell.url) for cell in cells])
    for cell in cells:
        cell.link_state, cell.link_checked_at = found[str(cell.url)], clock.now()
    db.session.flush()


def record_check(of: MunicipalRound, municipality: str, checks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Take what the institute found; «уточнить» counts once per row, the second time it is «не подтверждено».

    Returns:
        Codes of the rows that go back to the municipality.
    """
    cells = {cell.code: cell for cell in cells_of(of, municipality)}
    back = []
    for row in checks:
        each = rules.named(str(row.get("indicator")))
        cell = cells.get(each.code) if each is not None else None
        if cell is None:
            continue
        result = str(row.get("check_result"))
        if result == rules.CLARIFY and cell.clarified:
            result = rules.NOT_CONFIRMED
        cell.check_result, cell.check_comment = result, row.get("check_comment") or None
        if result == rules.CLARIFY:
            cell.clarified = True
            back.append(cell.code)
    db.session.flush()
    return back


def keep_score(of: MunicipalRound, municipality: str) -> MunicipalScore:
    """Count the points of a municipality and keep them."""
    found = rules.score((cell.code, cell.value, cell.check_result) for cell in cells_of(of, municipality))
    row = db.session.get(MunicipalScore, (of.key, municipality))
    if row is None:
        row = MunicipalScore(round_key=of.key, municipality=municipality)
        db.session.add(row)
    row.points, row.most = found.points, found.most
    row.directions = {code: dict(each) for code, each in found.directions.items()}
    db.session.flush()
    return row


def close_round(of: MunicipalRound) -> None:
    """The stage is over."""
    of.closed_at = of.closed_at or clock.now()
    db.session.flush()


def municipalities(codes: Iterable[str] = ()) -> list[str]:
    """The municipalities that take part: those named, else all authorities."""
    wanted = [str(code) for code in codes]
    if wanted:
        return [people.organisation(code).code for code in dict.fromkeys(wanted)]
    return [row.code for row in db.session.scalars(people.organisations(kind="mouo"))]
