"""Writing an action: everything it changes, in one statement that the instance's version guards.

The statement is put together from the parts that the action needs; each combination is prepared once per connection.
When no row of the instance has the expected version, nothing at all is written: somebody else was faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.engine.statements import run_plain

_UPDATE = """
WITH inst AS (
    UPDATE process_instance SET version = version + 1, state_key = %(event_key)s, state = %(state)s, hash = %(hash)s,
        status = %(status)s, incidents = %(incidents)s, ended_at = %(ended_at)s, result = %(result)s,
        reason = %(reason)s, title = %(title)s, owner_group = %(owner_group)s,
        variables = COALESCE(%(variables)s::jsonb, variables)
    WHERE key = %(instance)s AND version = %(version)s RETURNING key)"""

_MOVE = _UPDATE.replace("SET version", "SET definition_key = %(definition)s, version")
"""An action that also moves the instance to another version of its process."""

_NOTE = """
WITH inst AS (
    UPDATE process_instance SET version = version + 1, hash = %(hash)s
    WHERE key = %(instance)s AND version = %(version)s RETURNING key)"""

_CREATE = """
WITH inst AS (
    INSERT INTO process_instance (key, definition_key, process_id, version, state_key, state, hash, status, incidents,
        title, business_key, start_key, organisation, organisations, owner_group, parent_key, parent_token, root_key,
        depth, started_by, started_at, ended_at, result, reason, variables)
    VALUES (%(instance)s, %(definition)s, %(process_id)s, 1, %(event_key)s, %(state)s, %(hash)s, %(status)s,
        %(incidents)s, %(title)s, %(business_key)s, %(start_key)s, %(organisation)s, %(organisations)s,
        %(owner_group)s, %(parent_key)s, %(parent_token)s, %(root_key)s, %(depth)s, %(started_by)s, %(now)s,
        %(ended_at)s, %(result)s, %(reason)s, %(variables)s::jsonb)
    ON CONFLICT (process_id, start_key) WHERE status = 'active' AND start_key IS NOT NULL DO NOTHING
    RETURNING key)"""

_EVENT = """
event AS (
    INSERT INTO history_event (instance_key, seq, key, at, actor, on_behalf_of, channel, address, verb, element_id,
        task_key, form_key, details, entries, prev_hash, hash)
    SELECT key, %(version)s + 1, %(event_key)s, %(now)s, %(actor)s, %(behalf)s, %(channel)s, %(address)s, %(verb)s,
        %(element)s, %(task)s, %(form)s, %(details)s::json, %(entries)s::json, %(prev_hash)s, %(hash)s FROM inst)"""

_TASK_COLUMNS = (
    ("key", "bigint"),
    ("token", "bigint"),
    ("element_id", "text"),
    ("loop", "bigint"),
    ("name", "text"),
    ("title", "text"),
    ("role", "text"),
    ("assignee", "text"),
    ("candidate_groups", "text[]"),
    ("candidate_users", "text[]"),
    ("candidates", "text[]"),
    ("inbox", "text[]"),
    ("form_id", "text"),
    ("form_key", "bigint"),
    ("external_form", "text"),
    ("not_by", "text[]"),
    ("due_at", "timestamptz"),
    ("due_sort", "timestamptz"),
    ("follow_up_at", "timestamptz"),
    ("priority", "bigint"),
    ("mark", "text"),
    ("mark_at", "timestamptz"),
)
_TASK_NAMES = ", ".join(f'"{name}"' for name, _ in _TASK_COLUMNS)
_TASK_ROW = ", ".join(f'"{name}" {kind}' for name, kind in _TASK_COLUMNS)

_PARTS = {
    "done": """
done AS (
    UPDATE user_task t SET state = 'completed', ended_at = %(now)s, completed_by = %(actor)s, on_behalf_of = %(behalf)s,
        outcome = %(outcome)s, comment = %(comment)s, mark = NULL, mark_at = NULL, inbox = '{}'
    FROM inst WHERE t.key = %(task)s),
undrafted AS (DELETE FROM task_draft d USING inst WHERE d.task_key = %(task)s),
unlisted AS (
    DELETE FROM task_candidate c USING inst
    WHERE c.candidate = ANY(%(inbox)s) AND c.due_sort = %(due_sort)s AND c.task_key = %(task)s)""",
    "gone": """
gone AS (
    SELECT t.key, t.inbox, t.due_sort FROM user_task t, inst
    WHERE t.instance_key = inst.key AND t.token = ANY(%(gone)s) AND t.state = 'open'),
cancelled AS (
    UPDATE user_task t SET state = 'cancelled', ended_at = %(now)s, mark = NULL, mark_at = NULL, inbox = '{}'
    FROM gone WHERE t.key = gone.key),
dropped AS (DELETE FROM task_draft d USING gone WHERE d.task_key = gone.key),
withdrawn AS (
    DELETE FROM task_candidate c USING gone
    WHERE c.candidate = ANY(gone.inbox) AND c.due_sort = gone.due_sort AND c.task_key = gone.key)""",
    "tasks": f"""
rows AS (SELECT r.* FROM jsonb_to_recordset(%(tasks)s::jsonb) AS r({_TASK_ROW}), inst),
opened AS (
    INSERT INTO user_task ({_TASK_NAMES}, instance_key, process_id, definition_key, organisation, state, created_at,
        overdue)
    SELECT {_TASK_NAMES}, %(instance)s, %(process_id)s, %(definition)s, %(organisation)s, 'open', %(now)s, FALSE
    FROM rows),
listed AS (
    INSERT INTO task_candidate (candidate, due_sort, task_key, role)
    SELECT unnest(inbox), due_sort, key, role FROM rows)
""",
    "untimed": """
untimed AS (DELETE FROM timer t USING inst WHERE t.instance_key = inst.key AND t.token = ANY(%(untimed)s))""",
    "timers": """
timed AS (
    INSERT INTO timer (key, instance_key, token, element_id, due_at)
    SELECT r.key, inst.key, r.token, r.element_id, r.due_at FROM inst,
        jsonb_to_recordset(%(timers)s::jsonb) AS r(key bigint, token bigint, element_id text, due_at timestamptz))""",
    "unsubscribed": """
unsubscribed AS (
    DELETE FROM event_subscription s USING inst
    WHERE s.instance_key = inst.key AND s.token = ANY(%(unsubscribed)s))""",
    "subscriptions": """
subscribed AS (
    INSERT INTO event_subscription (key, kind, name, correlation_key, instance_key, token, element_id, process_id)
    SELECT r.key, r.kind, r.name, r.correlation_key, inst.key, r.token, r.element_id, %(process_id)s FROM inst,
        jsonb_to_recordset(%(subscriptions)s::jsonb) AS r(key bigint, kind text, name text, correlation_key text,
            token bigint, element_id text))""",
    "unemployed": """
unemployed AS (
    UPDATE job j SET state = 'cancelled', ended_at = %(now)s FROM inst
    WHERE j.instance_key = inst.key AND j.token = ANY(%(unemployed)s) AND j.state IN ('open', 'failed'))""",
    "jobs": """
employed AS (
    INSERT INTO job (key, instance_key, token, element_id, process_id, definition_key, type, internal, state, retries,
        headers, run_at, created_at)
    SELECT r.key, inst.key, r.token, r.element_id, %(process_id)s, %(definition)s, r.type, r.internal, 'open',
        r.retries, r.headers, r.run_at, %(now)s FROM inst,
        jsonb_to_recordset(%(jobs)s::jsonb) AS r(key bigint, token bigint, element_id text, type text,
            internal boolean, retries bigint, headers jsonb, run_at timestamptz))""",
    "resolved": """
resolved AS (
    UPDATE incident i SET resolved_at = %(now)s, resolved_by = %(actor)s FROM inst
    WHERE i.instance_key = inst.key AND i.token = ANY(%(resolved)s) AND i.resolved_at IS NULL)""",
    "failures": """
failed AS (
    INSERT INTO incident (key, instance_key, process_id, token, element_id, message, kind, created_at)
    SELECT r.key, inst.key, %(process_id)s, r.token, r.element_id, r.message, r.kind, %(now)s FROM inst,
        jsonb_to_recordset(%(failures)s::jsonb)
            AS r(key bigint, token bigint, element_id text, message text, kind text))""",
    "moved": """
old AS (
    SELECT t.key, t.inbox, t.due_sort, t.role, r.due_at, r.new_sort, r.follow_up_at, r.mark, r.mark_at
    FROM inst, user_task t,
        jsonb_to_recordset(%(moved)s::jsonb) AS r(token bigint, due_at timestamptz, new_sort timestamptz,
            follow_up_at timestamptz, mark text, mark_at timestamptz)
    WHERE t.instance_key = inst.key AND t.token = r.token AND t.state = 'open'),
shifted AS (
    UPDATE user_task t SET due_at = old.due_at, due_sort = old.new_sort, follow_up_at = old.follow_up_at,
        mark = old.mark, mark_at = old.mark_at, overdue = FALSE
    FROM old WHERE t.key = old.key),
relisted AS (
    UPDATE task_candidate c SET due_sort = old.new_sort FROM old
    WHERE c.candidate = ANY(old.inbox) AND c.due_sort = old.due_sort AND c.task_key = old.key)""",
    "followups": """
followed AS (
    INSERT INTO outbox (key, kind, payload, run_at, attempts, failed, created_at)
    SELECT r.key, r.kind, r.payload, %(now)s, 0, FALSE, %(now)s FROM inst,
        jsonb_to_recordset(%(followups)s::jsonb) AS r(key bigint, kind text, payload jsonb))""",
}


ORDER = tuple(name for name in _PARTS if name != "done")
"""The parts besides `done`, in the order in which they stand in a statement."""


@cache
def _statement(head: str, parts: tuple[str, ...]) -> bytes:
    texts = [head, _EVENT, *(_PARTS[part] for part in parts)]
    return (",".join(texts) + "\nSELECT key FROM inst").encode()


def write_state(parts: tuple[str, ...], parameters: Mapping[str, Any]) -> bool:
    """Write an action that changed the state. Returns False when the version was another: nothing is written."""
    return bool(run_plain(_statement(_UPDATE, parts), parameters))


def write_moved(parts: tuple[str, ...], parameters: Mapping[str, Any]) -> bool:
    """Write an action that moved the instance to another definition. Returns False when the version was another."""
    return bool(run_plain(_statement(_MOVE, parts), parameters))


def write_start(parts: tuple[str, ...], parameters: Mapping[str, Any]) -> bool:
    """Write a new instance. Returns False when an active one has the same start key: nothing is written."""
    return bool(run_plain(_statement(_CREATE, parts), parameters))


def write_note(parameters: Mapping[str, Any]) -> bool:
    """Write an event that leaves the state as it is (a claim). Returns False when the version was another."""
    return bool(run_plain(_statement(_NOTE, ()), parameters))
