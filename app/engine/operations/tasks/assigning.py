"""Who has a task: claiming, releasing, assigning, delegating."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import candidates, policies, task_pages
from app.engine.action import event, note
from app.engine.models import UserTask
from app.engine.operations.tasks.completing import why_not
from app.engine.recent import TaskRow
from app.engine.task_rows import demand_open, demand_visible, relist, task_row
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import queries as people


def claim_task(actor: Actor, task_key: int) -> None:
    """Take a task from the queue.

    Raises:
        NotFound: no such task in the actor's scope.
        Forbidden: the actor may not do it.
        Conflict: somebody else has it (BPM-04), or it is over.
    """
    task = _locked(actor, task_key)
    if task.assignee == actor.login:
        return
    if task.assignee is not None:
        names = people.person_names([task.assignee])
        raise Conflict(_l("%(person)s has already taken this task.", person=names.get(task.assignee, task.assignee)))
    signs = task_pages.signs(task_pages.info_of(task.definition_key, task.element_id), task.form_key)
    stands = policies.standing(actor, task, signs=signs)
    if stands is None or actor.system:
        raise Forbidden(why_not(actor, task, signs))
    _give(actor, task, actor.login, "claim", stands.behalf)


def release_task(actor: Actor, task_key: int) -> None:
    """Give a task back to the queue: its holder, or the process owner.

    Raises:
        Conflict: nobody has it, or the model gave it to one person and no queue waits for it.
        Forbidden: somebody else has it.
    """
    task = _locked(actor, task_key)
    if task.assignee is None:
        raise Conflict(_l("Nobody has taken this task."))
    allowed = task.assignee == actor.login or policies.owns(actor, task.instance.owner_group)
    policies.demand(allowed, _l("Somebody else has taken this task."))
    if _for_one(task):
        raise Conflict(_l("This task was given to one person. Hand it on to somebody instead."))
    _give(actor, task, None, "release")


def _for_one(task: TaskRow) -> bool:
    """Whether the model gave the task to one person whose colleagues must not read it (roles §3: own courses)."""
    alone = any(people.works_alone(text.partition("@")[0]) for text in task.candidates)
    if not alone or not policies.given_alone(task):
        return False
    return db.session.scalar(select(UserTask.claimed_at).where(UserTask.key == task.key)) is None


def assign_task(actor: Actor, task_key: int, login: str, *, override: bool = True, internal: bool = False) -> None:
    """Give a task to a person (process owner).

    Raises:
        Forbidden: the actor does not own the process.
        Invalid: there is no such person, or they may not do this task.
        Conflict: it is assigned and not `override`, or it is over.
    """
    task = _locked(actor, task_key, internal=internal)
    own = login == actor.login and task.assignee is None and policies.standing(actor, task, signs=False) is not None
    policies.demand(
        internal or own or policies.owns(actor, task.instance.owner_group),
        _l("Only the process owner may give the task to somebody."),
    )
    if task.assignee is not None and task.assignee != login and not override:
        raise Conflict(_l("The task is assigned already."))
    _check_person(task, login)
    _give(actor, task, login, "assign")


def delegate_task(actor: Actor, task_key: int, login: str, comment: str) -> None:
    """Hand one's own task on to another person; a head's signature is never delegated (roles §4).

    Raises:
        Forbidden: the task is not the actor's, or it asks for the signature of a head.
        Invalid: there is no such person, they may not do this task, or the comment is missing.
    """
    task = _locked(actor, task_key)
    signs = task_pages.signs(task_pages.info_of(task.definition_key, task.element_id), task.form_key)
    stands = policies.standing(actor, task, signs=signs)
    if stands is None:
        raise Forbidden(why_not(actor, task, signs))
    policies.demand(not (signs and task.role in people.head_roles()), _l("The signature of a head is never delegated."))
    if not comment.strip():
        message = _l("Please write what you hand on and why.")
        raise Invalid(message, {"comment": [message]})
    _check_person(task, login)
    _give(actor, task, login, "delegate", stands.behalf, comment=comment.strip())


def _locked(actor: Actor, task_key: int, *, internal: bool = False) -> TaskRow:
    """The open task, with its instance locked."""
    task = task_row(task_key, lock=True)
    if not internal:
        demand_visible(actor, task)
    demand_open(task)
    return task


def _check_person(task: TaskRow, login: str) -> None:
    """Raises Invalid when a person cannot have the task."""
    try:
        people.actor_for(login)
    except NotFound as error:
        message = _l("There is no such person.")
        raise Invalid(message, {"login": [message]}) from error
    if login in task.not_by:
        message = _l("This person may not do the task: nobody reviews their own work.")
        raise Invalid(message, {"login": [message]})


def _give(
    actor: Actor, task: TaskRow, login: str | None, verb: str, behalf: str | None = None, comment: str | None = None
) -> None:
    """Change the holder and record it: «assigned to» stays visible beside «done by»."""
    wanted = task.candidates
    if login is not None and verb != "claim":
        wanted = [*wanted, candidates.person(login)]
    inbox = wanted if login is None else [candidates.person(login)]
    relist(task, login, inbox, clock.now() if login else None, candidates=wanted)
    details = {"before": task.assignee, "after": login} | ({"comment": comment} if comment else {})
    happening = event(actor, verb, on_behalf_of=behalf, element_id=task.element_id, task_key=task.key, details=details)
    note(actor, task.instance, happening)
