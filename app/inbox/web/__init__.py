"""Pages of the inbox. The blueprint first; its views register themselves on import."""

from __future__ import annotations

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l

from app.engine import queries as engine
from app.kernel.actor import Actor
from app.web import shell

blueprint = Blueprint("inbox", __name__, template_folder="../templates")

from .. import duties as _duties  # noqa: E402, F401
from . import acts, bulk, fans, filters, owner, processes, starting, talk, tasks  # noqa: E402, F401

_WORKLESS = frozenset({"auditor", "designer", "admin"})


def _works(actor: Actor) -> bool:
    """Whether the person can have tasks at all."""
    return bool(actor.roles - _WORKLESS) or bool(actor.substitutions)


def _open_tasks(actor: Actor) -> int:
    if "task_counts" not in g:
        g.task_counts = engine.task_counts(actor)
    return sum(g.task_counts.values())


shell.nav_item(_l("My tasks"), "inbox.index", visible=_works, badge=_open_tasks, order=10)
shell.nav_item(_l("Processes"), "inbox.mine", visible=_works, order=20)
shell.start_page("inbox.index", visible=_works, order=10)
