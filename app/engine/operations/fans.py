"""What the owner does about an organisation that does not answer: reminds, or goes on without it (BPM-10)."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from app.engine import deadlines, policies
from app.engine.action import act, event
from app.engine.operations.instances import visible_head
from app.engine.queries.fans import fan, fans
from app.engine.views import BranchView, FanView
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid

MOST = 1000
"""Characters of a reason."""


def remind_open(actor: Actor, key: int, element_id: str, tokens: Collection[int] = ()) -> int:
    """Remind those who are waited for at a multi-instance; each of a task at most once a day.

    Args:
        tokens: only in these branches; none: in all.

    Returns:
        How many people got the reminder.

    Raises:
        NotFound: the instance is not the actor's to see, or does not wait there.
        Forbidden: the actor does not own it.
    """
    _demand_owner(actor, key)
    found = fan(actor, key, element_id)
    tasks = (task for row in found.open if not tokens or row.token in tokens for task in row.tasks)
    return sum(deadlines.ask(actor, task.key) for task in tasks if task.key)


def go_on_without(actor: Actor, key: int, token: int, reason: str) -> None:
    """End one branch of a multi-instance over organisations without its work; the others and the process go on.

    Raises:
        NotFound: the instance is not the actor's to see.
        Forbidden: the actor does not own it, or the model says that this step needs everybody.
        Invalid: no reason.
        Conflict: the branch has ended meanwhile.
    """
    _demand_owner(actor, key)
    found, branch = _branch(actor, key, token)
    policies.demand(found.may_leave_out, _l("This step needs the answer of everybody."))
    text = reason.strip()
    if not text or len(text) > MOST:
        raise Invalid(errors={"reason": [_l("Say why, in up to %(most)s characters.", most=MOST)]})
    details = {"name": found.name, "organisation": branch.organisation, "reason": text}
    happening = event(actor, "go_on_without", element_id=found.element_id, details=details)
    try:
        done = act(actor, key, happening, lambda instance: instance.leave_out(token))
    except LookupError as error:
        raise _gone() from error
    if done is None:
        raise _gone()


def _demand_owner(actor: Actor, key: int) -> None:
    owner = policies.owns(actor, visible_head(actor, key).owner_group)
    policies.demand(owner, _l("Only the owner of the process may do this."))


def _branch(actor: Actor, key: int, token: int) -> tuple[FanView, BranchView]:
    for found in fans(actor, key):
        for branch in found.open:
            if branch.token == token and branch.organisation:
                return found, branch
    raise _gone()


def _gone() -> Conflict:
    return Conflict(_l("This organisation is not waited for any more."))
