"""Errors and escalations look for their catcher from the element outwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.engine.runtime.tokens import Token


@dataclass(frozen=True)
class Catcher:
    """Who catches: a boundary event attached to `at`, or an event sub-process of the scope `at` lives in."""

    spec: Any
    at: Token
    boundary: bool


def find_catcher(thrower: Token, kind: str, code: str | None) -> Catcher | None:
    """The nearest boundary event or event sub-process for an error or escalation.

    Args:
        kind: 'error' or 'escalation'.
    """
    token: Token | None = thrower
    came_from: Token | None = None
    while token is not None:
        scope, specs = token.workflow, token.workflow.spec.task_specs
        attached = token.task_spec.extensions.get("attached", ())
        found = _match([specs[name] for name in attached], kind, code)
        if found is not None:
            return Catcher(found, token, True)
        if token.task_spec.body and token.parent is not None and token.parent.task_spec.name == token.task_spec.body:
            token = token.parent
            continue
        came_from = token
        if not came_from.task_spec.interrupts_scope:  # an interrupted scope starts nothing more
            triggers = scope.spec.start.extensions.get("triggers", ())
            others = [specs[name] for name in triggers if specs[name] is not came_from.task_spec]
            found = _match(others, kind, code)
            if found is not None:
                return Catcher(found, came_from, False)
        token = scope.owner
    return None


def raise_event(
    thrower: Token, kind: str, code: str | None, variables: dict[str, Any], message: str | None = None
) -> bool:
    """Hand an error or escalation to its catcher. Returns False, with an effect for the caller, if there is none."""
    top = thrower.workflow.top_workflow
    catcher = find_catcher(thrower, kind, code)
    caught = None if catcher is None else catcher.spec.bpmn_id
    top.note(kind, thrower, {"code": code, "message": message, "variables": variables, "caught": caught})
    if catcher is None:
        top.effects.append(("uncaught", kind, code, variables, message))
        return False
    spec, at = catcher.spec, catcher.at
    if catcher.boundary:
        parent = at.parent
        if spec.interrupting:
            spec.interrupt(top, at.cancel)
        spec.spawn(parent, spec, variables, fired=True)
    else:
        scope = at.workflow
        if spec.interrupting:
            spec.interrupt(top, scope.clear)
        spec.spawn(scope.task_tree, spec, variables, fired=True)
    return True


def _match(specs: Iterable[Any], kind: str, code: str | None) -> Any:
    """The spec that catches a code; one without a code catches all, but yields to an exact one."""
    catch_all = None
    for spec in specs:
        event = spec.extensions.get("event", {})
        if event.get("kind") == kind:
            if event.get("code") == code and code is not None:
                return spec
            if event.get("code") is None:
                catch_all = spec
    return catch_all
