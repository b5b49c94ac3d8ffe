"""Passports of programmes: write down, change, put in force, close."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.audit import operations as audit
from app.engine import queries as processes
from app.indicators import queries as indicators
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people

from .. import policies, queries
from ..models import ProgrammeTarget, Roadmap, SupportProgramme
from ..models.programmes import ACTIVE, CLOSED, DRAFT, MUNICIPALITY, REGION, SCHOOL

_CODE = re.compile(r"^[\w-]{2,40}$")
_LEVELS = {"region": REGION, "municipality": MUNICIPALITY, "school": SCHOOL}
_ORDER = (REGION, MUNICIPALITY, SCHOOL)
_TURNS = {(DRAFT, ACTIVE), (ACTIVE, CLOSED), (CLOSED, ACTIVE)}


@dataclass(frozen=True, slots=True)
class Passport:
    """What a passport says.

    Attributes:
        targets: `{indicator, text, value?, unit?, level?, comparison?}`.
        parent: code of the programme that it stands in.
    """

    code: str
    title: str
    organisation: str
    period_from: date
    period_to: date
    parent: str | None = None
    owner: str = ""
    curator: str = ""
    responsible: str = ""
    executors: str = ""
    goal: str = ""
    tasks: Sequence[str] = ()
    groups: Sequence[str] = ()
    targets: Sequence[Mapping[str, Any]] = field(default=())


def create_programme(actor: Actor, passport: Passport, *, copied: bool = False) -> SupportProgramme:
    """Write down a programme with an empty roadmap.

    Args:
        copied: from a document or from the year before: targets may name indicators that are not defined yet.

    Raises:
        Forbidden: the actor does not keep programmes of this place.
        Invalid: a field is wrong; a code that is there already.
    """
    place = _place(passport.organisation)
    kind = _LEVELS[place.level]
    if not policies.keeps(actor, kind, place.code):
        raise Forbidden(_l("The coordinators of the place write its programmes."))
    _check(passport, new=True)
    if not copied:
        _check_targets(actor, passport.targets, known=())
    found = SupportProgramme(
        key=next_key(),
        code=passport.code,
        cycle=passport.code.rpartition("-")[0] or passport.code,
        kind=kind,
        organisation=place.code,
        parent_key=_parent(actor, passport.parent, kind),
        state=DRAFT,
        created_by=actor.login,
        created_at=clock.now(),
        **_texts(passport),
    )
    db.session.add(found)
    db.session.flush()
    write_targets(found, passport.targets)
    roadmap = Roadmap(key=next_key(), programme_key=found.key, title=passport.title, created_at=clock.now())
    db.session.add(roadmap)
    db.session.flush()
    audit.record_event(actor, "programme", found.code, "create", details=found.facts())
    return found


def change_programme(actor: Actor, code: str, passport: Passport, version: int) -> SupportProgramme:
    """Change a passport; code, organisation and kind stay.

    Args:
        version: as the form was shown.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: somebody else was faster, or a process works it out.
        Invalid: a field is wrong.
    """
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    db.session.refresh(found, with_for_update=True)
    if found.state == CLOSED:
        raise Conflict(_l("The programme is closed: open it again before you change it."))
    demand_free(found)
    if found.version != version:
        raise Conflict(_l("Somebody else has changed this programme meanwhile. Look at it again."))
    _check(passport, new=False)
    _check_targets(actor, passport.targets, known=[each.indicator for each in found.targets])
    before = found.facts()
    for name, value in _texts(passport).items():
        setattr(found, name, value)
    flag_modified(found, "title")  # targets are rows of their own: the version grows with them too
    found.parent_key = _parent(actor, passport.parent, found.kind)
    write_targets(found, passport.targets)
    db.session.flush()
    after = found.facts()
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    audit.record_event(actor, "programme", found.code, "change", changes=changes)
    return found


def worked_out(found: SupportProgramme) -> bool:
    """Whether a process works on the draft: then nobody changes it by hand."""
    return found.state == DRAFT and found.instance_key is not None and not processes.is_over(found.instance_key)


def demand_free(found: SupportProgramme) -> None:
    """Refuse to change by hand what a process works out.

    Raises:
        Conflict: `municipal_programme` works on it.
    """
    if worked_out(found):
        raise Conflict(_l("The programme is being worked out: it is changed by the tasks of its process."))


def set_state(actor: Actor, code: str, state: str) -> SupportProgramme:
    """Put a programme in force (it is published then), close it, or open it again.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: there is no way from its state to this one, or a process works it out.
    """
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    demand_free(found)
    if (found.state, state) not in _TURNS:
        raise Conflict(_l("The programme cannot be put into this state now."))
    if state == ACTIVE and queries.closings.published(found.key) is not None:
        raise Conflict(_l("The programme is closed by its report: it stays as it is."))
    before, found.state = found.state, state
    db.session.flush()
    audit.record_event(actor, "programme", found.code, "set-state", changes={"state": (before, state)})
    return found


def _place(code: str) -> people.OrganisationView:
    try:
        place = people.organisation(code)
    except NotFound:
        raise _wrong("organisation", _l("There is no such organisation.")) from None
    if place.level not in _LEVELS:
        raise _wrong("organisation", _l("Programmes belong to a region, a municipality or a school."))
    return place


def _parent(actor: Actor, code: str | None, kind: str) -> int | None:
    """The programme above: of a wider level, so that there is never a circle."""
    if not code:
        return None
    try:
        parent = queries.programme(actor, code)
    except NotFound:
        raise _wrong("parent", _l("There is no such programme.")) from None
    if _ORDER.index(parent.kind) >= _ORDER.index(kind):
        raise _wrong("parent", _l("A programme stands in one of a wider level."))
    return parent.key


def _texts(passport: Passport) -> dict[str, Any]:
    names = ("title", "owner", "curator", "responsible", "executors", "goal", "period_from", "period_to")
    lists = {name: [text for text in getattr(passport, name) if text] for name in ("tasks", "groups")}
    return {name: getattr(passport, name) for name in names} | lists


def _check(passport: Passport, *, new: bool) -> None:
    errors: dict[str, list[object]] = {}
    if new and not _CODE.match(passport.code):
        errors["code"] = [_l("A code has letters, digits and hyphens, at most 40.")]
    elif new and db.session.scalar(select(SupportProgramme.key).where(SupportProgramme.code == passport.code)):
        errors["code"] = [_l("This code is taken.")]
    if not passport.title.strip():
        errors["title"] = [_l("Please fill in this field.")]
    errors |= _period(passport.period_from, passport.period_to)
    seen = [str(each.get("indicator") or "") for each in passport.targets]
    if "" in seen or len(set(seen)) != len(seen):
        errors["targets"] = [_l("Every target names an indicator, each once.")]
    if errors:
        raise Invalid(errors=errors)


def check_period(first: date, last: date) -> None:
    """Refuse a period that cannot be.

    Raises:
        Invalid: it ends before it begins, or lasts longer than ten years.
    """
    if errors := _period(first, last):
        raise Invalid(errors=errors)


def _period(first: date, last: date) -> dict[str, list[object]]:
    if last < first:
        return {"period_to": [_l("The end is before the beginning.")]}
    if (last - first).days > 3660:
        return {"period_to": [_l("A programme lasts ten years at most.")]}
    return {}


def _check_targets(actor: Actor, targets: Sequence[Mapping[str, Any]], *, known: Collection[str]) -> None:
    """Refuse indicators that there are none of, or whose numbers are none of the actor's; those there before stay."""
    for code in dict.fromkeys(str(each["indicator"]) for each in targets):
        if code in known:
            continue
        try:
            indicators.indicator(actor, code)
        except NotFound:
            raise _wrong("targets", _l("There is no indicator «%(code)s».", code=code)) from None


def write_targets(found: SupportProgramme, targets: Sequence[Mapping[str, Any]]) -> None:
    """Write the targets of a programme anew."""
    found.targets = [
        ProgrammeTarget(
            key=next_key(),
            position=position,
            indicator=str(each["indicator"]),
            level=str(each.get("level") or ""),
            text=str(each.get("text") or each["indicator"]),
            value=None if each.get("value") is None else Decimal(str(each["value"])),
            unit=str(each.get("unit") or ""),
            comparison=str(each.get("comparison") or ">="),
        )
        for position, each in enumerate(targets, 1)
    ]


def _wrong(name: str, message: object) -> Invalid:
    return Invalid(message, {name: [message]})
