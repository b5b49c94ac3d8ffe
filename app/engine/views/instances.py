"""Instances: what they are, wait for and have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class InstanceView:
    """A run of a process as lists show it. `status`: `active`, `completed`, `terminated`."""

    key: int
    definition_key: int
    process_id: str
    process_name: str
    definition_version: int
    title: str | None
    business_key: str | None
    organisation: str | None
    status: str
    incidents: int
    parent_key: int | None
    root_key: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    result: str | None
    reason: str | None
    owner_group: str | None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that an open instance waits for.

    Attributes:
        kind: `user_task`, `timer`, `message`, `signal`, `job`, `call`, `incident`.
        whom: `user:login` or group strings for a task; the message name, job type, called instance's key otherwise.
        since: when it began, where known.
        due_at: deadline or moment of the timer.
    """

    kind: str
    element_id: str
    name: str
    whom: tuple[str, ...]
    since: datetime | None
    due_at: datetime | None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class BranchView:
    """One open item of a multi-instance over organisations.

    Attributes:
        token: names it for `operations.go_on_without`.
        organisation: its code; None for an item that names none.
        tasks: the open tasks of people in it; none while the platform is at work or stopped by an error.
    """

    token: int
    organisation: str | None
    tasks: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class FanView:
    """A multi-instance over organisations that an instance waits at: `done` of `total` have ended.

    Attributes:
        owner: the reader owns the process: may remind.
        may_leave_out: and may go on without one of them.
    """

    element_id: str
    name: str
    total: int
    done: int
    open: tuple[BranchView, ...]
    owner: bool
    may_leave_out: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """One row of an instance's history; `entries` as `app.engine.runtime` describes its journal."""

    key: int
    instance_key: int
    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    channel: str
    verb: str
    element_id: str | None
    task_key: int | None
    form_key: int | None
    details: Mapping[str, Any]
    entries: Sequence[Sequence[Any]]
    hash: str


@dataclass(frozen=True, slots=True)
class Travelled:
    """The path of an instance on its drawing.

    Attributes:
        flows: sequence flow id -> how often it was taken.
        completed: element id -> how often it was completed.
        cancelled: element id -> how often it was interrupted.
        open: element ids where the instance stands now.
        failed: element ids with an open incident.
        live: element id -> how many times the instance stands there now.
    """

    flows: Mapping[str, int]
    completed: Mapping[str, int]
    cancelled: Mapping[str, int]
    open: tuple[str, ...]
    failed: tuple[str, ...]
    live: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An element that could not go on.

    Attributes:
        explanation: the kind in words, without values.
        message: the error itself, which may quote values; empty for who must not read them.
    """

    key: int
    instance_key: int
    process_id: str
    definition_key: int
    element_id: str
    element_name: str
    kind: str
    explanation: str
    message: str
    job_key: int | None
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job handed to a worker."""

    key: int
    type: str
    instance_key: int
    element_id: str
    process_id: str
    definition_key: int
    definition_version: int
    retries: int
    deadline: datetime | None
    headers: Mapping[str, Any]
    variables: Mapping[str, Any]
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """What narrows a list of instances; empty fields do not. `mine` means started by the actor."""

    mine: bool = False
    process_id: str | None = None
    definition_key: int | None = None
    status: str | None = None
    result: str | None = None
    text: str | None = None
    business_key: str | None = None
    organisation: str | None = None
    started_by: str | None = None
    participant: str | None = None
    parent_key: int | None = None
    root_key: int | None = None
    has_incident: bool | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[int, ...] = ()
