"""What the engine's queries hand out and its operations take: plain, frozen records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resource:
    """One file to deploy; its kind follows from the name: `.bpmn`, `.dmn`, `.form`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DeployedItem:
    """One definition of a deployment.

    Attributes:
        kind: `process`, `decision` or `form`.
        id: its id in the model.
        new: False when the resource was unchanged and kept its version.
    """

    kind: str
    id: str
    key: int
    version: int
    resource_name: str
    name: str | None = None
    version_tag: str | None = None
    new: bool = True


@dataclass(frozen=True, slots=True)
class Deployed:
    """The outcome of deploying; `warnings` are findings that do not prevent it."""

    key: int
    deployed_at: datetime
    items: tuple[DeployedItem, ...]
    warnings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One button of a task: `value` is what the variable `outcome` becomes; `label` may be a lazy text."""

    value: str
    label: object

    @property
    def needs_comment(self) -> bool:
        """Whether a comment must come with it (processes §0, item 5)."""
        return self.value in ("return", "refuse")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A user task as lists show it.

    Attributes:
        title: what the task is about (title or business key of its instance).
        process_name: Russian name of the process.
        state: `open`, `completed` or `cancelled`.
        role: the role that the inbox groups it by.
        candidates: expanded strings of everybody who may take it.
        substituted: login of the person in whose stead the actor has it in the list.
    """

    key: int
    instance_key: int
    element_id: str
    name: str
    title: str | None
    process_id: str
    process_name: str
    definition_key: int
    organisation: str | None
    state: str
    role: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    candidates: tuple[str, ...]
    form_id: str | None
    form_key: int | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    created_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    completed_by: str | None
    on_behalf_of: str | None
    outcome: str | None
    comment: str | None
    overdue: bool
    substituted: str | None = None


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """A task with all that its page needs.

    Attributes:
        outcomes: the buttons, at least one.
        variables: what the task sees (own scope first); the form is prefilled from it.
        values: what the form starts with: the actor's draft, else the context `form`, else the variables.
        draft_saved_at: when the draft was saved, None without one.
        may_complete: whether the actor may complete it now; `why_not` says why otherwise (translatable).
        returns: how often its work was returned so far.
        last_return: comment, author and time of the latest return in the instance, if any.
    """

    task: TaskView
    outcomes: tuple[Outcome, ...]
    variables: Mapping[str, Any]
    values: Mapping[str, Any]
    draft_saved_at: datetime | None
    help: str | None
    readonly_form: bool
    signoff: bool
    bulk: bool
    may_complete: bool
    may_claim: bool
    may_assign: bool
    may_extend: bool
    why_not: object | None
    returns: int
    last_return: Mapping[str, Any] | None
    properties: Mapping[str, str] = field(default_factory=dict)


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
class DefinitionView:
    """One version of a process. `properties` are those of the process element (`owner`, `starters`, …)."""

    key: int
    process_id: str
    version: int
    version_tag: str | None
    name: str
    documentation: str | None
    resource_name: str
    deployment_key: int
    properties: Mapping[str, str]
    startable: bool
    form_id: str | None = None
    """Form of the start event, if it has one."""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An element that could not go on."""

    key: int
    instance_key: int
    process_id: str
    definition_key: int
    element_id: str
    element_name: str
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
class Page(Generic[T]):
    """Part of a list.

    Attributes:
        cursor: give it to the next call for what follows; None at the end.
        total: how many there are in all, counted up to `CAP`; None where it was not asked for.
    """

    items: tuple[T, ...]
    cursor: str | None = None
    total: int | None = None


CAP = 1000
"""Counts stop here: «1000+»."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What narrows a list of tasks; empty fields do not.

    Attributes:
        scope: `mine` (assigned to me or mine to take), `assigned` (to me), `available` (nobody has taken it),
            `done` (completed by me), `visible` (every task of instances that I may see).
        role: role id of the inbox's groups.
        state: of `visible` only.
        substituting: only tasks of this person, for whom the actor stands in.
        variables: root variables of the instance, as `{"course_id": …}`.
    """

    scope: str = "mine"
    role: str | None = None
    text: str | None = None
    process_id: str | None = None
    instance_key: int | None = None
    element_id: str | None = None
    organisation: str | None = None
    assignee: str | None = None
    candidate_group: str | None = None
    state: str | None = None
    overdue: bool | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    substituting: str | None = None
    keys: tuple[int, ...] = ()
    definition_key: int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Travelled:
    """The path of an instance on its drawing.

    Attributes:
        flows: sequence flow id -> how often it was taken.
        completed: element id -> how often it was completed.
        cancelled: element id -> how often it was interrupted.
        open: element ids where the instance stands now.
        failed: element ids with an open incident.
    """

    flows: Mapping[str, int]
    completed: Mapping[str, int]
    cancelled: Mapping[str, int]
    open: tuple[str, ...]
    failed: tuple[str, ...]
