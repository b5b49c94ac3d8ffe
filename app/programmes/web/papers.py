"""Where a municipal programme comes from: its order, its document, its process, its public page."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, url_for
from flask_babel import gettext as _

from app.documents import queries as documents
from app.engine import queries as processes
from app.kernel.actor import Actor
from app.kernel.errors import NotFound

from ..models import SupportProgramme
from ..models.programmes import DRAFT

Link = tuple[str, str]
_PROCESS = "inbox.process"


def links(actor: Actor, found: SupportProgramme) -> list[Link]:
    """Addresses with their words; only what the reader may open."""
    rows: list[Link] = []
    if found.order_on is not None:
        order = _("Order № %(number)s of %(day)s", number=found.order_number, day=f"{found.order_on:%d.%m.%Y}")
        rows += _paper(actor, found.order_document, order)
        rows += _paper(actor, found.paper, _("Document of the programme"))
    key = found.instance_key
    if key is not None and _PROCESS in current_app.view_functions and _opens(lambda: processes.instance(actor, key)):
        rows.append((url_for(_PROCESS, key=key), _("Course of the process")))
    if found.order_on is not None and found.state != DRAFT:
        rows.append((url_for("programmes.published", code=found.code), _("Public page")))
    return rows


def _paper(actor: Actor, id: str, text: str) -> list[Link]:
    if not id.isdecimal() or not _opens(lambda: documents.document(actor, int(id))):
        return []
    return [(url_for("documents.document", key=int(id)), text)]


def _opens(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except NotFound:
        return False
    return True
