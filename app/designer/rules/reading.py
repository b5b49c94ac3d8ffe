"""What a file says about itself, read lightly: ids, names, fields, messages, the work of service tasks. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.engine.bpmn import ModelError, dialect
from app.engine.bpmn.xml import parse_xml

_JOB = "bpmn:extensionElements/zeebe:taskDefinition"
_INPUT = "bpmn:extensionElements/zeebe:ioMapping/zeebe:input"
_OUTPUT = "bpmn:extensionElements/zeebe:ioMapping/zeebe:output"
_MOST_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Work:
    """A service task as drawn: its type, what it is called, what goes in and what is taken out."""

    type: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What a BPMN or DMN file defines: (id, name) of its processes or decisions, its messages, its work."""

    items: tuple[tuple[str, str], ...] = ()
    messages: tuple[str, ...] = ()
    work: tuple[Work, ...] = ()


def model(content: bytes) -> Model:
    """What a BPMN or DMN file defines; nothing when it cannot be read."""
    try:
        root = parse_xml(content)
    except ModelError:
        return Model()
    if etree.QName(root).namespace != dialect.BPMN:
        return Model(items=tuple(_named(root.iter("{*}decision"))))
    messages = [str(node.get("name")) for node in root.iter(dialect.tag("message")) if node.get("name")]
    return Model(tuple(_named(root.iter(dialect.tag("process")))), tuple(messages), tuple(_work(root)))


def form(content: bytes) -> tuple[str, str, tuple[tuple[str, str, str], ...]] | None:
    """Id, title and fields (key, label, type) of a form; None when it cannot be read."""
    try:
        schema = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(schema, dict) or not isinstance(schema.get("id"), str):
        return None
    return schema["id"], str(schema.get("title") or schema["id"]), tuple(_fields(schema, 0))


def _named(nodes: Iterator[etree._Element]) -> Iterator[tuple[str, str]]:
    return ((str(node.get("id")), node.get("name") or str(node.get("id"))) for node in nodes if node.get("id"))


def _work(root: etree._Element) -> Iterator[Work]:
    for definition in root.iterfind(f".//{_JOB}", dialect.NAMESPACES):
        holder = definition.getparent()
        node = None if holder is None else holder.getparent()
        if node is None or not definition.get("type"):
            continue
        inputs = [str(each.get("target")) for each in node.iterfind(_INPUT, dialect.NAMESPACES) if each.get("target")]
        sources = [each.get("source") or "" for each in node.iterfind(_OUTPUT, dialect.NAMESPACES)]
        outputs = [source.lstrip("= ").strip() for source in sources]
        names = tuple(name for name in outputs if name.isidentifier())
        yield Work(str(definition.get("type")), node.get("name") or "", tuple(inputs), names)


def _fields(node: dict[str, Any], depth: int) -> Iterator[tuple[str, str, str]]:
    """Fields of a form in their order; those of rows and groups with a path belong to their list."""
    children = node.get("components")
    if depth > _MOST_DEPTH or not isinstance(children, list):
        return
    for child in children:
        if not isinstance(child, dict):
            continue
        key = child.get("key") or child.get("path")
        if isinstance(key, str) and key:
            label = child.get("label") or child.get("dateLabel") or child.get("timeLabel") or key
            yield key, str(label), str(child.get("type"))
        elif child.get("type") == "group":
            yield from _fields(child, depth + 1)
