"""«My processes» and the page of one process."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.engine import queries as engine
from app.engine.views import InstanceFilter, InstanceView, TaskFilter, Waiting
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people
from app.web import shell

from .. import policies, queries
from ..rules import printable
from . import blueprint

SIZE = 20
WHOSE: dict[str, object] = {
    "started": _l("Started by me"),
    "takes-part": _l("I take part"),
    "all": _l("All that I may see"),
}
STATUSES: dict[str, object] = {
    "active": _l("in progress"),
    "completed": _l("finished"),
    "terminated": _l("cancelled"),
}
_TABS = ("overview", "talk")


@blueprint.get("/processes")
def mine() -> ResponseReturnValue:
    """Processes of the reader: started, taken part in, or in sight."""
    actor = shell.current_actor()
    arguments = request.args
    whose = arguments.get("whose", "started")
    whose = whose if whose in WHOSE else "started"
    status = arguments.get("status", "")
    filters = InstanceFilter(
        mine=whose == "started",
        participant=actor.login if whose == "takes-part" else None,
        status=status if status in STATUSES else None,
        process_id=printable(arguments.get("process", "")) or None,
        text=printable(arguments.get("q", "")).strip()[:100] or None,
    )
    page = engine.instances(actor, filters, cursor=arguments.get("cursor"), limit=SIZE)
    return shell.render(
        "inbox/processes.html",
        page=page,
        whose=whose,
        WHOSE=WHOSE,
        STATUSES=STATUSES,
        definitions=engine.definitions(actor),
        waiting={item.key: _waiting(actor, item) for item in page.items},
        names=people.person_names(item.started_by for item in page.items),
        startable=bool(engine.startable(actor)),
    )


@blueprint.get("/processes/<int:key>")
def process(key: int) -> ResponseReturnValue:
    """One process: how it stands, whom it waits for, what was said."""
    return page_of(shell.current_actor(), key, tab=request.args.get("tab", "overview"))


def page_of(
    actor: Actor,
    key: int,
    *,
    tab: str = "overview",
    problem: Invalid | None = None,
    opened: str = "",
    said: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page of a process.

    Args:
        problem: what was wrong with the reader's last act; `opened` names its form, `said` keeps its text.
    """
    instance = engine.instance(actor, key)
    tab = tab if tab in _TABS else "overview"
    return shell.render(
        "inbox/process.html",
        instance=instance,
        tab=tab,
        STATUSES=STATUSES,
        waiting=_waiting(actor, instance),
        fans=engine.fans(actor, key),
        owns=policies.owns(actor, instance) and instance.status == "active",
        own_tasks=_own_tasks(actor, instance),
        parent=_parent(actor, instance),
        children=engine.instances(actor, InstanceFilter(parent_key=key), limit=SIZE),
        talk=queries.comments(actor, key) if tab == "talk" else [],
        talk_count=queries.comment_count(key),
        may_comment=policies.may_comment(actor),
        problem=problem,
        opened=opened,
        said=said,
    ), status


def _waiting(actor: Actor, instance: InstanceView) -> list[Waiting]:
    return engine.waiting_on(actor, instance.key) if instance.status == "active" else []


def _own_tasks(actor: Actor, instance: InstanceView) -> dict[int, Any]:
    """The reader's own open tasks of a process by key."""
    if instance.status != "active":
        return {}
    found = engine.tasks_for(actor, TaskFilter(scope="mine", instance_key=instance.key), limit=SIZE)
    return {task.key: task for task in found.items}


def _parent(actor: Actor, instance: InstanceView) -> InstanceView | None:
    if instance.parent_key is None:
        return None
    try:
        return engine.instance(actor, instance.parent_key)
    except NotFound:  # the reader sees the part, not the whole
        return None
