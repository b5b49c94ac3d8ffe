"""Outbox handlers: the files of documents, in a lane of their own so that no action waits for them."""

from __future__ import annotations

from typing import Any

from app.documents import paperwork
from app.kernel import outbox


@outbox.handler(paperwork.MAKE, lane=outbox.PAPERS)
def make_rendition(payload: dict[str, Any]) -> None:
    """DOCX and PDF of one document; a second run finds them ready."""
    paperwork.make(int(payload["document"]))
