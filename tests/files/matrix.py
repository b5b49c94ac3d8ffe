"""The address of the file store: files follow the record that shows them."""

from __future__ import annotations

import io

from app.documents import operations as documents
from app.files import operations, queries
from app.kernel.actor import Actor
from tests.web.matrix import FOREIGN, HIDDEN, OWN, Row, World, roles


def build(world: World) -> None:
    """In each scope a technical assignment with a file."""
    for scope, login, school in ((OWN, "teacher", "lebedyan-1"), (FOREIGN, "teacher2", "gryazi-1")):
        actor = Actor(login, login)
        file = operations.store_file(actor, "diploma.pdf", io.BytesIO(b"%PDF-1.4"))
        data = {"teacher": login, "files": [queries.reference(file)]}
        documents.save_record(actor, "technical_assignment", "ТЗ", data, organisation=school)
        world["file" if scope == OWN else f"file {FOREIGN}"] = file.key


ROWS = [
    Row(
        "files.download",
        own=roles(HIDDEN, yes="teacher school_head deputy_head auditor"),
        foreign=roles(HIDDEN, yes="auditor"),
        at=lambda world, scope: {"key": world.of("file", scope)},
    ),
]
