"""Reading XML of strangers: no entities, no DTD, no network, limits of size, depth and number of elements."""

from __future__ import annotations

from lxml import etree

from app.engine.bpmn.findings import Finding, ModelError

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 60
MAX_ELEMENTS = 60_000


def parse_xml(data: bytes) -> etree._Element:
    """The root element of a document.

    Raises:
        ModelError: it is not XML, declares a DTD or entities, or is too large or too deep.
    """
    if len(data) > MAX_BYTES:
        raise ModelError([Finding(None, None, "xml_too_large", {"limit": MAX_BYTES // 1024 // 1024})])
    try:
        data.decode()
    except UnicodeDecodeError:
        raise ModelError([Finding(None, None, "xml_encoding")]) from None
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!DOCTYPE" in data:  # its entities are what is broken
            raise ModelError([Finding(None, None, "xml_doctype", {})]) from None
        raise ModelError([Finding(None, None, "xml_broken", {"reason": str(error)[:300]})]) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise ModelError([Finding(None, None, "xml_doctype", {})])
    _check_size(root)
    return root


def _check_size(root: etree._Element) -> None:
    depth, count = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            raise ModelError([Finding(None, None, "xml_too_deep", {"limit": MAX_DEPTH})])
        if count > MAX_ELEMENTS:
            raise ModelError([Finding(None, None, "xml_too_many", {"limit": MAX_ELEMENTS})])


def local_name(node: etree._Element) -> str:
    """The tag of an element without its namespace."""
    return etree.QName(node).localname
