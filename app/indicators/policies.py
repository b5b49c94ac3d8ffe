"""Who reads which values and who changes definitions (roles.md §3, «Indicators, dashboards, frozen reports»)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true

from app.documents.access import GROUPS
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from . import sources
from .rules.definition import Definition

ALL = frozenset({*GROUPS["iro"], *GROUPS["cmoko"], *GROUPS["region"], *GROUPS["auditor"]})
"""Roles that read the values of every organisation."""
MUNICIPAL = frozenset(GROUPS["municipal"])
SCHOOL = frozenset(GROUPS["school"])
EDITORS = frozenset({"region_coordinator", "iro_coordinator"})
"""Roles that keep every definition."""
MUNICIPAL_EDITORS = frozenset({"municipal_coordinator", "programme_coordinator"})
"""Roles that keep the definitions of their municipality."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a person reads values: everywhere, or in `roots` and below."""

    everywhere: bool
    roots: frozenset[str] = frozenset()

    def holds(self, path: tuple[str, ...]) -> bool:
        """Whether an organisation of this path lies in it."""
        return self.everywhere or not self.roots.isdisjoint(path)

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.roots)


def sight(actor: Actor) -> Sight:
    """Where the actor reads values and the lists behind them; nowhere for teachers, who read what is published."""
    if actor.system or actor.has_role(*ALL):
        return Sight(True)
    schools = {held.organisation for held in actor.assignments if held.role in SCHOOL}
    return Sight(False, frozenset(schools | municipalities(actor, MUNICIPAL)))


def municipalities(actor: Actor, roles: frozenset[str]) -> set[str]:
    """Municipalities where the actor holds one of the roles; that of a municipal service counts."""
    found = set()
    for held in actor.assignments:
        if held.role in roles:
            code = held.organisation
            with suppress(NotFound):
                code = people.municipality_of(code) or code
            found.add(code)
    return found


def organisations_in_sight(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Organisation`: the actor reads its values."""
    seen = sight(actor)
    if seen.everywhere:
        return true()
    if not seen.roots:
        return false()
    return or_(*(Organisation.path.contains([root]) for root in sorted(seen.roots)))


def may_read(actor: Actor) -> bool:
    """Whether the pages of indicators exist for the actor."""
    return bool(sight(actor))


def may_read_definition(actor: Actor, definition: Definition) -> bool:
    """Whether the indicator concerns the actor's organisations, and its numbers are none of those kept from them."""
    return _concerns(actor, definition.organisation) and all(
        source is None or source.counted is None or source.counted(actor)
        for source in (sources.find(code) for code in definition.sources)
    )


def _concerns(actor: Actor, owner: str | None) -> bool:
    """Whether an indicator of this owner is one of the reader's: everybody's, from above, or from below."""
    seen = sight(actor)
    if owner is None or seen.everywhere:
        return bool(seen)
    try:
        path = people.organisation_path(owner)
    except NotFound:
        return False
    above = (people.organisation_path(root) for root in seen.roots)
    return seen.holds(path) or any(owner in each for each in above)


def may_edit(actor: Actor, owner: str | None) -> bool:
    """Whether the actor keeps the definitions of an owner (None: those of everybody)."""
    if actor.system or actor.has_role(*EDITORS):
        return True
    own = municipalities(actor, MUNICIPAL_EDITORS)
    if owner is None or not own:
        return False
    try:
        return not own.isdisjoint(people.organisation_path(owner))
    except NotFound:
        return False


def may_edit_any(actor: Actor) -> bool:
    """Whether there is anything that the actor may define."""
    return actor.system or actor.has_role(*EDITORS, *MUNICIPAL_EDITORS)


def may_freeze(actor: Actor, organisation: str) -> bool:
    """Whether the actor takes frozen copies for an organisation, and has its values computed anew."""
    return may_edit(actor, organisation)
