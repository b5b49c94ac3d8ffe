"""Who may change document templates, see them, and attach scans."""

from __future__ import annotations

from app.documents.models import Document
from app.kernel.actor import Actor

_SIGNERS = frozenset({"region_head", "iro_head", "mouo_head", "school_head"})


def may_edit_templates(actor: Actor) -> bool:
    """Upload templates: designers, as they deploy models (roles.md §3, «Models, forms, decisions»)."""
    return actor.system or actor.has_role("designer") or actor.has_role("admin")


def may_see_templates(actor: Actor) -> bool:
    """Read the pages of templates: who edits them, and auditors."""
    return may_edit_templates(actor) or actor.has_role("auditor")


def may_attach_scan(actor: Actor, document: Document) -> bool:
    """Attach a scan: whoever wrote the document, who signed it, whom it concerns, and staff of the organisation that
    issued it. Auditors only read."""
    if actor.has_role("auditor") or not actor.login:
        return False
    signers = {str(one.get("login")) for one in document.signatures}
    if actor.login in {document.created_by, document.owner, *signers}:
        return True
    return bool(document.organisation) and any(
        held.organisation == document.organisation and held.role not in ("teacher",) for held in actor.assignments
    )
