"""Completing a task: everything that must hold whoever calls."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine import cases, policies, recent, task_pages
from app.engine.action import ATTEMPTS, attempt, event
from app.engine.bpmn import ElementInfo
from app.engine.chain import Event
from app.engine.policies import Standing
from app.engine.recent import TaskRow
from app.engine.runtime import Instance
from app.engine.saving import Closing
from app.engine.task_rows import demand_open, demand_visible, task_row
from app.engine.views import Outcome
from app.files import operations as files
from app.forms import operations as forms
from app.forms import queries as form_queries
from app.forms.facts import TASK
from app.forms.signing import signature
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid, Unavailable
from app.people import operations as people


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the actor gave."""

    values: Mapping[str, Any]
    outcome: str
    comment: str | None
    password: str | None
    raw: bool
    internal: bool


def complete_user_task(
    actor: Actor,
    task_key: int,
    values: Mapping[str, Any],
    *,
    outcome: str = task_pages.SUBMIT,
    comment: str | None = None,
    password: str | None = None,
    on_behalf_of: str | None = None,
    raw: bool = False,
    internal: bool = False,
) -> None:
    """Complete a task: policy, form, comment, signature, then run to the next wait states.

    Args:
        values: the form's values by field key.
        password: demanded again where the task has `signoff`.
        on_behalf_of: login of the substituted person; found by itself where only one fits.
        raw: the values are variables as a client of the API sends them: those that the form does not know stay.
        internal: the calling feature has checked policy and values already (a task that is done on its page).

    Raises:
        NotFound: no such task in the actor's scope.
        Forbidden: the actor may see it but not complete it.
        Conflict: it was completed or cancelled already, or it is done on a page of its own.
        Invalid: values, outcome, comment or password are wrong; `errors` by field.
    """
    answer = _Answer(values, outcome, (comment or "").strip() or None, password, raw, internal)
    remembered = recent.task(task_key)
    if remembered is not None and _try_remembered(actor, remembered, answer, on_behalf_of):
        return
    for _ in range(ATTEMPTS):
        if _complete(actor, task_row(task_key), answer, on_behalf_of):
            return
    raise Conflict(_l("Somebody else is working on this right now. Please try again."))


def _try_remembered(actor: Actor, task: TaskRow, answer: _Answer, behalf: str | None) -> bool:
    """One attempt by what this process wrote last. A refusal counts only if the row was found to be so."""
    try:
        return _complete(actor, task, answer, behalf)
    except AppError as refusal:
        if task.instance.locked or isinstance(refusal, Unavailable):
            raise
        return False


def _complete(actor: Actor, task: TaskRow, answer: _Answer, behalf: str | None) -> bool:
    """One attempt. False when somebody else was faster."""
    info = task_pages.info_of(task.definition_key, task.element_id)
    signs = task_pages.signs(info, task.form_key)
    if answer.internal:
        demand_open(task)
    stands = Standing() if answer.internal else _standing(actor, task, signs, behalf)
    chosen = _chosen(info, answer)
    happening = _happening(actor, task, answer, chosen, stands)
    entered: dict[str, Any] = {}

    def finish(instance: Instance) -> None:
        waiting = instance.waits.get(task.token)
        if waiting is None or (waiting.wait or {}).get("kind") != "user_task":
            raise LookupError("this task is not open")
        entered.update(_result(actor, task, info, answer, chosen, stands, waiting.data))
        if signs:
            _sign(actor, task, answer, stands, entered, waiting.data)
            happening.details["signature"] = entered["signature"]
        instance.finish(task.token, entered)

    closing = Closing(task.key, task.token, task.inbox, task.due_sort, chosen.value, answer.comment)
    try:
        done = attempt(actor, task.instance, happening, finish, closing=closing)
    except LookupError:
        return False  # the row is behind the state that was loaded: read it again
    except ValueError as error:
        raise Invalid(_l("The variables are not valid JSON: %(reason)s", reason=str(error))) from error
    if done is not None:
        _follow_up(task, chosen, entered)
    return done is not None


def _happening(actor: Actor, task: TaskRow, answer: _Answer, chosen: Outcome, stands: Standing) -> Event:
    """What the history says: «assigned to» beside «done by», the answer, its comment."""
    details: dict[str, Any] = {"name": task.name, "assignee": task.assignee, "outcome": chosen.value}
    if answer.comment:
        details["comment"] = answer.comment
    where = {"element_id": task.element_id, "task_key": task.key, "form_key": task.form_key}
    return event(actor, "complete", on_behalf_of=stands.behalf, details=details, **where)


def _follow_up(task: TaskRow, chosen: Outcome, entered: Mapping[str, Any]) -> None:
    """What the platform does after a completion: files stay, returns are counted, cases close."""
    files.attach_found(entered, "instance", task.instance.key)
    if chosen.value == "return":
        cases.count_return(task)
    if task.overdue:
        cases.close_case(task.key)


def _standing(actor: Actor, task: TaskRow, signs: bool, behalf: str | None) -> Standing:
    """How the actor does the task.

    Raises:
        NotFound, Conflict, Forbidden: not at all.
    """
    demand_visible(actor, task)
    demand_open(task)
    stands = policies.standing(actor, task, signs=signs, behalf=behalf)
    if stands is None:
        raise Forbidden(why_not(actor, task, signs))
    return stands


def why_not(actor: Actor, task: TaskRow, signs: bool) -> object:
    """Why the actor may not complete a task that they see."""
    if actor.login in task.not_by:
        return _l("You may not do this task: nobody reviews their own work.")
    if task.assignee is not None and task.assignee != actor.login and policies.is_candidate(actor, task):
        return _l("Somebody else has taken this task.")
    if signs and policies.standing(actor, task, signs=False) is not None:
        return _l("The signature of a head is given only by an acting head.")
    return _l("This task is not yours.")


def _chosen(info: ElementInfo, answer: _Answer) -> Outcome:
    """The button that was pressed; returning and refusing demand a comment (processes §0 item 5).

    Raises:
        Invalid: there is no such button, or the comment is missing.
    """
    outcomes = task_pages.outcomes_of(info)
    found = next((each for each in outcomes if each.value == answer.outcome), None)
    if found is None and answer.outcome == task_pages.SUBMIT and len(outcomes) == 1:
        found = outcomes[0]
    if found is None:
        message = _l("Please choose one of the answers offered.")
        raise Invalid(message, {"outcome": [message]})
    if found.needs_comment and not answer.comment:
        message = _l("Please write a comment: what has to be changed, or why.")
        raise Invalid(message, {"comment": [message]})
    return found


def _result(
    actor: Actor,
    task: TaskRow,
    info: ElementInfo,
    answer: _Answer,
    chosen: Outcome,
    stands: Standing,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """The local result of the task (ARCHITECTURE, «Tasks of people»).

    Raises:
        Invalid: the form's values are wrong.
    """
    if answer.internal:
        fields = dict(answer.values)
    elif page := task_pages.page_of(info, data):
        raise Conflict(_l("This task is done on a page of its own: “%(page)s”.", page=page.label))
    else:
        fields = _checked(actor, task, info, answer, chosen, stands, data)
    if answer.raw and task.form_key is None and "outcomes" not in info.properties:
        return fields
    given = dict(answer.values) if answer.raw else {}
    return {
        **given,
        **fields,
        "submission": dict(fields),
        "outcome": chosen.value,
        "comment": answer.comment,
        "actor": actor.login,
        "acted_at": clock.now().isoformat(timespec="seconds"),
    }


def _checked(
    actor: Actor,
    task: TaskRow,
    info: ElementInfo,
    answer: _Answer,
    chosen: Outcome,
    stands: Standing,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """The values that the form lets through; all of them where the task has no form of ours."""
    if task_pages.flag(info, "readonly_form"):
        return {}
    if task.form_key is None:
        return dict(answer.values)
    about = {"role": task.role, "roles": [task.role] if task.role else None, "on_behalf_of": stands.behalf}
    seen = ChainMap({"outcome": chosen.value, "comment": answer.comment, TASK: about}, data)  # type: ignore[arg-type]
    definition = form_queries.form(task.form_key)
    return forms.validate_submission(definition, answer.values, context=seen, actor=actor)


def _sign(
    actor: Actor, task: TaskRow, answer: _Answer, stands: Standing, result: dict[str, Any], data: Mapping[str, Any]
) -> None:
    """Sign what was entered, or what was shown where the form is read-only.

    Raises:
        Invalid: the password is wrong or missing.
    """
    if not actor.system and not people.check_password(actor.login, answer.password or ""):
        message = _l("Please enter your password: it confirms your signature.")
        raise Invalid(message, {"password": [message]})
    signed = result.get("submission") or data.get("form") or {}
    shown = {"task": str(task.key), "form": str(task.form_key), "outcome": result.get("outcome"), "values": signed}
    mark = signature(actor, shown, role=task.role or "", on_behalf_of=stands.behalf)
    if stands.behalf_name:
        mark["on_behalf_of_name"] = stands.behalf_name
    result["signature"] = mark
    result["submission"] = {**signed, "signature": mark}
