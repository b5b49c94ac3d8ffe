"""Keep definitions: each change is a new version, old values keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import queries as people

from .. import policies, queries, sources
from ..models import Indicator, IndicatorVersion
from ..rules import definition as rules
from ..rules import reading
from ..rules.definition import Definition


def check(actor: Actor, data: Mapping[str, Any]) -> Definition:
    """Whether this may be saved by this person; the definition that it would be.

    Raises:
        Invalid: what is wrong, by path.
        Forbidden: the definitions of this owner are not the actor's to keep.
    """
    found = reading.read(data, sources.find)
    if found.organisation is not None:
        try:
            people.organisation(found.organisation)
        except NotFound:
            message = _l("There is no organisation «%(code)s».", code=found.organisation)
            raise Invalid(message, {"organisation": [message]}) from None
    if not policies.may_edit(actor, found.organisation):
        raise Forbidden(_l("You keep the indicators of your municipality only: choose its name as the owner."))
    if not policies.may_read_definition(actor, found):
        raise Forbidden(_l("Numbers over one of these sources are not for you to see."))
    return found


def save(actor: Actor, data: Mapping[str, Any], *, base: int | None = None, reason: str = "") -> Indicator:
    """Add an indicator, or a new version of it.

    Args:
        data: as `rules.definition` describes it.
        base: the version that was changed; None for a new indicator.

    Returns:
        The indicator; unchanged when the definition says what it said before.

    Raises:
        Invalid, Forbidden: as `check`.
        Conflict: there is one of this code already, or somebody else has changed it meanwhile.
    """
    found = check(actor, data)
    row = db.session.scalars(
        select(Indicator).where(Indicator.code == found.code).with_for_update(of=Indicator)
    ).one_or_none()
    if row is None:
        if base is not None:
            raise NotFound(_l("There is no such indicator."))
        row = Indicator(code=found.code, version=0, title="", organisation=None, programme="", retired_at=None)
    else:
        _demand_base(actor, row, base)
        if row.current.body == rules.dump(found) and row.retired_at is None:
            return row
    return _add_version(actor, row, found, reason)


def _demand_base(actor: Actor, row: Indicator, base: int | None) -> None:
    if not policies.may_edit(actor, row.organisation):
        raise Forbidden(_l("Your role does not allow this."))
    if base is None:
        message = _l("There is an indicator «%(code)s» already: open and change it.", code=row.code)
        raise Conflict(message)
    if base != row.version:
        raise Conflict(_l("Somebody has changed this indicator meanwhile. Open it anew and look at the difference."))


def _add_version(actor: Actor, row: Indicator, found: Definition, reason: str) -> Indicator:
    row.version += 1
    row.title, row.organisation, row.programme = found.title[:500], found.organisation, found.programme
    row.retired_at = None
    db.session.add(row)
    db.session.flush()
    db.session.add(
        IndicatorVersion(
            code=row.code,
            version=row.version,
            body=rules.dump(found),
            reason=reason.strip()[:500],
            saved_by=actor.login,
            saved_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.refresh(row)
    return row


def retire(actor: Actor, code: str, *, back: bool = False) -> None:
    """Take an indicator out of use, or back into it; its values and frozen copies stay.

    Raises:
        NotFound: there is none in the actor's scope.
        Forbidden: it is not the actor's to keep.
    """
    row = queries.indicator(actor, code).row
    if not policies.may_edit(actor, row.organisation):
        raise Forbidden(_l("Your role does not allow this."))
    row.retired_at = None if back else clock.now()
    db.session.flush()


def load_definition(data: Mapping[str, Any]) -> bool:
    """Take a definition of the program's own files, unless it is there already. Returns whether it was taken."""
    if db.session.get(Indicator, str(data.get("code"))) is not None:
        return False
    save(PLATFORM, data)
    return True
