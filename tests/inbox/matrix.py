"""The addresses of the inbox."""

from __future__ import annotations

from typing import Any

from app.engine import operations as engine
from app.engine import queries
from app.engine.views import TaskFilter
from app.inbox import operations
from app.inbox.rules import View
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from tests.inbox.conftest import deploy
from tests.web.matrix import FOREIGN, HIDDEN, NO, OWN, YES, Expectation, Row, World, roles

EVERYWHERE = "auditor region_head region_coordinator region_wg_member iro_coordinator"
"""Roles that see every process."""
NEAR = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist school_head deputy_head"
"""Roles that see the processes of Лебедянский район or of its school № 1."""
SEEN = f"{EVERYWHERE} {NEAR} teacher"
STARTERS = "teacher school_head school_team_member"
"""Of the demo accounts; the member of the school team is a teacher too."""


def build(world: World) -> None:
    """In each scope a process at its author's first task, one that waits for a methodist, a saved filter."""
    deploy()
    for scope, author in ((OWN, "teacher"), (FOREIGN, "teacher2")):
        suffix = "" if scope == OWN else f" {FOREIGN}"
        actor = actor_for(author)
        world[f"process{suffix}"] = key = engine.start_instance(actor, "request")
        world[f"task{suffix}"] = _open_task(key)
        waiting = engine.start_instance(actor, "request", {"request": {"topic": "Тема", "kind": "usual"}})
        world[f"bulk task{suffix}"] = _advance(waiting, actor.login, "school_head" + author.removeprefix("teacher"))
        world[f"filter{suffix}"] = operations.save_filter(actor, "Неделя", View(due="week")).key
        world[f"share code{suffix}"] = operations.save_filter(actor, "Неделя", View(due="week")).share_code


def _open_task(instance: int) -> int:
    filters = TaskFilter(scope="visible", instance_key=instance, state="open")
    (task,) = queries.tasks_for(PLATFORM, filters).items
    return task.key


def _advance(instance: int, author: str, head: str) -> int:
    """Fill in and agree; the key of the methodist's task."""
    values = {"topic": "Тема", "kind": "usual", "question": "?"}
    engine.complete_user_task(actor_for(author), _open_task(instance), values)
    engine.complete_user_task(actor_for(head), _open_task(instance), {}, outcome="approve", password="demo")
    return _open_task(instance)


def at(name: str, parameter: str = "key") -> Any:
    """The address's parameter from the world."""
    return lambda world, scope: {parameter: world.of(name, scope)}


def seen(*, default: str = YES, yes: str = "", no: str = "") -> Expectation:
    """`default` for who sees the own processes, hidden from all others."""
    found = dict(roles(HIDDEN, yes=SEEN))
    found = {role: default if outcome == YES else outcome for role, outcome in found.items()}
    return found | dict.fromkeys(yes.split(), YES) | dict.fromkeys(no.split(), NO)


def afar(*, default: str = YES, yes: str = "", no: str = "") -> Expectation:
    """`default` for who sees every process, hidden from all others."""
    found = {role: default if outcome == YES else outcome for role, outcome in roles(HIDDEN, yes=EVERYWHERE).items()}
    return found | dict.fromkeys(yes.split(), YES) | dict.fromkeys(no.split(), NO)


def task_row(name: str, method: str = "POST", *, default: str = NO, yes: str = "teacher", owner: str = "") -> Row:
    """An act on the author's own first task. (The head stands in for the teacher: a substitution of people's table.)"""
    own, foreign = seen(default=default, yes=f"{yes} {owner}"), afar(default=default, yes=owner)
    return Row(f"inbox.{name}", method, own=own, foreign=foreign, at=at("task"))


ROWS = [
    Row("inbox.index", own=roles(YES)),
    task_row("task", "GET", default=YES),
    task_row("finished", "GET", default=YES),
    task_row("claim", default=YES),
    task_row("release", owner="iro_coordinator"),
    task_row("hand_on", "GET", yes="teacher school_head"),
    task_row("delegate", yes="teacher school_head"),
    task_row("draft", yes="teacher school_head"),
    task_row("complete", yes="teacher school_head"),
    task_row("help_task", "GET", yes="", owner="iro_coordinator"),
    Row(
        "inbox.extend",
        "POST",
        own=seen(default=NO, yes="iro_coordinator"),
        foreign=afar(default=NO, yes="iro_coordinator"),
        at=at("task"),
        form=lambda world, scope: {"due": "2027-01-11", "reason": "Отпуск"},
    ),
    Row(
        "inbox.assign",
        "POST",
        own=seen(default=NO, yes="iro_coordinator"),
        foreign=afar(default=NO, yes="iro_coordinator"),
        at=at("task"),
        form=lambda world, scope: {"login": "deputy_head"},
    ),
    Row(
        "inbox.sheet",
        own=seen(default=NO, yes="iro_methodist"),
        foreign=afar(default=NO, yes="iro_methodist"),
        at=at("bulk task"),
    ),
    Row(
        "inbox.complete_sheet",
        "POST",
        own=seen(default=NO, yes="iro_methodist"),
        foreign=afar(default=NO, yes="iro_methodist"),
        at=at("bulk task"),
    ),
    Row("inbox.mine", own=roles(YES)),
    Row("inbox.process", own=seen(), foreign=afar(), at=at("process")),
    Row(
        "inbox.cancel",
        "POST",
        own=seen(default=NO, yes="iro_coordinator"),
        foreign=afar(default=NO, yes="iro_coordinator"),
        at=at("process"),
        form=lambda world, scope: {"reason": "Уволился"},
    ),
    Row("inbox.add_comment", "POST", own=seen(no="auditor"), foreign=afar(no="auditor"), at=at("process")),
    Row("inbox.start", own=roles(YES)),
    Row("inbox.start_form", own=roles(HIDDEN, yes=STARTERS), at=lambda world, scope: {"process_id": "request"}),
    Row("inbox.begin", "POST", own=roles(HIDDEN, yes=STARTERS), at=lambda world, scope: {"process_id": "request"}),
    Row("inbox.start_refresh", "POST", own=roles(HIDDEN), at=lambda world, scope: {"process_id": "request"}),
    Row("inbox.save_filter", "POST", own=roles(YES)),
    Row("inbox.delete_filter", "POST", own=roles(HIDDEN, yes="teacher"), foreign=roles(HIDDEN), at=at("filter")),
    Row("inbox.shared_filter", own=roles(YES), foreign=roles(YES), at=at("share code", "code")),
]
