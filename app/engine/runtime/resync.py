"""After a migration: waits take over what has changed in their element's settings, and keep what has not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.engine import timers
from app.engine.runtime.element import condition_text
from app.engine.runtime.tokens import Token
from app.feel import FeelError, feel, program


def resync(instance: Any, token: Token, before: Any) -> None:
    """Bring the wait of a moved token up to date; a changed one becomes an effect.

    Args:
        before: the spec that the wait was made by.
    Raises:
        FeelError: a changed expression cannot be evaluated.
    """
    old = token.wait
    if old is None:
        return
    spec = token.task_spec
    new = {**old, "element": spec.bpmn_id}
    change = _CHANGES.get(old["kind"])
    if change is not None:
        change(instance, token, before, new)
    if new != old:
        token.wait = new
        token.row = None
        instance.register(token)
        instance.effects.append(("update", token.id, new))


def _user_task(instance: Any, token: Token, before: Any, wait: dict[str, Any]) -> None:
    spec = token.task_spec
    wait["name"], wait["lane"] = spec.bpmn_name, spec.lane
    _texts(token, before.extensions["user"], spec.extensions["user"], wait)


def _job(instance: Any, token: Token, before: Any, wait: dict[str, Any]) -> None:
    old, new = before.extensions["job"], token.task_spec.extensions["job"]
    wait["headers"] = new["headers"]
    _texts(token, {key: old[key] for key in ("type", "retries")}, {key: new[key] for key in ("type", "retries")}, wait)


def _timer(instance: Any, token: Token, before: Any, wait: dict[str, Any]) -> None:
    old, new = before.extensions["event"], token.task_spec.extensions["event"]
    if (old["type"], old["value"]) == (new["type"], new["value"]):
        return
    value = _value(token, new["value"])
    due = timers.first_due(new["type"], value, datetime.fromisoformat(wait["since"]), instance.zone)
    wait.update(
        type=new["type"], value=str(value), due=due.at.isoformat(), left=due.left, anchor=due.anchor.isoformat()
    )


def _named(instance: Any, token: Token, before: Any, wait: dict[str, Any]) -> None:
    old, new = before.extensions["event"], token.task_spec.extensions["event"]
    for field in ("name", "key"):
        if old.get(field) == new.get(field) or new.get(field) is None:
            continue
        value = _value(token, new[field])
        if value is None:
            raise FeelError(f"{token.task_spec.bpmn_id}: the {field} of the message is null")
        wait[field] = str(value)


def _conditional(instance: Any, token: Token, before: Any, wait: dict[str, Any]) -> None:
    text = condition_text(token.task_spec.extensions["event"]["condition"])
    if text != wait["expression"]:
        wait["expression"], wait["was"] = text, None
        instance.changed.add("")


_CHANGES = {
    "user_task": _user_task,
    "job": _job,
    "timer": _timer,
    "message": _named,
    "signal": _named,
    "conditional": _conditional,
}


def _texts(token: Token, old: dict[str, str], new: dict[str, str], wait: dict[str, Any]) -> None:
    """Evaluate the settings that were written differently; drop those that are gone."""
    for key in old.keys() - new.keys():
        wait.pop(key, None)
    for key, text in new.items():
        if old.get(key) != text:
            wait[key] = _value(token, text)


def _value(token: Token, text: str) -> Any:
    step = program(text)
    return text if step is None else feel.run([step], token.view().lookup)[0][0]
