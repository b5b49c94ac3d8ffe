"""What publishing a draft would touch: running instances, open work, lists of people, processes that are bound to it.

Counted, never loaded; nobody is named (roles.md §3, designers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.designer.queries.differing import FileDifference
from app.designer.rules.differences.bpmn_reading import Picture, read_picture
from app.designer.rules.differences.bpmn_words import element_title
from app.designer.rules.items import PROCESS
from app.engine import queries as engine
from app.engine.bpmn import ModelError
from app.engine.views import Dependent, Inbox, OpenWork, VersionView
from app.kernel.actor import Actor

from . import drafts


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open work at one element.

    Attributes:
        title: what people call the element.
        fate: `removed` or `changed` by the draft, empty when it stays as it is.
    """

    work: OpenWork
    title: str
    fate: str


@dataclass(frozen=True, slots=True)
class ProcessImpact:
    """What stands on a process that a draft changes: it stays on its version unless it is migrated."""

    process_id: str
    name: str
    versions: Sequence[VersionView]
    waiting: Sequence[Waiting]
    inboxes: Sequence[Inbox]

    @property
    def running(self) -> int:
        """Running instances of all versions."""
        return sum(one.running for one in self.versions)

    @property
    def tasks(self) -> int:
        """Open tasks of people."""
        return sum(one.work.count for one in self.waiting if one.work.kind == "task")

    @property
    def overdue(self) -> int:
        """Open tasks whose deadline has passed."""
        return sum(one.work.overdue for one in self.waiting)

    @property
    def next_due(self) -> datetime | None:
        """The nearest deadline or moment."""
        return min((one.work.next_due for one in self.waiting if one.work.next_due), default=None)


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing touches: per process, and the processes that are deployed again because they are bound to it."""

    processes: Sequence[ProcessImpact]
    dependents: Sequence[Dependent]


def impact(actor: Actor, key: int, found: Sequence[FileDifference]) -> Impact:
    """What publishing a draft touches.

    Args:
        found: what its files change.

    Raises:
        NotFound: the actor does not read models.
    """
    changing = [one for one in found if one.changes_something]
    processes = [
        _process(actor, one, item.id, item.name) for one in changing for item in one.items if item.kind == PROCESS
    ]
    items = [
        (item.kind, item.id if item.kind != "template" else f"{item.id}.docx") for one in changing for item in one.items
    ]
    names = [resource.name for resource in drafts.resources(actor, key)]
    again = engine.dependents(actor, items, names) if items else ()
    own = {(item.kind, item.id) for one in found for item in one.items}
    again = [one for one in again if (PROCESS, one.process_id) not in own]
    return Impact([one for one in processes if one.versions], again)


def _process(actor: Actor, changed: FileDifference, process_id: str, name: str) -> ProcessImpact:
    versions = engine.versions(actor, PROCESS, process_id)
    work = engine.open_work(actor, process_id)
    standing = {one.version for one in work}
    pictures = {
        one.version: _picture(engine.content_of(actor, PROCESS, one.key)) for one in versions if one.version in standing
    }
    after = _picture(drafts.content(actor, changed.file.key))
    touched = {change.element_id for change in (changed.difference.changes if changed.difference else ())}
    waiting = [_waiting(one, pictures[one.version], after, touched) for one in work if one.version in pictures]
    return ProcessImpact(process_id, name, versions, waiting, engine.inboxes(actor, process_id))


def _waiting(work: OpenWork, before: Picture, after: Picture, touched: set[str]) -> Waiting:
    part = before.parts.get(work.element_id)
    title = element_title(before, part) if part else work.element_id
    fate = "removed" if work.element_id not in after.parts else "changed" if work.element_id in touched else ""
    return Waiting(work, title, fate)


def _picture(content: bytes) -> Picture:
    try:
        return read_picture(content)
    except ModelError:
        return Picture()
