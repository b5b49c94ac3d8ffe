"""Which element of the new version an element of the old one has become: a proposal that people adjust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.bpmn import ElementInfo, ProcessModel

SAME, LIKELY, PERHAPS = "same", "likely", "perhaps"
"""How sure a proposal is: the same id; name and place agree; only one of them does."""
_NAME, _NEIGHBOUR = 0.6, 0.2
_ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where an element goes; `target` None: nowhere that one could guess.

    Attributes:
        confidence: `SAME`, `LIKELY`, `PERHAPS`, or empty without a target.
        score: from 0 to 1.
    """

    source: str
    target: str | None
    confidence: str = ""
    score: float = 0.0


def propose(source: ProcessModel, target: ProcessModel) -> dict[str, Proposal]:
    """A target for every element of a model, best matches first; an element is never the target of two guesses."""
    found = {
        name: Proposal(name, name, SAME, 1.0)
        for name, info in source.elements.items()
        if _fits(info, target.elements.get(name))
    }
    around = (_neighbours(source), _neighbours(target))
    free = [info for name, info in target.elements.items() if name not in found]
    pairs = sorted(_scored(source, free, found, around), key=lambda pair: (-pair[0], pair[1], pair[2]))
    taken = set(found)
    for score, name, new in pairs:
        if name in found or new in taken:
            continue
        taken.add(new)
        found[name] = Proposal(name, new, LIKELY if score >= _NAME + _NEIGHBOUR else PERHAPS, round(score, 2))
    return {name: found.get(name, Proposal(name, None)) for name in source.elements}


def _fits(old: ElementInfo, new: ElementInfo | None) -> bool:
    return new is not None and (old.kind, old.multi_instance) == (new.kind, new.multi_instance)


def _neighbours(model: ProcessModel) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Per element what flows to it and what it flows to."""
    before: dict[str, set[str]] = {name: set() for name in model.elements}
    after: dict[str, set[str]] = {name: set() for name in model.elements}
    for flow in model.flows.values():
        after[flow.source].add(flow.target)
        before[flow.target].add(flow.source)
    return {name: (frozenset(before[name]), frozenset(after[name])) for name in model.elements}


def _scored(
    source: ProcessModel,
    free: list[ElementInfo],
    found: dict[str, Proposal],
    around: tuple[dict[str, tuple[frozenset[str], frozenset[str]]], ...],
) -> Iterator[tuple[float, str, str]]:
    """(score, old id, new id) of every pair that may belong together: same kind, same sub-process."""
    for name, old in source.elements.items():
        if name in found:
            continue
        for new in free:
            if not _fits(old, new) or (old.parent or "") != (new.parent or ""):
                continue
            score = _NAME if old.name and old.name == new.name else 0.0
            for theirs, ours in zip(around[0][name], around[1][new.id], strict=True):
                kept = {found[other].target for other in theirs if other in found}
                score += _NEIGHBOUR if kept & ours else 0.0
            if score >= _ENOUGH:
                yield score, name, new.id
