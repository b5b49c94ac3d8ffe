"""What is deployed, as files with their places in a folder."""

from __future__ import annotations

from collections.abc import Sequence

from app.designer import policies
from app.designer.folder import is_placed
from app.designer.queries import differing
from app.designer.rules import layout, naming
from app.designer.rules.differences import compare
from app.designer.rules.items import Defined, items_of
from app.documents import docx_templates
from app.engine.views import Resource
from app.kernel.actor import Actor

from . import scenarios
from .catalogue import newest
from .deployed import KINDS, PROCESS, place


def placed(actor: Actor) -> dict[str, bytes]:
    """Every deployed file in its newest version, by path: that of the folder that it came from, else as `rules.layout`
    puts it.

    Raises:
        NotFound: the actor does not read models.
    """
    policies.demand_reading(actor)
    found, homes = _models()
    for template in docx_templates.newest():
        found[f"forms/documents/{template.name}.docx"] = template.content or b""
    for process_id, path in homes.items():
        found.update(_scenarios(actor, process_id, path.rpartition("/")[0]))
    return dict(sorted(found.items()))


def settled(resources: Sequence[Resource]) -> list[Resource]:
    """Files as they are deployed: one that changes what came from a folder keeps its path there, so that the next
    export replaces that file and does not write a second one with the same content beside it."""
    found: dict[str, Resource] = {}
    for each in resources:
        items = items_of(naming.kind_of(each.name) or "", each.name, each.content)
        path = next((path for item in items if (path := place(item.kind, item.id))), each.name)
        path = naming.free(path, naming.stem(each.name), found)
        found[path] = Resource(path, each.content)
    return list(found.values())


def _models() -> tuple[dict[str, bytes], dict[str, str]]:
    """Processes, decisions and forms: files by path, and the path of each process. The newest deployment goes first:
    an older file that defines something of it again is left out, because both could not be deployed together."""
    rows = [(kind, row) for kind in KINDS for row in newest(kind, with_text=True)]
    rows.sort(key=lambda one: (one[1].deployed_at is not None, one[1].deployed_at), reverse=True)
    files: dict[str, bytes] = {}
    owners: dict[str, list[Defined]] = {}
    defined: set[tuple[str, str]] = set()
    for kind, row in rows:
        content = row.text.encode()
        items = items_of(differing.FILES[kind], row.resource_name, content)
        ids = {(kind, row.id), *((item.kind, item.id) for item in items)}
        if ids.isdisjoint(defined):
            defined |= ids
            path = place(kind, row.id) or row.resource_name.rpartition("/")[2]
            name = naming.free(path, row.id, files)
            files[name], owners[name] = content, items
    places = _places(files)
    homes = {item.id: places[name] for name, items in owners.items() for item in items if item.kind == PROCESS}
    return {places[name]: content for name, content in files.items()}, homes


def _places(files: dict[str, bytes]) -> dict[str, str]:
    """Path of each file by its name; files that came from no folder are given one beside the others."""
    found = {name: name for name in files if is_placed(name)}
    loose = [Resource(name, text) for name, text in files.items() if name not in found]
    taken = set(found.values())
    for path, each in layout.folders(loose).items():
        found[each.name] = naming.free(path, naming.stem(each.name), taken)
        taken.add(found[each.name])
    return found


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
