"""What is deployed, as files with their places in a folder."""

from __future__ import annotations

from collections.abc import Sequence

from app.designer import policies
from app.designer.folder import is_placed
from app.designer.queries import differing
from app.designer.rules import layout, naming
from app.designer.rules.differences import compare
from app.designer.rules.items import items_of
from app.documents import docx_templates
from app.engine.views import Resource
from app.kernel.actor import Actor

from . import scenarios
from .catalogue import newest
from .deployed import DECISION, FORM, PROCESS


def placed(actor: Actor) -> dict[str, bytes]:
    """Every deployed file in its newest version, by path: that of the folder that it came from, else as `rules.layout`
    puts it.

    Raises:
        NotFound: the actor does not read models.
    """
    policies.demand_reading(actor)
    rows = [(kind, row) for kind in (PROCESS, DECISION, FORM) for row in newest(kind, with_text=True)]
    files = {row.resource_name: row.text.encode() for _kind, row in rows}
    loose = [Resource(name.rpartition("/")[2], text) for name, text in files.items() if not is_placed(name)]
    places = {each.name: path for path, each in layout.folders(loose).items()}
    found = {name if is_placed(name) else places[name.rpartition("/")[2]]: text for name, text in files.items()}
    for template in docx_templates.newest():
        found[f"forms/documents/{template.name}.docx"] = template.content or b""
    for kind, row in rows:
        if kind == PROCESS:
            name = row.resource_name if is_placed(row.resource_name) else places[row.resource_name.rpartition("/")[2]]
            found.update(_scenarios(actor, row.id, name.rpartition("/")[0]))
    return dict(sorted(found.items()))


def _scenarios(actor: Actor, process_id: str, place: str) -> dict[str, bytes]:
    """The scenarios of a process beside it. The line that names the process is needed in other folders only; it was put
    in when they were stored."""
    own = f"process: {process_id}\n".encode()
    named_by_folder = place.rpartition("/")[2] == process_id
    return {
        f"{place}/{each.name}": each.content.removeprefix(own) if named_by_folder else each.content
        for each in scenarios.stored(actor, process_id)
    }


def changes(actor: Actor, resources: Sequence[Resource]) -> list[tuple[Resource, list[str] | None]]:
    """What files would change of what is deployed: every file that is new (None) or differs, with what differs in
    sentences; unchanged ones are left out.

    Raises:
        NotFound: the actor does not read models.
    """
    read = [(each, naming.kind_of(each.name.rpartition("/")[2]) or "") for each in resources]
    defined = {each.name: items_of(kind, each.name.rpartition("/")[2], each.content) for each, kind in read}
    names = differing.Names(one for found in defined.values() for one in found)
    told: list[tuple[Resource, list[str] | None]] = []
    for each, kind in read:
        before = differing.deployed_content(actor, defined[each.name])
        if before is None:
            told.append((each, None))
        elif before != each.content:
            difference = compare(kind, before, each.content, names)
            told.append((each, [change.text for change in difference.changes] or [difference.broken]))
    return told
