"""The policy table as conditions of statements: what is out of scope is never read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import ColumnElement, and_, cast, false, or_, true
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from app.documents.access import PUBLISHED, Grant, grants_for, kinds
from app.documents.models import Document, Record
from app.kernel.actor import Actor, Assignment
from app.kernel.errors import NotFound
from app.people import queries as people

Table = type[Record] | type[Document]
Condition = ColumnElement[bool]
Scope = Callable[[Actor, Table], Condition | None]
_scopes: dict[str, list[Scope]] = {}


def register_scope(rule: str, scope: Scope) -> None:
    """Let a higher feature add to what a rule covers.

    Args:
        rule: `course`, `assigned`, … as in `access`.
        scope: (actor, `Record` or `Document`) -> a condition on that table, None for nothing. The engine adds the
            instances of the actor's tasks to `assigned`, courses add the actor's own courses to `course`.
    """
    _scopes.setdefault(rule, []).append(scope)


def visible(actor: Actor, table: Table, kind: str | None = None) -> Condition:
    """Condition: the actor may see the row, be it in part. `kind` shortens it where only one kind is asked for."""
    return _granted(actor, table, kind, _shows)


def fully_visible(actor: Actor, table: Table, kind: str | None = None) -> Condition:
    """Condition: the actor may see all of the row's data."""
    return _granted(actor, table, kind, lambda grant: _shows(grant) and not grant.fields)


def countable(actor: Actor, kind: str, table: Table) -> Condition:
    """Condition: the row counts in the numbers that the actor may see.

    A municipality or school counts its own rows, everybody else with a `counts` grant all of them.
    """
    counted = [
        true() if held.level == "region" else _unit(table, held)
        for held in actor.assignments
        if Grant(("counts",)) in grants_for(kind, held.role)
    ]
    return and_(table.kind == kind, or_(_for_kind(actor, kind, table, _shows), *counted))


def _shows(grant: Grant) -> bool:
    return grant.rules != ("counts",)


def _granted(actor: Actor, table: Table, kind: str | None, wanted: Callable[[Grant], bool]) -> Condition:
    if actor.system:
        return true() if kind is None else table.kind == kind
    if kind is not None:
        return and_(table.kind == kind, _for_kind(actor, kind, table, wanted))
    listed = [and_(table.kind.in_(same), _for_kind(actor, same[0], table, wanted)) for same in _alike()]
    other = and_(table.kind.not_in(list(kinds())), _for_kind(actor, "", table, wanted))
    return or_(*listed, other)


def _alike() -> list[list[str]]:
    """Kinds with the same policy, together: one condition serves all of them."""
    groups: dict[int, list[str]] = {}
    for kind, roles in kinds().items():
        groups.setdefault(id(roles), []).append(kind)
    return list(groups.values())


def _for_kind(actor: Actor, kind: str, table: Table, wanted: Callable[[Grant], bool]) -> Condition:
    if actor.system:
        return true()
    found = [
        and_(*(_rule(rule, actor, held, table) for rule in grant.rules))
        for held in actor.assignments
        for grant in grants_for(kind, held.role)
        if wanted(grant)
    ]
    return or_(false(), *found)


def _rule(rule: str, actor: Actor, held: Assignment, table: Table) -> Condition:
    """What one rule covers for one role of the actor; a role given for some objects covers only these."""
    if rule == "all":
        return _tagged(table, *held.objects) if held.objects else true()
    if rule == "own":
        return or_(table.owner == actor.login, _tagged(table, f"person:{actor.login}"))
    if rule == "unit":
        unit = _unit(table, held)
        return and_(unit, _tagged(table, *held.objects)) if held.objects else unit
    if rule == "published":
        return table.status.in_(PUBLISHED)
    if rule in ("course", "assigned"):
        added = [condition for scope in _scopes.get(rule, ()) if (condition := scope(actor, table)) is not None]
        return or_(_tagged(table, *held.objects) if held.objects else false(), *added)
    return false()


def _unit(table: Table, held: Assignment) -> Condition:
    """Condition: the row belongs to where the role is held; a municipal service counts for its municipality."""
    code = held.organisation
    if held.level == "municipality":
        with suppress(NotFound):
            code = people.municipality_of(code) or code
    return _tagged(table, f"org:{code}")


def _tagged(table: Table, *tags: str) -> Condition:
    """Condition: the row concerns one of these things."""
    found: Condition = table.objects.overlap(cast(list(tags), ARRAY(TEXT)))
    return found
