"""A DMN file as a comparison needs it: decisions with their tables cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.engine.bpmn.xml import local_name, parse_xml


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `title` is what stands above it, `side` is `input`, `output` or `note`."""

    id: str
    side: str
    title: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its cells by the id of their column."""

    id: str
    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Logic:
    """One decision: its facts (name, hit policy, expression, …), and the table when it has one."""

    id: str
    name: str
    facts: dict[str, str]
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


def read_logic(content: bytes) -> dict[str, Logic]:
    """The decisions of a file by id, in their order; inputs and sources of knowledge with them.

    Raises:
        ModelError: it is no XML, or beyond the limits.
    """
    found = {}
    for element in parse_xml(content):
        if isinstance(element.tag, str) and local_name(element) in _KINDS:
            one = _logic(element)
            found[one.id] = one
    return found


_KINDS = ("decision", "inputData", "businessKnowledgeModel", "knowledgeSource")


def _logic(element: etree._Element) -> Logic:
    facts = {"kind": local_name(element), "name": element.get("name") or ""}
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    requires = []
    for child in element:
        tag = local_name(child)
        if tag == "description":
            facts["help"] = (child.text or "").strip()
        elif tag.endswith("Requirement"):
            requires += [(one.get("href") or "").removeprefix("#") for one in child if one.get("href")]
        elif tag == "literalExpression":
            facts["expression"] = _text(child)
            facts["type"] = child.get("typeRef") or ""
        elif tag == "decisionTable":
            facts["policy"] = child.get("hitPolicy") or "UNIQUE"
            facts["aggregation"] = child.get("aggregation") or ""
            columns = tuple(_columns(child))
            rows = tuple(_row(one, index, columns) for index, one in enumerate(_all(child, "rule"), start=1))
            filled = {column for row in rows for column in row.cells}
            columns = tuple(column for column in columns if column.side != "note" or column.id in filled)
    facts["requires"] = " ".join(sorted(requires))
    return Logic(element.get("id") or "", facts["name"], facts, columns, rows)


def _columns(table: etree._Element) -> Iterator[Column]:
    for index, one in enumerate(_all(table, "input"), start=1):
        expression = next(iter(_all(one, "inputExpression")), None)
        text = _text(expression) if expression is not None else ""
        facts = {"expression": text, "type": (expression.get("typeRef") or "") if expression is not None else ""}
        facts |= {"values": _first(one, "inputValues")}
        yield Column(one.get("id") or f"input {index}", "input", one.get("label") or text or str(index), facts)
    for index, one in enumerate(_all(table, "output"), start=1):
        facts = {"variable": one.get("name") or "", "type": one.get("typeRef") or ""}
        facts |= {"values": _first(one, "outputValues"), "default": _first(one, "defaultOutputEntry")}
        title = one.get("label") or one.get("name") or str(index)
        yield Column(one.get("id") or f"output {index}", "output", title, facts)
    notes = _all(table, "annotation")
    yield Column("note", "note", next((one.get("name") or "" for one in notes), ""))
    for index, one in enumerate(notes, start=1):
        yield Column(f"note {index}", "note", one.get("name") or "")


def _row(rule: etree._Element, number: int, columns: tuple[Column, ...]) -> Row:
    """A rule. Its note stands in the description (dmn-js) or in annotations (DMN 1.3); the same text in both is one."""
    cells: dict[str, str] = {}
    for side, tag in (("input", "inputEntry"), ("output", "outputEntry")):
        on_side = [column for column in columns if column.side == side]
        cells |= {column.id: _text(entry) for column, entry in zip(on_side, _all(rule, tag), strict=False)}
    description = _first(rule, "description")
    notes = {f"note {index}": _text(one) for index, one in enumerate(_all(rule, "annotationEntry"), start=1)}
    cells |= {column: text for column, text in notes.items() if text and text != description}
    if description:
        cells["note"] = description
    return Row(rule.get("id") or "", number, cells)


def _all(element: etree._Element, tag: str) -> list[etree._Element]:
    return [one for one in element if local_name(one) == tag]


def _first(element: etree._Element, tag: str) -> str:
    found = next(iter(_all(element, tag)), None)
    return "" if found is None else _text(found) or (found.text or "").strip()


def _text(element: etree._Element) -> str:
    return "".join((one.text or "").strip() for one in _all(element, "text")) or ""
