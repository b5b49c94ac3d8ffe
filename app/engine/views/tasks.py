"""Tasks of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


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
class TaskPage:
    """The page of another feature on which a task is done, and which completes it.

    Attributes:
        label: what its button says, as the model words it.
        endpoint: Flask endpoint, called with `key`.
    """

    label: str
    endpoint: str
    key: str


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
        reads_form: whether the actor may read what the open task is about; else `variables` and `values` are empty.
        page: where the task is done instead of a form, if it is.
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
    page: TaskPage | None = None
    reads_form: bool = True


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
