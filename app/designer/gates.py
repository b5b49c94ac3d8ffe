"""Gates before publishing: each part of the designer registers what must hold.

    @gate("scenarios", label=_l("Scenarios"), order=20)
    def all_green(actor: Actor, draft: DraftView) -> list[Finding]: ...

A gate only reads. Any finding that is an error keeps the draft from being published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.actor import Actor

from .findings import Finding
from .views import DraftView

Gate = Callable[[Actor, DraftView], list[Finding]]


@dataclass(frozen=True, slots=True)
class _Registered:
    label: object
    order: int
    check: Gate


@dataclass(frozen=True, slots=True)
class Passed:
    """What a gate said of a draft."""

    name: str
    label: object
    findings: tuple[Finding, ...]

    @property
    def open(self) -> bool:
        """Whether the draft may pass."""
        return all(finding.severity != "error" for finding in self.findings)


_gates: dict[str, _Registered] = {}


def gate(name: str, *, label: object, order: int = 50) -> Callable[[Gate], Gate]:
    """Register a gate (again under the same name: replaces it).

    Args:
        name: as `checks`.
        label: lazy text for people.
        order: smaller ones are asked and shown first.
    """

    def register(function: Gate) -> Gate:
        _gates[name] = _Registered(label, order, function)
        return function

    return register


def ask(actor: Actor, draft: DraftView) -> list[Passed]:
    """What every gate says of a draft, in their order."""
    ordered = sorted(_gates.items(), key=lambda item: (item[1].order, item[0]))
    return [Passed(name, found.label, tuple(found.check(actor, draft))) for name, found in ordered]
