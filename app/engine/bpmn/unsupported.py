"""Refusing what is drawn or written but would not run: unknown elements, extensions, listeners, other dialects."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.engine.bpmn import dialect
from app.engine.bpmn.findings import Finding
from app.engine.bpmn.xml import local_name

TEMPLATE_ATTRIBUTES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})


def find_unsupported(root: etree._Element) -> Iterator[Finding]:
    """Findings about everything in the document that nobody here reads."""
    for node in root.iter(etree.Element):
        name = etree.QName(node)
        if name.namespace == dialect.BPMN:
            yield from _bpmn(node, name.localname)
        elif name.namespace == dialect.ZEEBE:
            yield from _zeebe(node, name.localname)
        elif name.namespace == dialect.CAMUNDA7:
            yield _about(node, "camunda7", attribute=f"camunda:{name.localname}")


def _bpmn(node: etree._Element, tag: str) -> Iterator[Finding]:
    parent = node.getparent()
    place = local_name(parent) if parent is not None else ""
    if place in dialect.SCOPES and tag not in dialect.FLOW_NODES | dialect.DRAWINGS:
        yield _own(node, "unsupported_element", tag=tag)
    if tag == "standardLoopCharacteristics":
        yield _about(node, "standard_loop")
    for attribute in node.attrib:
        name = etree.QName(attribute)
        if name.namespace == dialect.CAMUNDA7:
            yield _own(node, "camunda7", attribute=f"camunda:{name.localname}")
        elif name.namespace == dialect.ZEEBE and name.localname not in TEMPLATE_ATTRIBUTES:
            yield _own(node, "unsupported_attribute", attribute=f"zeebe:{name.localname}", tag=tag)
    if tag == "extensionElements":
        yield from _foreign(node)


def _foreign(node: etree._Element) -> Iterator[Finding]:
    """Extensions of other tools have no effect; the designer is told."""
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        if name.namespace not in (dialect.ZEEBE, dialect.CAMUNDA7, dialect.BPMN):
            owner = _owner(child)
            tag = f"{child.prefix or ''}:{name.localname}"
            yield Finding(owner.get("id"), owner.get("name"), "foreign_extension", {"tag": tag}, "warning")


def _zeebe(node: etree._Element, tag: str) -> Iterator[Finding]:
    if tag in dialect.LISTENERS:
        if tag.endswith("Listeners"):
            yield _about(node, "listener", tag=f"zeebe:{tag}")
        return
    if tag not in dialect.ATTRIBUTES:
        yield _about(node, "unsupported_extension", tag=f"zeebe:{tag}")
        return
    parent = node.getparent()
    if parent is not None and local_name(parent) == "extensionElements":
        owner = parent.getparent()
        place = "" if owner is None else local_name(owner)
        if tag not in dialect.EXTENSIONS.get(place, dialect.DEFAULT_EXTENSIONS):
            yield _about(node, "unsupported_extension", tag=f"zeebe:{tag}")
    for attribute in node.attrib:
        if attribute not in dialect.ATTRIBUTES[tag] and etree.QName(attribute).namespace is None:
            yield _about(node, "unsupported_attribute", attribute=str(attribute), tag=f"zeebe:{tag}")


def _owner(node: etree._Element) -> etree._Element:
    """The nearest BPMN element with an id around a node."""
    at = node
    while at.getparent() is not None:
        at = at.getparent()  # type: ignore[assignment]
        if at.get("id") and etree.QName(at).namespace == dialect.BPMN and local_name(at) not in _PARTS:
            return at
    return at


_PARTS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "extensionElements"})


def _own(node: etree._Element, code: str, **params: str) -> Finding:
    return Finding(node.get("id"), node.get("name"), code, dict(params))


def _about(node: etree._Element, code: str, **params: str) -> Finding:
    owner = _owner(node)
    return Finding(owner.get("id"), owner.get("name"), code, dict(params))
