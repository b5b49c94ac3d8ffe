"""Verbs of the engine. Each takes the actor first, checks policy, changes, records; none commits.

Work that concerns other instances (called processes, messages, signals) is enqueued with the action and worked off
right after its commit. `resource` names: `Resource(name, content)` of `app.engine.views`.

    deploy(actor, resources) -> Deployed                hold_deployments()
    start_instance(actor, process_id, variables, …) -> int
    cancel_instance(actor, key, reason)
    set_variables(actor, key, variables, *, element=None, local=False)
    hold_instance(key)
    go_on_without(actor, key, token, reason)            remind_open(actor, key, element_id, tokens) -> int
    move_instance(actor, key, organisation, variables)  hand_over(actor, keys, role, old, new) -> int
    complete_user_task(actor, task_key, values, …)
    claim_task(actor, task_key)                         release_task(actor, task_key)
    assign_task(actor, task_key, login)                 delegate_task(actor, task_key, login, comment)
    update_task(actor, task_key, …)                     save_draft(actor, task_key, values)
    extend_deadline(actor, task_key, due, reason)       reschedule(actor, key)
    publish_message(actor, name, key, variables, …) -> int
    correlate_message(actor, name, key, variables) -> int
    broadcast_signal(actor, name, variables)
    resolve_incident(actor, incident_key)
    activate_jobs(actor, type, …) -> list[JobView]      complete_job / fail_job / throw_job_error
    migrate_instance(actor, key, target_key, mapping, …) -> int         undo_migration(actor, key)
    modify_instance(actor, key, *, activate=, terminate=, moves=)
    migrate_many / undo_many / modify_many / cancel_many(actor, keys, …) -> int      (background jobs)
    fire_due(limit) -> int                              (opens its own units of work)

`internal=True` on a verb says that the calling feature has checked its own policy already.
"""

from __future__ import annotations

from .batches import cancel_many, migrate_many, migrate_refused, modify_many, undo_many
from .deploying import deploy, hold_deployments
from .fans import go_on_without, remind_open
from .handing_over import hand_over, move_instance
from .incidents import resolve_incident
from .instances import cancel_instance, hold_instance, set_variables, start_instance
from .jobs import activate_jobs, complete_job, fail_job, throw_job_error
from .messages import broadcast_signal, correlate_message, publish_message
from .migrating import migrate_instance, undo_migration
from .modifying import modify_instance
from .tasks import assign_task, claim_task, complete_user_task, delegate_task, release_task, save_draft, update_task
from .timers import extend_deadline, fire_due, reschedule

__all__ = [
    "activate_jobs",
    "assign_task",
    "broadcast_signal",
    "cancel_instance",
    "cancel_many",
    "claim_task",
    "complete_job",
    "complete_user_task",
    "correlate_message",
    "delegate_task",
    "deploy",
    "extend_deadline",
    "fail_job",
    "fire_due",
    "go_on_without",
    "hand_over",
    "hold_deployments",
    "hold_instance",
    "migrate_instance",
    "migrate_many",
    "migrate_refused",
    "modify_instance",
    "modify_many",
    "move_instance",
    "publish_message",
    "release_task",
    "remind_open",
    "reschedule",
    "resolve_incident",
    "save_draft",
    "set_variables",
    "start_instance",
    "throw_job_error",
    "undo_many",
    "undo_migration",
    "update_task",
]
