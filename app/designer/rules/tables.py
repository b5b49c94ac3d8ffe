"""The decision tables of a DMN file as grids of texts, and rules written back without touching anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from lxml import etree

from app.engine.bpmn.xml import local_name, parse_xml

Kind = Literal["input", "output", "note"]
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        label: what people read above it.
        expression: the input's FEEL expression, the output's name; empty for the remarks.
        type: as in the file (`number`, `string`, …), empty when it has none.
    """

    kind: Kind
    label: str
    expression: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One decision table; the last column holds the remarks of the rules."""

    decision: str
    name: str
    columns: tuple[Column, ...]
    rules: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one rule; `before` and `after` are its cells, None where there is none.

    Attributes:
        number: of the rule in the new table, of a removed one in the old.
        changed: indexes of the cells that differ.
    """

    kind: Literal["added", "removed", "changed"]
    number: int
    before: Cells | None
    after: Cells | None
    changed: tuple[int, ...] = field(default=())


def grids(xml: bytes) -> list[Grid]:
    """The tables of a file, in its order.

    Raises:
        ModelError: it is no XML, or one that is not read (DTD, size, depth).
    """
    return [_grid(decision, table) for decision, table in _tables(parse_xml(xml))]


def names(xml: bytes) -> frozenset[str]:
    """What expressions of the file may call by name: its decisions, input data and their variables.

    Raises:
        ModelError: as `grids`.
    """
    root = parse_xml(xml)
    found = [node for tag in ("decision", "inputData") for node in _children(root, tag)]
    variables = [variable for node in found for variable in _children(node, "variable")]
    return frozenset(str(node.get(key)) for node in (*found, *variables) for key in ("id", "name") if node.get(key))


def changes(before: Sequence[Cells], after: Sequence[Cells]) -> list[Change]:
    """What differs between the rules of two versions of a table, rule by rule."""
    found: list[Change] = []
    for old, new in _pairs(before, after):
        if old is None and new is not None:
            found.append(Change("added", new + 1, None, after[new]))
        elif new is None and old is not None:
            found.append(Change("removed", old + 1, before[old], None))
        elif old is not None and new is not None and before[old] != after[new]:
            differing = tuple(
                place for place, pair in enumerate(zip(before[old], after[new], strict=True)) if pair[0] != pair[1]
            )
            found.append(Change("changed", new + 1, before[old], after[new], differing))
    return found


def replace(xml: bytes, rules: dict[str, Sequence[Cells]]) -> bytes:
    """The file with other rules in some of its tables. Rules that stay keep their ids and everything foreign in them.

    Args:
        rules: decision id → its rules, as wide as the table's columns.

    Raises:
        ModelError: as `grids`.
    """
    parse_xml(xml)  # the limits for XML of strangers; here comments are kept too
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    used = {str(node.get("id")) for node in root.iter() if isinstance(node.tag, str)}
    for decision, table in _tables(root):
        wanted = rules.get(str(decision.get("id")))
        if wanted is not None:
            _write(table, _grid(decision, table), wanted, used)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _pairs(before: Sequence[Cells], after: Sequence[Cells]) -> Iterator[tuple[int | None, int | None]]:
    """Which old rule (index) becomes which new one."""
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for _tag, old, old_end, new, new_end in matcher.get_opcodes():
        both = min(old_end - old, new_end - new)
        yield from ((old + step, new + step) for step in range(both))
        yield from ((place, None) for place in range(old + both, old_end))
        yield from ((None, place) for place in range(new + both, new_end))


def _tables(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    for decision in _children(root, "decision"):
        for table in _children(decision, "decisionTable"):
            yield decision, table


def _children(node: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str) and local_name(child) == tag]


def _text(node: etree._Element) -> str:
    found = _children(node, "text")
    return (found[0].text or "").strip() if found else ""


def _grid(decision: etree._Element, table: etree._Element) -> Grid:
    columns = [_input(node) for node in _children(table, "input")]
    columns += [
        Column("output", node.get("label") or node.get("name") or "", node.get("name") or "", node.get("typeRef") or "")
        for node in _children(table, "output")
    ]
    columns.append(Column("note", "", ""))
    rules = tuple(_cells(rule, columns) for rule in _children(table, "rule"))
    identity = str(decision.get("id") or "")
    return Grid(identity, decision.get("name") or identity, tuple(columns), rules)


def _input(node: etree._Element) -> Column:
    (expression, *_rest) = _children(node, "inputExpression") or [node]
    text = _text(expression)
    return Column("input", node.get("label") or text, text, expression.get("typeRef") or "")


def _cells(rule: etree._Element, columns: Sequence[Column]) -> Cells:
    """The texts of a rule, as many as there are columns, also where the file has more or fewer."""
    found: list[str] = []
    for tag, kind in (("inputEntry", "input"), ("outputEntry", "output")):
        texts = [_text(node) for node in _children(rule, tag)]
        width = sum(column.kind == kind for column in columns)
        found += [*texts, *[""] * width][:width]
    return (*found, _note(rule))


def _note(rule: etree._Element) -> str:
    for description in _children(rule, "description"):
        return (description.text or "").strip()
    for entry in _children(rule, "annotationEntry"):
        return _text(entry)
    return ""


def _write(table: etree._Element, grid: Grid, wanted: Sequence[Cells], used: set[str]) -> None:
    """Put rules into a table: what stays is moved, what is new is modelled on the first rule."""
    old = _children(table, "rule")
    written = []
    for before, after in _pairs(grid.rules, wanted):
        if after is None:
            continue
        rule = old[before] if before is not None else _new_rule(table, grid, used)
        if before is None or grid.rules[before] != wanted[after]:
            _fill(rule, grid, wanted[after])
        written.append(rule)
    for rule in _children(table, "rule"):
        table.remove(rule)
    table.extend(written)


def _new_rule(table: etree._Element, grid: Grid, used: set[str]) -> etree._Element:
    space = etree.QName(table).namespace
    rule = etree.SubElement(table, f"{{{space}}}rule", id=_new_id("rule", used))
    for column in grid.columns:
        if column.kind != "note":
            entry = etree.SubElement(rule, f"{{{space}}}{column.kind}Entry", id=_new_id("entry", used))
            etree.SubElement(entry, f"{{{space}}}text")
    for _annotation in _children(table, "annotation"):
        etree.SubElement(etree.SubElement(rule, f"{{{space}}}annotationEntry"), f"{{{space}}}text")
    return rule


def _new_id(start: str, used: set[str]) -> str:
    number = len(used)
    while f"{start}_{number}" in used:
        number += 1
    used.add(f"{start}_{number}")
    return f"{start}_{number}"


def _fill(rule: etree._Element, grid: Grid, cells: Cells) -> None:
    space = etree.QName(rule).namespace
    before = _note(rule)
    entries = _children(rule, "inputEntry") + _children(rule, "outputEntry")
    for entry, text in zip(entries, cells, strict=False):
        (_children(entry, "text") or [etree.SubElement(entry, f"{{{space}}}text")])[0].text = text
    note = cells[-1]
    if note == before:
        return
    described = _children(rule, "description")
    if described or not _children(rule, "annotationEntry"):
        if not described:
            described = [etree.Element(f"{{{space}}}description")]
            rule.insert(0, described[0])
        described[0].text = note
    for entry in _children(rule, "annotationEntry")[:1]:
        (_children(entry, "text") or [etree.SubElement(entry, f"{{{space}}}text")])[0].text = note
