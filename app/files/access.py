"""Who may download a file: whoever uploaded it, and whoever may see an object that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.files.models import File
from app.kernel.actor import Actor

Rule = Callable[[Actor, str], bool]
_rules: dict[str, Rule] = {}


def register(kind: str, may_see: Rule) -> None:
    """Let a feature answer for its kind of object.

    Args:
        kind: as in `FileUse.kind`.
        may_see: (actor, object key as text) -> whether the actor may see that object.
    """
    _rules[kind] = may_see


def may_read(actor: Actor, file: File, uses: Iterable[tuple[str, str]]) -> bool:
    """Whether the actor may download the file, given the (kind, object key) pairs that show it."""
    if actor.system or (file.uploader and file.uploader == actor.login):
        return True
    return any(kind in _rules and _rules[kind](actor, key) for kind, key in uses)
