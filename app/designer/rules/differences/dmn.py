"""What differs between two versions of a decision: columns, rules, cells, expressions and what it requires."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.designer.rules.differences.changes import Change, Fact, NameOf, listed, quoted
from app.designer.rules.differences.dmn_reading import Column, Logic, Row

_KINDS: dict[str, object] = {
    "businessKnowledgeModel": _l("Knowledge model"),
    "decision": _l("Decision table"),
    "inputData": _l("Input data"),
    "knowledgeSource": _l("Knowledge source"),
}
_LABELS: dict[str, object] = {
    "aggregation": _l("aggregation"),
    "default": _l("value without a matching rule"),
    "expression": _l("expression"),
    "help": _l("explanation"),
    "kind": _l("kind"),
    "name": _l("name"),
    "policy": _l("hit policy"),
    "requires": _l("needs"),
    "title": _l("heading"),
    "type": _l("type of the value"),
    "values": _l("allowed values"),
    "variable": _l("variable"),
}
_SIDES: dict[str, object] = {
    "input": _l("Column of conditions"),
    "output": _l("Column of results"),
    "note": _l("Column of notes"),
}
POLICIES: dict[str, object] = {
    "UNIQUE": _l("exactly one rule fits"),
    "ANY": _l("several may fit, with the same result"),
    "PRIORITY": _l("the most important result"),
    "FIRST": _l("the first rule that fits"),
    "RULE ORDER": _l("all that fit, in the order of the rules"),
    "OUTPUT ORDER": _l("all that fit, the most important first"),
    "COLLECT": _l("all that fit"),
}
_TYPES: dict[str, object] = {
    "string": _l("text"),
    "boolean": _l("yes or no"),
    "number": _l("number"),
    "integer": _l("whole number"),
    "date": _l("date"),
}


_MOST_LINES = 1000
"""Rules of a table that are shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of both versions of a table; equal texts when nothing differs."""

    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether it was changed."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of both versions.

    Attributes:
        state: `added`, `removed`, `changed` or `same`.
        number, was: its place in the newer and the older version, None where it is not.
    """

    state: str
    number: int | None
    was: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table with both versions in one."""

    id: str
    name: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def compare_dmn(old: Mapping[str, Logic], new: Mapping[str, Logic], name_of: NameOf) -> Iterator[Change]:
    """Compare the decisions of two versions of a DMN file."""
    for one in new.values():
        known = old.get(one.id)
        if known is None:
            yield Change("added", one.id, _title(one))
        else:
            yield from _changes(known, one, name_of)
    for one in old.values():
        if one.id not in new:
            yield Change("removed", one.id, _title(one))


def sheets(old: Mapping[str, Logic], new: Mapping[str, Logic]) -> list[Sheet]:
    """The tables that both versions have, each with its differences marked cell by cell."""
    return [_sheet(old[one.id], one) for one in new.values() if one.columns and one.id in old and old[one.id].columns]


def _sheet(old: Logic, new: Logic) -> Sheet:
    columns = {column.id: column for column in [*new.columns, *old.columns]}
    pairs = _pairs(old, new)
    known = {id(row): other for row, other in pairs}
    lines = [_line(known.get(id(row)), row, columns) for row in new.rows]
    kept = {id(other) for _row, other in pairs}
    for row in old.rows:
        if id(row) not in kept:
            lines.insert(min(row.number - 1, len(lines)), _line(row, None, columns))
    return Sheet(new.id, new.name, tuple(columns.values()), tuple(lines[:_MOST_LINES]))


def _line(old: Row | None, new: Row | None, columns: Mapping[str, Column]) -> Line:
    was, now = old.cells if old else {}, new.cells if new else {}
    cells = tuple(Cell(was.get(column, ""), now.get(column, "")) for column in columns)
    state = "added" if old is None else "removed" if new is None else "same"
    if state == "same" and any(cell.differs for cell in cells):
        state = "changed"
    return Line(state, new.number if new else None, old.number if old else None, cells)


def _pairs(old: Logic, new: Logic) -> list[tuple[Row, Row]]:
    """Rules of the newer table with those they were before: by id, else by the same cells."""
    by_id = {row.id: row for row in old.rows if row.id}
    pairs = [(row, by_id[row.id]) for row in new.rows if row.id in by_id]
    taken = {id(other) for _row, other in pairs}
    paired = {id(row) for row, _other in pairs}
    free: dict[frozenset[tuple[str, str]], list[Row]] = defaultdict(list)
    for other in reversed(old.rows):
        if id(other) not in taken:
            free[frozenset(other.cells.items())].append(other)
    for row in new.rows:
        same = free[frozenset(row.cells.items())] if id(row) not in paired else []
        if same:
            pairs.append((row, same.pop()))
    return pairs


def _changes(old: Logic, new: Logic, name_of: NameOf) -> Iterator[Change]:
    facts = tuple(_facts(old.facts, new.facts, name_of))
    if facts:
        yield Change("changed", new.id, _title(old), facts)
    yield from _column_changes(old, new)
    yield from _row_changes(old, new)


def _facts(old: Mapping[str, str], new: Mapping[str, str], name_of: NameOf) -> Iterator[Fact]:
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key, ""), new.get(key, "")
        if before != after:
            yield Fact(str(_LABELS.get(key, key)), _words(key, before, name_of), _words(key, after, name_of))


def _words(key: str, raw: str, name_of: NameOf) -> str:
    if key == "policy":
        return quoted(str(POLICIES.get(raw, raw)))
    if key == "type":
        return quoted(str(_TYPES.get(raw, raw)))
    if key == "kind":
        return quoted(str(_KINDS.get(raw, raw)))
    if key == "requires":
        return listed([quoted(name_of("decision", one)) for one in raw.split()])
    return quoted(raw)


def _column_changes(old: Logic, new: Logic) -> Iterator[Change]:
    known = {column.id: column for column in old.columns}
    for column in new.columns:
        was = known.pop(column.id, None)
        if was is None:
            yield Change("added", new.id, _column_title(new, column))
            continue
        facts = tuple(_facts({"title": was.title, **was.facts}, {"title": column.title, **column.facts}, _unnamed))
        if facts:
            yield Change("changed", new.id, _column_title(new, was), facts)
    for column in known.values():
        yield Change("removed", new.id, _column_title(new, column))


def _unnamed(_kind: str, identifier: str) -> str:
    return identifier


def _row_changes(old: Logic, new: Logic) -> Iterator[Change]:
    pairs = _pairs(old, new)
    known = {id(row): other for row, other in pairs}
    titles = {column.id: column.title or str(_SIDES["note"]) for column in [*old.columns, *new.columns]}
    shifts = _shifted(pairs)
    for row in new.rows:
        was = known.get(id(row))
        if was is None:
            yield Change("added", new.id, _row_title(new, row))
            continue
        facts = [
            Fact(quoted(titles.get(key) or str(gettext("note"))), _cell(was, key), _cell(row, key))
            for key in dict.fromkeys([*row.cells, *was.cells])
            if was.cells.get(key, "") != row.cells.get(key, "")
        ]
        if id(row) in shifts:
            facts.append(Fact(str(gettext("place in the order of the rules")), str(was.number), str(row.number)))
        if facts:
            yield Change("changed", new.id, _row_title(new, row), tuple(facts))
    kept = {id(other) for _row, other in pairs}
    for row in old.rows:
        if id(row) not in kept:
            yield Change("removed", new.id, _row_title(old, row))


def _cell(row: Row, key: str) -> str:
    return quoted(row.cells.get(key, "") or "—")


def _shifted(pairs: list[tuple[Row, Row]]) -> set[int]:
    """Rules that others overtook, or that overtook others: not those that moved because a rule before them is new."""
    ordered = sorted(pairs, key=lambda pair: pair[0].number)
    ranks = {id(other): rank for rank, (_row, other) in enumerate(sorted(pairs, key=lambda pair: pair[1].number))}
    return {id(row) for rank, (row, other) in enumerate(ordered) if ranks[id(other)] != rank}


def _title(one: Logic) -> str:
    return f"{_KINDS.get(one.facts['kind'], one.facts['kind'])} {quoted(one.name or one.id)}"


def _column_title(table: Logic, column: Column) -> str:
    return f"{_title(table)}, {str(_SIDES[column.side]).lower()} {quoted(column.title)}"


def _row_title(table: Logic, row: Row) -> str:
    return str(gettext("%(table)s, rule %(number)d", table=_title(table), number=row.number))
