"""Taking out of a diagram what only Camunda 7 understands. Pure."""

from __future__ import annotations

from lxml import etree

from app.engine.bpmn import dialect
from app.engine.bpmn.xml import parse_xml


def without_camunda7(content: bytes) -> bytes:
    """A diagram without attributes and extensions of Camunda 7; everything else stays as it is.

    Raises:
        ModelError: it cannot be read.
    """
    parse_xml(content)  # refuses what is dangerous
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    root = etree.fromstring(content, parser)
    for node in list(root.iter(etree.Element)):
        if etree.QName(node).namespace == dialect.CAMUNDA7:
            _remove(node)
            continue
        for name in [name for name in node.attrib if etree.QName(name).namespace == dialect.CAMUNDA7]:
            del node.attrib[name]
    for holder in list(root.iter(dialect.tag("extensionElements"))):
        if len(holder) == 0:
            _remove(holder)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _remove(node: etree._Element) -> None:
    """Take an element out with the space behind it."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
