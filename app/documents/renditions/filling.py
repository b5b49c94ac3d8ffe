"""Filling a DOCX template with facts: docxtpl with a closed environment. Runs in the child process only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, TemplateError

from . import archive, placeholders
from .defects import Defect, Refused
from .kinds import Field

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""Characters that XML cannot hold, and those (form feed, bell) that docxtpl would turn into breaks."""


def check(content: bytes, root: Field) -> list[Defect]:
    """Everything that is wrong with a template.

    Args:
        root: the fields that it may name.
    """
    try:
        found = archive.check(content)
    except Refused as refused:
        return refused.defects
    jinja = placeholders.environment()
    for xml in _parts(DocxTemplate(BytesIO(content))):
        found += placeholders.check(xml, root, jinja)
    return list({(one.code, *one.params.items()): one for one in found}.values())


def fill(content: bytes, facts: dict[str, Any]) -> bytes:
    """The template with the facts written into it. A missing fact leaves its place empty.

    Raises:
        Refused: a tag fails on these facts, or the result is unreasonably large.
    """
    jinja = placeholders.environment()
    jinja.undefined = ChainableUndefined
    jinja.finalize = lambda value: "" if value is None else value
    template = DocxTemplate(BytesIO(content))
    try:
        template.render(_clean(facts), jinja)
    except TemplateError as error:
        near = " ".join(getattr(error, "docx_context", [])).strip()
        raise Refused([Defect("failed", {"reason": f"{error.message} {near[:200]}".strip()})]) from error
    target = BytesIO()
    template.save(target)
    return target.getvalue()


def _parts(template: DocxTemplate) -> Iterator[str]:
    """Whatever docxtpl fills: body, headers, footers, footnotes, properties; their tags made whole."""
    template.init_docx()
    yield template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))
    for part in template.docx.part.package.parts:
        if part.content_type.endswith("footnotes+xml"):
            yield template.patch_xml(part.blob.decode())
    known = template.docx.core_properties
    yield "\n".join((known.author, known.comments, known.identifier, known.language, known.subject, known.title))


def _clean(value: Any) -> Any:
    """Facts without characters that a document cannot hold."""
    if isinstance(value, str):
        return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return value
