"""Who may change document templates, see them, and attach scans."""

from __future__ import annotations

from app.documents.models import Document
from app.kernel.actor import Actor


def may_edit_templates(actor: Actor) -> bool:
    """Upload templates: designers, as they deploy models (roles.md §3, «Models, forms, decisions, deployments»)."""
    return actor.system or actor.has_role("designer")


def may_see_templates(actor: Actor) -> bool:
    """Read the pages of templates: designers, regional coordinators, auditors (the same row)."""
    return may_edit_templates(actor) or actor.has_role("region_coordinator") or actor.has_role("auditor")


def may_repeat_work(actor: Actor) -> bool:
    """Try failed work again: designers and administrators (the row «Incidents»)."""
    return may_edit_templates(actor) or actor.has_role("admin")


def may_attach_scan(actor: Actor, document: Document) -> bool:
    """Attach a scan to a document that the actor may read: who wrote it, signed it or is its owner, and staff of the
    organisation that issued it. Auditors only read."""
    if actor.has_role("auditor") or not actor.login:
        return False
    signers = {str(one.get("login")) for one in document.signatures}
    if actor.login in {document.created_by, document.owner, *signers}:
        return True
    return bool(document.organisation) and any(
        held.organisation == document.organisation and held.role != "teacher" for held in actor.assignments
    )
