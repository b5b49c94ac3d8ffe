"""What differs between two versions of a process, element by element, in words."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from app.designer.rules.differences.bpmn_reading import Key, Part, Picture, read_picture
from app.designer.rules.differences.bpmn_words import element_title, fact_label, value_words
from app.designer.rules.differences.changes import Change, Fact, NameOf, listed
from app.designer.rules.differences.deadlines import working_days

_SHOWN_MOVES = 8
_PLAIN = frozenset({"name", "kind", "event", "from", "to", "inside", "lane"})
"""Facts of an added or removed element that its title tells already."""


def compare_bpmn(before: bytes, after: bytes, name_of: NameOf) -> Iterator[Change]:
    """Compare two versions of a BPMN file.

    Returns:
        changes in the order of the newer file, what was removed after them; last what was only moved in the drawing.

    Raises:
        ModelError: one of them is no XML.
    """
    old, new = read_picture(before), read_picture(after)
    changes = (_change(old, new, part, name_of) for part in new.parts.values())
    yield from (change for change in changes if change is not None)
    yield from (_removed(old, part, name_of) for part in old.parts.values() if part.id not in new.parts)
    moved = [part for part in new.parts.values() if _is_moved(old, part)]
    if moved:
        yield _moves(new, moved)


def _change(old: Picture, new: Picture, part: Part, name_of: NameOf) -> Change | None:
    known = old.parts.get(part.id)
    if known is None:
        return Change("added", part.id, element_title(new, part), _alone(new, part, name_of))
    facts = tuple(_differing(old, new, known, part, name_of))
    return Change("changed", part.id, element_title(old, known), facts) if facts else None


def _removed(old: Picture, part: Part, name_of: NameOf) -> Change:
    return Change("removed", part.id, element_title(old, part), _alone(old, part, name_of, gone=True))


def _differing(old: Picture, new: Picture, known: Part, part: Part, name_of: NameOf) -> Iterator[Fact]:
    keys: dict[Key, None] = dict.fromkeys([*part.facts, *known.facts])
    for key in keys:
        before, after = known.facts.get(key, ""), part.facts.get(key, "")
        if before == after:
            continue
        if key[0] == "due" and working_days(before) is not None and working_days(after) is not None:
            yield Fact(fact_label(key), str(working_days(before)), value_words(new, key, after, name_of))
            continue
        yield Fact(
            fact_label(key),
            value_words(old, key, before, name_of) if before else "",
            value_words(new, key, after, name_of) if after else "",
        )


def _alone(picture: Picture, part: Part, name_of: NameOf, *, gone: bool = False) -> tuple[Fact, ...]:
    """What there is to say of an element that is only in one of the versions."""
    found = []
    for key, raw in part.facts.items():
        if key[0] not in _PLAIN and raw:
            words = value_words(picture, key, raw, name_of)
            found.append(Fact(fact_label(key), words if gone else "", "" if gone else words))
    return tuple(found)


def _is_moved(old: Picture, part: Part) -> bool:
    known = old.parts.get(part.id)
    return known is not None and part.kind != "sequenceFlow" and known.place != part.place


def _moves(new: Picture, moved: list[Part]) -> Change:
    titles = [element_title(new, part) for part in moved[:_SHOWN_MOVES]]
    if len(moved) > _SHOWN_MOVES:
        titles.append(str(gettext("%(count)d more", count=len(moved) - _SHOWN_MOVES)))
    return Change("moved", moved[0].id, listed(titles))
