"""From a registered document to its DOCX and PDF: facts and template are fixed with the document, a worker makes the
files after the commit, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import IO, BinaryIO, cast

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.audit import operations as audit
from app.documents import docx_templates, policies, queries, templates
from app.documents.facts import facts_of
from app.documents.facts.common import Source
from app.documents.models import Document, DocumentRendition, DocumentScan, DocumentTemplate
from app.documents.renditions import limited
from app.documents.renditions.defects import Defect, GaveUp, Refused
from app.documents.renditions.kinds import GENERIC
from app.documents.titles import kind_title_ru
from app.files import operations as files
from app.files.models import File
from app.forms import signing
from app.jobs import batches, batching
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import next_key

MAKE = "documents.make_rendition"
PREPARING, READY, FAILED, CANCELLED = "preparing", "ready", "failed", "cancelled"
PATIENCE = timedelta(minutes=10)
"""So long a document's files are tried again when making them took too long."""
SCANS = ("pdf", "jpg", "jpeg", "png")
"""Types of a scan."""


def screen_text(facts: templates.Facts, template: str | None, deployment_key: int | None) -> str:
    """The HTML that is frozen with the document. A template that exists as DOCX only leaves it to the general one.

    Raises:
        NotFound: the template named does not exist, neither as HTML nor as DOCX.
        Invalid: the HTML template fails on these facts.
    """
    named = template.removesuffix(docx_templates.SUFFIX) if template else None
    if named and not templates.exists(named) and docx_templates.for_document(named) is not None:
        named = None
    return templates.write(facts, template=named, deployment_key=deployment_key)


def begin(document: Document, facts: templates.Facts, template: str | None) -> DocumentRendition | None:
    """Fix what the DOCX of a document will say and by which template; a worker makes it after the commit.

    A model's own HTML template without a DOCX of its name means: this document has no DOCX.
    """
    name = (template or facts.kind).removesuffix(docx_templates.SUFFIX)
    row = docx_templates.for_document(name)
    if row is None and not templates.exists(name):
        name, row = GENERIC, docx_templates.for_document(GENERIC)
    if row is None:
        return None
    source = Source(
        facts.kind,
        facts.title,
        facts.number,
        facts.date,
        facts.organisation,
        facts.data,
        facts.signatures,
        facts.form_key,
        facts.actor,
    )
    with force_locale("ru"):
        fixed = facts_of(name, source)
    rendition = DocumentRendition(
        document_key=document.key,
        template_key=row.key,
        facts=fixed,
        facts_sha256=signing.content_hash(fixed),
        state=PREPARING,
        problem=[],
    )
    db.session.add(rendition)
    db.session.flush()
    outbox.enqueue(MAKE, {"document": document.key})
    batching.gather(MAKE, document.key)
    return rendition


def make(document_key: int) -> None:
    """Make DOCX and PDF of a document, unless they are there or were stopped. Whatever goes wrong with the template is
    kept with the document and shown; a crash leaves everything as it was, and the worker comes again.

    Raises:
        GaveUp: it took too long, and the document is younger than `PATIENCE`.
    """
    rendition = db.session.get(DocumentRendition, document_key, with_for_update=True)
    if rendition is None or rendition.state != PREPARING:
        return
    document = db.session.get_one(Document, document_key)
    template = db.session.get_one(DocumentTemplate, rendition.template_key)
    try:
        made = limited.make(template.content or b"", rendition.facts, document.created_at)
    except Refused as refused:
        if isinstance(refused, GaveUp) and clock.now() - document.created_at < PATIENCE:
            raise  # a busy machine, perhaps: the outbox tries again
        rendition.state, rendition.problem = FAILED, [one.to_json() for one in refused.defects]
        db.session.flush()
        return
    docx, pdf = _keep(document, "docx", made.docx), _keep(document, "pdf", made.pdf)
    rendition.docx_file, rendition.docx_sha256 = docx.key, docx.sha256
    rendition.pdf_file, rendition.pdf_sha256 = pdf.key, pdf.sha256
    rendition.html, rendition.made_with, rendition.made_at = made.html, made.made_with, clock.now()
    rendition.state, rendition.problem = READY, []
    db.session.flush()


def _keep(document: Document, extension: str, content: bytes) -> File:
    kind = kind_title_ru(document.kind)
    number = f" № {document.number}".replace("/", "-") if document.number else ""
    name = f"{kind}{number} от {document.date:%d.%m.%Y}.{extension}"
    file = files.store_file(PLATFORM, name, BytesIO(content), extensions=(extension,))
    files.attach([file.key], "document", document.key)
    return file


def again(actor: Actor, document_key: int) -> None:
    """Try once more to make the files of a document whose template failed, or whose batch was stopped.

    Raises:
        NotFound: out of scope.
        Forbidden: the actor looks neither after templates nor after the stopped batch.
        Conflict: the files are there, or being made.
    """
    document = queries.document(actor, document_key)
    rendition = db.session.get(DocumentRendition, document.key, with_for_update=True)
    if not may_repeat(actor, rendition):
        raise Forbidden(_l("Only designers and administrators may do this."))
    if rendition is None or rendition.state not in (FAILED, CANCELLED):
        raise Conflict(_l("The files of this document are ready or being made."))
    _put_down([document.key])


def may_repeat(actor: Actor, rendition: DocumentRendition | None) -> bool:
    """Whether the actor may have the files made once more: who stopped a batch may also ask for single papers of it."""
    if policies.may_repeat_work(actor):
        return True
    return rendition is not None and rendition.state == CANCELLED and batches.may_steer(actor, rendition.batch_key)


def _put_down(keys: Sequence[int]) -> None:
    """Have files made that were not."""
    rows = update(DocumentRendition).where(DocumentRendition.document_key.in_(keys))
    db.session.execute(rows.values(state=PREPARING, problem=[]))
    for key in keys:
        outbox.enqueue(MAKE, {"document": key})


batching.known[MAKE] = batching.Kind(
    label=_l("Files of documents"),
    key=DocumentRendition.document_key,
    batch=DocumentRendition.batch_key,
    state=DocumentRendition.state,
    waiting=PREPARING,
    done=(READY,),
    failed=(FAILED,),
    entry=MAKE,
    field="document",
    stopped={},
    again=_put_down,
)


def attach_scan(actor: Actor, document_key: int, name: str, stream: IO[bytes], note: str = "") -> DocumentScan:
    """Attach a scan of the paper that was printed and signed by hand. Scans follow each other, none is taken away.

    Raises:
        NotFound: out of scope.
        Forbidden: the actor may read the document but not attach to it.
        Invalid: wrong type, too large, empty, or not what its name says.
        Conflict: this very file is attached already.
    """
    document = queries.document(actor, document_key)
    if not policies.may_attach_scan(actor, document):
        raise Forbidden(_l("Only the organisation that issued the document may attach its scan."))
    if not name:
        raise Invalid("", {"scan": [_l("Choose a file.")]})
    file = files.store_file(actor, name, cast(BinaryIO, stream), extensions=SCANS)
    db.session.execute(select(Document.key).where(Document.key == document.key).with_for_update())
    same = DocumentScan.document_key == document.key, DocumentScan.sha256 == file.sha256
    if db.session.scalar(select(DocumentScan.key).where(*same)) is not None:
        raise Conflict(_l("This scan is attached already."))
    files.attach([file.key], "document", document.key)
    scan = DocumentScan(
        key=next_key(),
        document_key=document.key,
        file_key=file.key,
        sha256=file.sha256,
        note=note.strip()[:500],
        attached_by=actor.login,
        attached_at=clock.now(),
    )
    db.session.add(scan)
    db.session.flush()
    audit.record_event(actor, "document", str(document.key), "attach_scan", details={"sha256": file.sha256})
    return scan


def problem_text(rendition: DocumentRendition) -> str:
    """Why the files could not be made, for people."""
    return " ".join(Defect.from_json(row).text() for row in rendition.problem) or _("Unknown reason.")
