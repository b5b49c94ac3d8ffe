"""Pickers: where the choices of a `source` come from, limited to what the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.actor import Actor

PAGE = 30
"""Choices shown at once; up to so many a picker is an ordinary list, beyond it people search."""
Choice = tuple[str, str]
Search = Callable[[Actor, str, Mapping[str, Any]], Sequence[Choice]]
Label = Callable[[str], str | None]
Holds = Callable[[Actor, str, Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of things to pick from."""

    name: str
    search: Search
    label: Label
    holds: Holds | None
    title: object


_sources: dict[str, Source] = {}
_others: list[Callable[[str], Source]] = []


def register(name: str, *, search: Search, label: Label, holds: Holds | None = None, title: object = "") -> None:
    """Offer things to pick from.

    Args:
        name: what the property `source` of a component names.
        search: (actor, words, filter) -> (value, label) pairs in the actor's scope; at most about 30 are shown,
            so a source need not return more than 31. Empty words: the first ones.
        label: value -> what to show for it in a submission, whoever reads it; None when unknown.
        holds: (actor, value, filter) -> whether the actor may choose it; without it the search for its label decides.
        title: kind of thing, shown before the label where a picker has several sources.
    """
    _sources[name] = Source(name, search, label, holds, title or name)


def register_others(source_of: Callable[[str], Source]) -> None:
    """Say what a name means that nobody registered (documents: a kind of record)."""
    _others[:] = [source_of]


def titles() -> dict[str, str]:
    """What features offer to pick from: name and title, in the reader's language."""
    return {name: str(source.title) for name, source in _sources.items()}


def _source(name: str) -> Source | None:
    return _sources.get(name) or (_others[0](name) if _others else None)


def names_of(text: str) -> tuple[str, ...]:
    """The source names in a property (`programmes, projects`, `[a, b]`, `a+b`)."""
    return tuple(part.strip() for part in text.strip(" []").replace("+", ",").split(",") if part.strip())


def find(actor: Actor, names: Sequence[str], words: str, wanted: Mapping[str, Any]) -> list[Choice]:
    """Choices of one or several sources; with several, values and labels say which (`project:p1`, «Проект: …»)."""
    if len(names) == 1:
        source = _source(names[0])
        return list(source.search(actor, words, wanted)) if source else []
    found: list[Choice] = []
    for source in filter(None, map(_source, names)):
        found += [
            (f"{source.name}:{value}", f"{source.title}: {label}")
            for value, label in source.search(actor, words, wanted)
        ]
    return found


def label_of(names: Sequence[str], value: object) -> str:
    """What to show for a chosen value; the value itself when its source does not know it (any more)."""
    source, bare = _source_of(names, str(value))
    label = source.label(bare) if source else None
    if label is None:
        return str(value)
    return label if len(names) == 1 or source is None else f"{source.title}: {label}"


def holds(actor: Actor, names: Sequence[str], value: str, wanted: Mapping[str, Any]) -> bool:
    """Whether the actor may choose that value here."""
    source, bare = _source_of(names, value)
    if source is None:
        return False
    if source.holds is not None:
        return source.holds(actor, bare, wanted)
    label = source.label(bare)
    return label is not None and any(found == bare for found, _ in source.search(actor, label, wanted))


def _source_of(names: Sequence[str], value: str) -> tuple[Source | None, str]:
    if len(names) == 1:
        return _source(names[0]), value
    name, _, rest = value.partition(":")
    return (_source(name), rest) if name in names else (None, value)
