"""What a page was asked for: organisation, year, dates of a stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people
from app.people.models import Organisation

from .. import policies
from ..queries import values
from ..rules import periods

YEARS_BACK = 8
MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when.

    Attributes:
        between: dates of a stage, where both were given.
    """

    place: people.OrganisationView
    year: int
    between: values.Between = None

    @property
    def arguments(self) -> dict[str, str]:
        """The same in an address."""
        found = {"organisation": self.place.code, "year": str(self.year)}
        if self.between:
            found |= {"from": self.between[0].isoformat(), "to": self.between[1].isoformat()}
        return found


def asked(actor: Actor) -> Asked:
    """What the request's address (or form) asks for; the reader's own organisation and this year without it.

    Raises:
        NotFound: the organisation is out of scope, or the actor reads no values.
        Invalid: the dates make no sense.
    """
    code = request.values.get("organisation") or values.home(actor)
    place = values.place(actor, code)
    wanted = request.values.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else clock.today().year
    return Asked(place, min(max(year, periods.EARLIEST), periods.LATEST), _between())


def _between() -> values.Between:
    first, last = request.values.get("from", ""), request.values.get("to", "")
    if not first or not last:
        return None
    try:
        found = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise Invalid(_l("The dates of the stage are wrong.")) from None
    if found[0] > found[1]:
        raise Invalid(_l("The stage ends before it begins."))
    return found


def years() -> list[tuple[str, str]]:
    """Years to choose from."""
    now = clock.today().year
    return [(str(year), str(year)) for year in range(now + 1, now - YEARS_BACK, -1)]


def places(actor: Actor) -> list[tuple[str, str]]:
    """Organisations whose values the reader may choose: the region, municipalities, schools."""
    query = (
        select(Organisation.code, Organisation.short_name, Organisation.level)
        .where(
            Organisation.active,
            policies.organisations_in_sight(actor),
            Organisation.level.in_(("municipality", "school")) | Organisation.parent_code.is_(None),
            Organisation.kind.not_in(("mms", "mmo", "municipal_council", "municipal_centre")),
        )
        .order_by(Organisation.path)
        .limit(MOST_PLACES)
    )
    indent = {"region": "", "municipality": "", "school": "    "}
    return [(code, indent.get(level, "") + name) for code, name, level in db.session.execute(query)]
