"""Questions to the engine. Each takes the actor first and answers within the actor's scope.

tasks_for(actor, filters, sort, page) -> Page[TaskView]     task(actor, key) -> TaskDetail
task_counts(actor) -> dict[role, count]                     instance(actor, key) -> InstanceView
instances(actor, filters, sort, page) -> Page[InstanceView] history(actor, instance_key) -> list[EventView]
definitions(actor, …) -> list[DefinitionView]               startable(actor) -> list[DefinitionView]
xml_of(actor, definition_key) -> str                        waiting_on(actor, instance_key) -> list[Waiting]
incidents(actor, …) -> Page[IncidentView]                   scopes(actor, instance_key) -> list[dict]
open_task(instance_key, element_id) -> int | None                  is_over(instance_key) -> bool
fans(actor, instance_key) -> list[FanView]                  fan(actor, instance_key, element_id) -> FanView
versions(actor, kind, item) -> list[VersionView]             content_of(actor, kind, key) -> bytes
counts_by_version(actor, process_id)                        open_work(actor, process_id) -> list[OpenWork]
inboxes(actor, process_id) -> list[Inbox]                   dependents(actor, items) -> list[Dependent]
verify_chain(instance_key) -> str | None                    travelled(actor, instance_key) -> Travelled
running(actor, definition_key, …) -> statement of keys
proposal(actor, source, target) -> dict[element, Proposal]  dry_run(actor, keys, target, mapping) -> list[TrialView]
batch(actor, key) -> BatchView    batches(actor, …)               refusals(actor, batch_key) -> [(sentence, keys)]
"""

from __future__ import annotations

from .definitions import (
    decision_name,
    definition,
    definitions,
    deployment,
    end_name,
    explained,
    open_to,
    readable,
    startable,
    xml_of,
)
from .fans import fan, fans
from .history import broken_chains, history, travelled, verify_chain
from .impact import counts_by_version, inboxes, open_work
from .incidents import incidents
from .instances import instance, instances, is_over, scopes, waiting_on
from .migrations import batch, batches, dry_run, items, mapping_rows, proposal, refusals, taken_back
from .standing import running
from .task_page import task
from .tasks import open_task, task_counts, task_view, tasks_for
from .versions import content_of, dependents, latest_version, used_by, versions

__all__ = [
    "batch",
    "batches",
    "broken_chains",
    "content_of",
    "counts_by_version",
    "decision_name",
    "definition",
    "definitions",
    "dependents",
    "deployment",
    "dry_run",
    "end_name",
    "explained",
    "fan",
    "fans",
    "history",
    "inboxes",
    "incidents",
    "instance",
    "instances",
    "is_over",
    "items",
    "latest_version",
    "mapping_rows",
    "open_task",
    "open_to",
    "open_work",
    "proposal",
    "readable",
    "refusals",
    "running",
    "scopes",
    "startable",
    "taken_back",
    "task",
    "task_counts",
    "task_view",
    "tasks_for",
    "travelled",
    "used_by",
    "verify_chain",
    "versions",
    "waiting_on",
    "xml_of",
]
