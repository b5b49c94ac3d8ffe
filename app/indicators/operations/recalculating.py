"""Compute values anew, for all organisations at once: at night, and when somebody asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.jobs import operations as jobs
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden
from app.kernel.ids import next_key
from app.people.models import Organisation

from .. import policies, queries
from ..models import Indicator, IndicatorNight, IndicatorValue
from ..queries import values
from ..rules import loading, periods
from ..rules.definition import Definition
from ..rules.figures import Figure
from ..rules.periods import Period

RECALCULATE = "indicators.recalculate"
"""Kind of outbox entries and jobs."""
HOUR = 2
"""From this hour of the night on (Moscow) values are computed anew."""
LEVELS = ("region", "municipality", "school")
_AT_ONCE = 1000
_ZONE = ZoneInfo("Europe/Moscow")


def recalculate(code: str, year: int | None = None) -> int:
    """Compute an indicator for every organisation that it concerns; what changed becomes a point of its history.

    Args:
        year: of the current period when None.

    Returns:
        How many values changed.
    """
    row = db.session.get(Indicator, code)
    if row is None or row.retired_at is not None:
        return 0
    definition = loading.load(row.current.body)
    period = periods.period(definition.period, year or current_year(definition, clock.today()))
    codes = _organisations(definition)
    figures = values.compute_many(definition, period, codes)
    newest = _kept(row, period, codes)
    changed = [place for place in codes if _differs(figures[place], newest.get(place))]
    _keep(row, period, {place: figures[place] for place in changed})
    _confirm(code, period, [newest[place].key for place in codes if place in newest and place not in changed])
    return len(changed)


def current_year(definition: Definition, today: date) -> int:
    """The year whose period runs: a school year has the year in which it begins."""
    school_year = definition.period.get("kind") == periods.SCHOOL_YEAR
    return today.year - 1 if school_year and today.month < 9 else today.year


def _organisations(definition: Definition) -> list[str]:
    query = select(Organisation.code).where(Organisation.active, Organisation.level.in_(LEVELS))
    if definition.organisation is not None:
        query = query.where(Organisation.path.contains([definition.organisation]))
    return list(db.session.scalars(query.order_by(Organisation.code)))


def _kept(row: Indicator, period: Period, codes: Collection[str]) -> dict[str, IndicatorValue]:
    query = select(IndicatorValue).ext(distinct_on(IndicatorValue.organisation))
    query = query.where(IndicatorValue.code == row.code, IndicatorValue.period == period.code)
    found = db.session.scalars(query.order_by(IndicatorValue.organisation, IndicatorValue.day.desc()))
    wanted = set(codes)
    return {each.organisation: each for each in found if each.organisation in wanted and each.version == row.version}


def _differs(figure: Figure, kept: IndicatorValue | None) -> bool:
    """Whether a value is news; nothing at all where nothing was is none."""
    if kept is None:
        return bool(figure.n or figure.d)
    return (figure.n, figure.d, figure.hidden) != (kept.n, kept.d, kept.hidden)


def _keep(row: Indicator, period: Period, figures: dict[str, Figure]) -> None:
    now = clock.now()
    rows = [
        {
            "key": next_key(),
            "code": row.code,
            "version": row.version,
            "organisation": place,
            "period": period.code,
            "day": clock.today(),
            "n": figure.n,
            "d": figure.d,
            "hidden": figure.hidden,
            "computed_at": now,
        }
        for place, figure in figures.items()
    ]
    for start in range(0, len(rows), _AT_ONCE):
        statement = insert(IndicatorValue).values(rows[start : start + _AT_ONCE])
        taken = {name: statement.excluded[name] for name in ("version", "n", "d", "hidden", "computed_at")}
        same_day = ["code", "organisation", "period", "day"]
        db.session.execute(statement.on_conflict_do_update(index_elements=same_day, set_=taken))


def _confirm(code: str, period: Period, keys: Iterable[int]) -> None:
    """What did not change is as good as computed now."""
    confirmed = list(keys)
    if confirmed:
        db.session.execute(
            update(IndicatorValue).where(IndicatorValue.key.in_(confirmed)).values(computed_at=clock.now()),
            execution_options={"synchronize_session": False},
        )
        db.session.expire_all()


def recalculate_now(actor: Actor, code: str, organisation: str, year: int) -> int:
    """«Пересчитать» of one indicator.

    Raises:
        NotFound: out of scope.
        Forbidden: the actor has no values computed there.
    """
    found = queries.indicator(actor, code)
    _demand(actor, organisation)
    return recalculate(found.row.code, year)


def start_recalculation(actor: Actor, organisation: str, year: int) -> int:
    """«Пересчитать» of everything that the actor reads, as work in the background. Returns the job's key.

    Raises:
        NotFound, Forbidden: as `recalculate_now`.
    """
    _demand(actor, organisation)
    codes = [found.row.code for found in queries.indicators(actor)]
    return jobs.start(
        actor,
        RECALCULATE,
        {"codes": codes, "year": year},
        title=_("Indicators computed anew: %(year)s", year=year),
        total=len(codes),
        link="/indicators/",
        once=f"{RECALCULATE}:{year}",
    )


def _demand(actor: Actor, organisation: str) -> None:
    values.place(actor, organisation)
    if not policies.may_freeze(actor, organisation):
        raise Forbidden(_l("Values are computed anew every night; in between coordinators can have it done."))


def put_down_night() -> bool:
    """Put the night's work down, once a night: an entry for each indicator. The leading clock asks every few minutes.

    Returns:
        Whether it was put down now.
    """
    now = clock.now()
    today = clock.today()
    if now.astimezone(_ZONE).hour < HOUR:
        return False
    statement = insert(IndicatorNight).values(day=today, put_down_at=now).on_conflict_do_nothing()
    if not db.session.execute(statement.returning(IndicatorNight.day)).first():
        return False
    for code in db.session.scalars(select(Indicator.code).where(Indicator.retired_at.is_(None))):
        outbox.enqueue(RECALCULATE, {"code": code})
    return True
