"""Frozen copies: value and list as they are now, never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid
from app.kernel.ids import next_key

from .. import policies, queries
from ..models import IndicatorSnapshot
from ..queries import lists, values
from ..queries.values import Between, Line
from ..rules import definition as rules

MOST_ENTRIES = 20_000
"""Entries of one list; more are counted only."""


def freeze(
    actor: Actor,
    organisation: str,
    year: int,
    *,
    reason: str,
    codes: Sequence[str] = (),
    programme: str = "",
    stage: str = "",
    between: Between = None,
    publish: bool = False,
) -> list[IndicatorSnapshot]:
    """Take frozen copies of the values of an organisation, all under one `batch`.

    Args:
        codes: these indicators; with none those of the programme; with neither all of the organisation.
        stage: for what stage, as people call it.
        between: dates of the stage.
        publish: everybody who is signed in may read the numbers.

    Raises:
        NotFound: the organisation or an indicator is out of scope.
        Forbidden: the actor takes no frozen copies there.
        Invalid: no reason, or no indicator.
    """
    where = values.place(actor, organisation)
    if not policies.may_freeze(actor, where.code):
        raise Forbidden(_l("Frozen copies are taken by coordinators."))
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Say what the copy is for: a report, the close of a stage.")]})
    found = _wanted(actor, where.code, year, codes, programme, between)
    if not found:
        raise Invalid(_l("There is no indicator to freeze."))
    batch = next_key()
    return [_copy(actor, each, batch, reason.strip()[:500], stage.strip()[:200], programme, publish) for each in found]


def _wanted(
    actor: Actor, organisation: str, year: int, codes: Sequence[str], programme: str, between: Between
) -> list[Line]:
    if codes:
        return [queries.line(actor, code, organisation, year, between) for code in dict.fromkeys(codes)]
    lines = values.board(actor, organisation, year, programme=programme, between=between)
    return [
        queries.line(actor, each.found.row.code, each.organisation.code, year, between)
        for each in lines
        if policies.may_freeze(actor, each.organisation.code)
    ]


def _copy(
    actor: Actor, line: Line, batch: int, reason: str, stage: str, programme: str, publish: bool
) -> IndicatorSnapshot:
    found, figure = line.found, line.figure
    row = IndicatorSnapshot(
        key=next_key(),
        batch=batch,
        code=found.row.code,
        version=found.row.version,
        organisation=line.organisation.code,
        organisation_name=line.organisation.short_name,
        period=line.period.code,
        title=found.definition.title,
        unit=found.definition.unit,
        definition=rules.dump(found.definition),
        sources=list(found.definition.sources),
        target=found.definition.target,
        amber_share=found.definition.amber_share,
        n=figure.n,
        d=figure.d,
        value=figure.number,
        state=figure.state,
        hidden=figure.hidden,
        numerator=_list(line, lists.NUMERATOR),
        denominator=_list(line, lists.DENOMINATOR) if found.definition.denominator else [],
        stage=stage,
        programme=programme or found.definition.programme,
        reason=reason,
        published=publish,
        taken_by=actor.login,
        taken_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _list(line: Line, part: str) -> list[dict[str, Any]]:
    """The list as it is now, with the names of now; nothing of a hidden value."""
    if line.figure.hidden:
        return []
    rows = db.session.execute(lists.statement(None, line, part).limit(MOST_ENTRIES)).all()
    return [
        {
            "value": each.value,
            "label": each.label,
            "organisation": each.organisation,
            "rows": list(each.rows),
            "size": each.size,
        }
        for each in lists.shown(line, part, rows)
    ]
