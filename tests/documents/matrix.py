"""The addresses of documents and records."""

from __future__ import annotations

from typing import Any

from app.documents import operations
from app.kernel.actor import PLATFORM
from tests.web.matrix import FOREIGN, HIDDEN, NO, OWN, YES, Row, World, roles

MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"
REGION = "region_head region_coordinator region_wg_member"
ISSUERS = "teacher school_head deputy_head"
READERS = f"{ISSUERS} iro_coordinator auditor {MUNICIPAL} {REGION}"
TEMPLATES = "designer region_coordinator auditor"


def build(world: World) -> None:
    """In each scope an order and a request for a consultation."""
    for scope, login, school in ((OWN, "teacher", "lebedyan-1"), (FOREIGN, "teacher2", "gryazi-1")):
        suffix = "" if scope == OWN else f" {FOREIGN}"
        paper = operations.register_document(
            PLATFORM, kind="order", title="О курсах", data={}, register="order", organisation=school, owner=login
        )
        record = operations.save_record(
            PLATFORM, "consultation_request", "Запрос", {}, organisation=school, owner=login
        )
        world[f"document{suffix}"], world[f"record{suffix}"] = int(paper.document_id), record.id


def _paper(world: World, scope: str) -> dict[str, Any]:
    return {"key": world.of("document", scope)}


def _record(world: World, scope: str) -> dict[str, Any]:
    return {"kind": "consultation_request", "key": world.of("record", scope)}


def _version(world: World, scope: str) -> dict[str, Any]:
    return {"name": "order", "version": 1}


ROWS = [
    Row("documents.index", own=roles(YES)),
    Row("documents.records", own=roles(YES), at=lambda world, scope: {"kind": "consultation_request"}),
    Row(
        "documents.document",
        own=roles(HIDDEN, yes=READERS),
        foreign=roles(HIDDEN, yes=f"iro_coordinator auditor {REGION}"),
        at=lambda world, scope: {"key": world.of("document", scope)},
    ),
    Row(
        "documents.papers",
        own=roles(HIDDEN, yes=READERS),
        foreign=roles(HIDDEN, yes=f"iro_coordinator auditor {REGION}"),
        at=_paper,
    ),
    Row(
        "documents.make_again",
        "POST",
        own=roles(HIDDEN, no=READERS),
        foreign=roles(HIDDEN, no=f"iro_coordinator auditor {REGION}"),
        at=_paper,
    ),
    Row(
        "documents.attach_scan",
        "POST",
        own=roles(HIDDEN, yes=ISSUERS, no=f"iro_coordinator auditor {MUNICIPAL} {REGION}"),
        foreign=roles(HIDDEN, no=f"iro_coordinator auditor {REGION}"),
        at=_paper,
    ),
    Row("documents.templates", own=roles(NO, yes=TEMPLATES)),
    Row("documents.template", own=roles(NO, yes=TEMPLATES), at=lambda world, scope: {"name": "order"}),
    Row("documents.upload_template", "POST", own=roles(NO, yes="designer"), at=lambda world, scope: {"name": "order"}),
    Row("documents.template_file", own=roles(NO, yes=TEMPLATES), at=_version, data=True),
    Row("documents.preview_template", own=roles(NO, yes=TEMPLATES), at=_version, data=True),
    Row(
        "documents.record",
        own=roles(HIDDEN, yes=f"teacher school_head deputy_head iro_coordinator auditor {MUNICIPAL}"),
        foreign=roles(HIDDEN, yes="iro_coordinator auditor"),
        at=_record,
    ),
    Row("documents.static", own=roles(YES), at=lambda world, scope: {"filename": "document.css"}),
]
