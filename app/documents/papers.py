"""What a reader sees of the papers of a document: its files, whether they are untouched, its scans."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.documents import queries
from app.documents.models import Document, DocumentRendition, DocumentScan, DocumentTemplate
from app.files import store
from app.files.models import File
from app.forms import signing
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of the signed paper."""

    file: File
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of one document.

    Attributes:
        rendition: None for a document of the time before DOCX, or of a model with an HTML template of its own.
        template: the version that writes it.
        intact: facts and files still have the hashes that were taken; None while there are no files.
    """

    document: Document
    rendition: DocumentRendition | None
    template: DocumentTemplate | None
    docx: File | None
    pdf: File | None
    intact: bool | None
    scans: Sequence[Scan]


def papers_of(actor: Actor, key: int) -> Papers:
    """The papers of a document.

    Raises:
        NotFound: none, or out of scope.
    """
    document = queries.document(actor, key)
    rendition = db.session.get(DocumentRendition, document.key)
    if rendition is None:
        return Papers(document, None, None, None, None, None, _scans(document))
    docx, pdf = _file(rendition.docx_file), _file(rendition.pdf_file)
    template = db.session.get(DocumentTemplate, rendition.template_key)
    intact = _is_intact(rendition) if rendition.state == "ready" else None
    return Papers(document, rendition, template, docx, pdf, intact, _scans(document))


def _is_intact(rendition: DocumentRendition) -> bool:
    """Facts and files are what they were when they were made."""
    if signing.content_hash(rendition.facts) != rendition.facts_sha256:
        return False
    return all(_hash_of(digest) == digest for digest in (rendition.docx_sha256, rendition.pdf_sha256) if digest)


def _hash_of(digest: str) -> str:
    """The hash of the stored bytes now; empty when they are gone."""
    path = store.blob(digest)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _file(key: int | None) -> File | None:
    return db.session.get(File, key) if key else None


def _scans(document: Document) -> list[Scan]:
    query = (
        select(DocumentScan, File)
        .join(File, File.key == DocumentScan.file_key)
        .where(DocumentScan.document_key == document.key)
        .order_by(DocumentScan.key)
    )
    found = [(scan, file) for scan, file in db.session.execute(query)]
    names = people.person_names(scan.attached_by for scan, _file in found)
    return [Scan(file, scan.note, names[scan.attached_by], scan.attached_at) for scan, file in found]
