"""What designers do with document templates: look, upload with a check, preview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.documents import docx_templates, policies, queries
from app.documents.models import Document, DocumentRendition, DocumentTemplate
from app.documents.renditions import archive, limited
from app.documents.renditions.defects import Refused
from app.documents.renditions.kinds import Field, kind_of, sample
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid, NotFound

_LATEST = 10


@dataclass(frozen=True, slots=True)
class Card:
    """One template as its page shows it.

    Attributes:
        versions: newest first; none while the one of the program was never used.
        fields: (name as templates write it, label, whether it is a list).
        documents: the newest documents written with it that the reader may read, for previews.
    """

    versions: Sequence[DocumentTemplate]
    fields: Sequence[tuple[str, str, bool]]
    documents: Sequence[Document]


def overview(actor: Actor) -> list[tuple[str, DocumentTemplate | None]]:
    """Every template by name, with its newest version (None: the one of the program, not used yet).

    Raises:
        Forbidden: not for this actor.
    """
    _demand_sight(actor)
    stored = {row.name: row for row in docx_templates.newest()}
    return [(name, stored.get(name)) for name in sorted({*stored, *docx_templates.shipped()})]


def card(actor: Actor, name: str) -> Card:
    """Versions, fields and documents of a template. One that comes with the program is stored by the first look at it.

    Raises:
        NotFound: no such template, or not for this actor.
    """
    _demand_sight(actor)
    if docx_templates.for_document(name) is None:
        raise NotFound(_l("There is no such document template."))
    versions = docx_templates.versions(name)
    written = select(DocumentRendition.document_key).where(
        DocumentRendition.template_key.in_([row.key for row in versions])
    )
    seen = queries.documents(actor).where(Document.key.in_(written)).limit(_LATEST)
    return Card(versions, list(_named(kind_of(name).fields, "")), list(db.session.scalars(seen)))


def upload(actor: Actor, name: str, file_name: str, stream: IO[bytes]) -> tuple[DocumentTemplate, list[str]]:
    """Check a DOCX and make it the newest version.

    Returns:
        the version, and warnings.

    Raises:
        NotFound: no such template.
        Forbidden: not for this actor.
        Invalid: something is wrong; `details["defects"]` lists it in words.
    """
    _demand_sight(actor)
    if not policies.may_edit_templates(actor):
        raise Forbidden(_l("Only designers change templates."))
    if docx_templates.for_document(name) is None:
        raise NotFound(_l("There is no such document template."))
    if not file_name:
        raise Invalid(_l("Choose a file."))
    content = stream.read(archive.MAX_BYTES + 1)
    if not file_name.lower().endswith(docx_templates.SUFFIX) and not content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(_l("The file is not a Word document (.docx). Save it in Word as “Word document (.docx)”."))
    found = docx_templates.check(name, content)
    errors = [one.text() for one in found if one.is_error]
    if errors:
        raise Invalid(_l("The template was not accepted: nothing was changed."), defects=errors)
    row = docx_templates.deploy(name, content, login=actor.login)
    audit.record_event(actor, "document_template", name, "upload", details={"version": row.version})
    return row, [one.text() for one in found]


def version(actor: Actor, name: str, number: int) -> DocumentTemplate:
    """One version.

    Raises:
        NotFound: none, or not for this actor.
    """
    _demand_sight(actor)
    found = next((row for row in docx_templates.versions(name) if row.version == number), None)
    if found is None:
        raise NotFound(_l("There is no such document template."))
    return found


def preview(actor: Actor, name: str, number: int, *, document_key: int | None = None) -> limited.Made:
    """A version filled with sample facts, or with the facts of a document that the actor may read.

    Raises:
        NotFound: no such version or document, or out of scope.
        Invalid: the template fails on these facts.
    """
    row = version(actor, name, number)
    facts = sample(kind_of(name))
    if document_key is not None:
        document = queries.document(actor, document_key)
        rendition = db.session.get(DocumentRendition, document.key)
        if rendition is None:
            raise NotFound(_l("There is no such document."))
        facts = rendition.facts
    try:
        return limited.make(row.content or b"", facts, clock.now())
    except Refused as refused:
        raise Invalid(" ".join(one.text() for one in refused.defects)) from refused


def _demand_sight(actor: Actor) -> None:
    """Templates do not exist for who may not see their pages."""
    if not policies.may_see_templates(actor):
        raise Forbidden(_l("Only designers, coordinators of the region and auditors see templates."))


def _named(fields: Sequence[Field], above: str) -> Iterator[tuple[str, str, bool]]:
    """Names as a template writes them: `учитель.фио`; what stands in a list follows it as `строка.…`."""
    for field in fields:
        if field.form:
            yield f"{above}{field.name}.…", field.label, False
        elif field.many:
            yield f"{above}{field.name}", field.label, True
            yield from _named(field.fields, "строка.")
        elif field.fields:
            yield from _named(field.fields, f"{above}{field.name}.")
        else:
            yield f"{above}{field.name}", field.label, False
