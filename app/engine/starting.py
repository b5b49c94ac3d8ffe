"""What a new instance begins with: place, owner, header variables, deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine import decisions_made, live, places
from app.engine.action import Done, event, start
from app.engine.chain import FIRST
from app.engine.decisions import DecisionAnswer
from app.engine.definitions import Definition, item_key
from app.engine.live import Head
from app.engine.models.instances import ACTIVE
from app.engine.owners import personal_owner
from app.engine.statements import run
from app.feel import FeelError, evaluate, is_expression
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.ids import next_key
from app.people import queries as people

CALLER = "caller"
"""Value of the property `owner` of a shared sub-process: whoever owns the calling process."""
SLA = "sla"
"""The shared decision of deadlines; given to every instance, called ones too (modelling.md)."""
_PLACES = (("school_id", "school"), ("municipality_id", "municipality"), ("region", "region"))
WHERE = ("school_id", "municipality_id", "organisation", "region")
"""Header variables that say where an instance runs, the most local first."""
_SAME = "SELECT key FROM process_instance WHERE process_id = %(process)s AND start_key = %(key)s AND status = 'active'"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%(text)s, 7))"


def begin(
    actor: Actor,
    found: Definition,
    variables: Mapping[str, Any],
    *,
    verb: str = "start",
    start_at: str | None = None,
    start_key: str | None = None,
    business_key: str | None = None,
    organisation: str | None = None,
    parent: Head | None = None,
    parent_token: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> int:
    """Start an instance; the policy has been checked. Returns its key, or that of the active one with the same key.

    Raises:
        ValueError: a variable is not JSON.
    """
    if start_key is not None:
        run(_ALONE, {"text": f"{found.process_id}\n{start_key}"})
        same = run(_SAME, {"process": found.process_id, "key": start_key})
        if same:
            key: int = same[0].key
            return key
    given = dict(variables)
    place = organisation or _most_local(given) or (parent.organisation if parent else None) or _home(actor, found)
    path = places.path_of(place)
    _header(given, actor, place, path)
    answer = _deadlines(found, given)
    at = _head(actor, found, given, place, path, start_key, business_key, parent, parent_token)
    instance = live.fresh(found, place, given, start_at)
    if answer is not None:
        what = {"decision": SLA, "version": answer.version, "inputs": answer.inputs, "rules": answer.rules}
        instance.note("decision", None, {**what, "output": answer.value, "trace": answer.trace})
    facts = {"process": found.process_id, "version": found.version, **(details or {})}
    if parent is not None:
        facts["parent"] = parent.key
    done: Done | None = start(actor, at, found, instance, event(actor, verb, element_id=start_at, details=facts))
    assert done is not None  # the advisory lock keeps others with the same start key out
    return at.key


def _head(
    actor: Actor,
    found: Definition,
    given: Mapping[str, Any],
    place: str | None,
    path: tuple[str, ...],
    start_key: str | None,
    business_key: str | None,
    parent: Head | None,
    parent_token: int | None,
) -> Head:
    """The row of the new instance."""
    key = next_key()
    return Head(
        key=key,
        definition_key=found.key,
        process_id=found.process_id,
        version=0,
        state_key=0,
        hash=FIRST,
        status=ACTIVE,
        incidents=0,
        title=None,
        business_key=business_key or (parent.business_key if parent else None),
        start_key=start_key,
        organisation=place,
        organisations=list(path),
        owner_group=_owner(actor, found, given, path, parent),
        parent_key=parent.key if parent else None,
        parent_token=parent_token,
        root_key=parent.root_key if parent else key,
        depth=parent.depth + 1 if parent else 0,
        started_by=parent.started_by if parent else actor.login,
    )


def _most_local(given: Mapping[str, Any]) -> str | None:
    """The organisation of the header variables, the most local of them."""
    return next((code for name in WHERE if isinstance(code := given.get(name), str) and code), None)


def has_place(given: Mapping[str, Any]) -> bool:
    """Whether variables say where the instance runs."""
    return _most_local(given) is not None


def _home(actor: Actor, found: Definition) -> str | None:
    """Where the starter works in the role by which they start."""
    starters = found.roles("starters")
    for assignment in actor.assignments:
        if not starters or assignment.role in starters:
            return assignment.organisation
    return actor.assignments[0].organisation if actor.assignments else None


def _header(given: dict[str, Any], actor: Actor, place: str | None, path: tuple[str, ...]) -> None:
    """Fill in header variables that were not given (ARCHITECTURE, «References»)."""
    given.setdefault("year", clock.today(places.zone_of(place)).year)
    if actor.login:
        given.setdefault("initiator", actor.login)
    for name, level in _PLACES:
        if given.get(name) is None:
            code = places.at_level(path, level)
            if code is not None:
                given[name] = code


def _deadlines(found: Definition, given: dict[str, Any]) -> DecisionAnswer | None:
    """The shared decision `sla` as variable `sla`, in the version that was deployed with the process."""
    if SLA in given or item_key("decision", SLA, found.deployment_key) is None:
        return None
    answer: DecisionAnswer = decisions_made.decider(found)(SLA, "deployment", None, given)
    given[SLA] = answer.value
    return answer


def _owner(
    actor: Actor, found: Definition, given: Mapping[str, Any], path: tuple[str, ...], parent: Head | None
) -> str | None:
    """The process owner as a candidate group: the role of the property, at the level where the instance runs."""
    names = ["owner"]
    if places.at_level(path, "municipality"):
        names.insert(0, "owner_municipality")
    if places.at_level(path, "school"):
        names.insert(0, "owner_school")
    role = next((value for name in names if (value := found.properties.get(name))), None)
    if role is not None and is_expression(role):
        role = _evaluated(role, given)
    if not role:
        return None
    if role == CALLER:
        return parent.owner_group if parent else None
    if "@" in role:
        return role
    if people.works_for_objects(role):
        return personal_owner(role, given, actor)
    level = places.role_level(role)
    code = places.at_level(path, level) if level in ("municipality", "school") else None
    return f"{role}@{code}" if code else role


def _evaluated(text: str, given: Mapping[str, Any]) -> str | None:
    try:
        value = evaluate(text, given)
    except FeelError:
        return None
    return value if isinstance(value, str) else None
