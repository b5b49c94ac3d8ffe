"""What FEEL in forms may know besides variables and entries: who fills the form in, and for which organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.kernel.actor import Actor

TASK = "_task"
"""Where a form's context says in which `role` (`roles`) and `on_behalf_of` whom it is filled in."""
Describe = Callable[[str], Mapping[str, Any] | None]
_describers: dict[str, Describe] = {}


def describe_with(kind: str, describe: Describe) -> None:
    """Register what describes a `person` (by login) or an `organisation` (by code)."""
    _describers[kind] = describe


class Facts(Mapping[str, Any]):
    """`actor` and `organisation` as FEEL contexts, looked up only when an expression reads them."""

    def __init__(self, actor: Actor, variables: Mapping[str, Any]) -> None:
        self._actor, self._variables = actor, variables
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in ("actor", "organisation"):
            raise KeyError(name)
        if name not in self._found:
            self._found[name] = self._person() if name == "actor" else self._organisation()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("actor", "organisation"))

    def __len__(self) -> int:
        return 2

    def _person(self) -> dict[str, Any]:
        actor = self._actor
        homes = [assignment.organisation for assignment in actor.assignments]
        known: dict[str, Any] = {"organisation": homes[0] if homes else None}
        known.update(_described("person", actor.login))
        return {**known, "login": actor.login, "name": actor.name, "roles": sorted(actor.roles)}

    def _organisation(self) -> dict[str, Any] | None:
        for key in ("school_id", "municipality_id", "organisation_id"):
            code = self._variables.get(key)
            if isinstance(code, str) and code:
                return {"code": code, **_described("organisation", code)}
        home = self["actor"].get("organisation")
        return {"code": home, **_described("organisation", home)} if home else None


def _described(kind: str, key: str) -> Mapping[str, Any]:
    describe = _describers.get(kind)
    return (describe(key) if describe and key else None) or {}
