"""In tests: what app.engine.operations does with effects, with dicts for tables and nothing recursive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from app.engine.bpmn import ProcessModel, read_definitions
from app.engine.runtime import Instance, decode, encode
from tests.engine.drawing import Drawing

DEEPEST_CALL = 50


class Host:
    """Instances as rows: calls, timers, messages (by key, buffered, once per process), signals."""

    def __init__(self, *drawings: Drawing, now: datetime | None = None) -> None:
        models = [model for drawing in drawings for model in read_definitions(drawing.document())]
        self.models: dict[str, ProcessModel] = {model.process_id: model for model in models}
        self.now = now or datetime(2026, 1, 1, tzinfo=UTC)
        self.rows: dict[int, dict[str, Any]] = {}
        self.waits: dict[tuple[int, int], dict[str, Any]] = {}
        self.buffer: list[dict[str, Any]] = []
        self.incidents: list[tuple[Any, ...]] = []
        self._ids = count(1)
        self._todo: deque[Callable[[], None]] = deque()
        self._busy = False

    # -- instances
    def start(
        self,
        process: str,
        variables: dict[str, Any] | None = None,
        start_at: str | None = None,
        parent: tuple[int, int] | None = None,
    ) -> int:
        """A new instance."""
        number, model = next(self._ids), self.models[process]
        self.rows[number] = {"process": process, "parent": parent, "status": "active"}
        self._save(number, Instance(model.spec, model.subspecs, variables, start_at=start_at, clock=lambda: self.now))
        return number

    def act(self, number: int, verb: str, *arguments: Any) -> Any:
        """One action: load, do, save."""
        row = self.rows[number]
        model = self.models[row["process"]]
        instance = decode(row["state"], model.spec, model.subspecs, clock=lambda: self.now)
        answer = getattr(instance, verb)(*arguments)
        self._save(number, instance)
        return answer

    def _save(self, number: int, instance: Instance) -> None:
        instance.do_engine_steps()
        _, effects = instance.drain()
        row = self.rows[number]
        row["state"], row["vars"] = encode(instance), dict(instance.data)
        for effect in effects:
            getattr(self, f"_on_{effect[0]}")(number, row, *effect[1:])
        if self._busy:
            return
        self._busy = True
        try:
            while self._todo:
                self._todo.popleft()()
        finally:
            self._busy = False

    # -- effects
    def _on_open(self, number: int, row: dict[str, Any], token: int, wait: dict[str, Any]) -> None:
        self.waits[number, token] = wait
        if wait["kind"] == "call":
            self._todo.append(lambda: self._call(number, token, wait))
        elif wait["kind"] == "message":
            self._todo.append(lambda: self._take_buffered(number, token, wait))

    def _on_update(self, number: int, row: dict[str, Any], token: int, wait: dict[str, Any]) -> None:
        self.waits[number, token] = wait

    def _on_close(self, number: int, row: dict[str, Any], token: int, wait: dict[str, Any]) -> None:
        self.waits.pop((number, token), None)
        child = row.get("children", {}).pop(token, None)
        if child is not None:
            self._todo.append(lambda: self.cancel(child))

    def _on_done(self, number: int, row: dict[str, Any]) -> None:
        row["status"] = "completed"
        if row["parent"]:
            self._todo.append(lambda: self._return(row))

    def _on_cancelled(self, number: int, row: dict[str, Any], reason: str | None) -> None:
        row["status"] = "terminated"

    def _on_signal(self, number: int, row: dict[str, Any], name: str, variables: dict[str, Any]) -> None:
        self._todo.append(lambda: self.signal(name, variables))

    def _on_message(self, number: int, row: dict[str, Any], message: dict[str, Any]) -> None:
        self._todo.append(lambda: self.publish(message["name"], message["key"], message["variables"]) and None)

    def _on_uncaught(self, number: int, row: dict[str, Any], kind: str, code: str, variables: Any, text: Any) -> None:
        if row["parent"]:
            self._todo.append(lambda: self._raise(number, row, kind, code, variables))

    def _on_incident(self, number: int, row: dict[str, Any], token: int, element: str, message: str, kind: str) -> None:
        self.incidents.append((number, token, element, message))

    def _on_incident_resolved(self, number: int, row: dict[str, Any], token: int, element: str) -> None:
        self.incidents = [one for one in self.incidents if one[:2] != (number, token)]

    # -- call activities
    def _call(self, number: int, token: int, wait: dict[str, Any]) -> None:
        if (number, token) not in self.waits:
            return
        depth, row = 0, self.rows[number]
        while row["parent"]:
            row, depth = self.rows[row["parent"][0]], depth + 1
        if wait["process"] not in self.models or depth >= DEEPEST_CALL:
            self.act(number, "fail", token, f"cannot call {wait['process']!r}")
            return
        child = self.start(wait["process"], wait["variables"], parent=(number, token))
        if (number, token) in self.waits:
            self.rows[number].setdefault("children", {})[token] = child

    def _return(self, row: dict[str, Any]) -> None:
        if row["parent"] in self.waits:
            number, token = row["parent"]
            self.rows[number].get("children", {}).pop(token, None)
            self.act(number, "finish", token, row["vars"])

    def _raise(self, number: int, row: dict[str, Any], kind: str, code: str, variables: Any) -> None:
        """Hand an error or escalation to the calling instance; only a caught error ends the child."""
        parent, token = row["parent"]
        if (parent, token) not in self.waits or row["status"] != "active":
            return
        if kind == "escalation":
            self.act(parent, "escalate", token, code, variables)
        elif self.act(parent, "catches_error", token, code):
            self.rows[parent].get("children", {}).pop(token, None)
            self.cancel(number)
            self.act(parent, "throw_error", token, code, variables)

    def cancel(self, number: int) -> None:
        """End an instance and those it called."""
        if self.rows[number]["status"] == "active":
            self.act(number, "cancel", "cancelled from outside")

    # -- events
    def tick(self, to: datetime) -> None:
        """Move the clock and fire what is due, oldest first."""
        self.now = to
        while due := [(w["due"], key) for key, w in self.waits.items() if w["kind"] == "timer" and _due(w) <= to]:
            _, (number, token) = min(due)
            self.act(number, "trigger", token, {})

    def signal(self, name: str, variables: dict[str, Any]) -> None:
        """Broadcast."""
        for (number, token), wait in list(self.waits.items()):
            if wait["kind"] == "signal" and wait["name"] == name and (number, token) in self.waits:
                self.act(number, "trigger", token, variables)
        for process, element in self._starts("signal", name):
            self.start(process, variables, element)

    def publish(
        self, name: str, key: str | None, variables: dict[str, Any] | None = None, ttl: timedelta = timedelta(0)
    ) -> set[str]:
        """At most one instance per process takes it; what nobody takes stays for its time to live."""
        message = {"name": name, "key": key, "vars": variables or {}, "until": self.now + ttl, "taken": set()}
        for (number, token), wait in list(self.waits.items()):
            if wait["kind"] == "message" and (wait["name"], wait["key"]) == (name, key):
                self._deliver(message, number, token)
        for process, element in self._starts("message", name):
            if process not in message["taken"]:
                message["taken"].add(process)
                self.start(process, message["vars"], element)
        if ttl:
            self.buffer.append(message)
        return message["taken"]  # type: ignore[no-any-return]

    def _deliver(self, message: dict[str, Any], number: int, token: int) -> None:
        process = self.rows[number]["process"]
        if process not in message["taken"] and (number, token) in self.waits:
            message["taken"].add(process)
            self.act(number, "trigger", token, message["vars"])

    def _take_buffered(self, number: int, token: int, wait: dict[str, Any]) -> None:
        self.buffer = [message for message in self.buffer if message["until"] > self.now]
        for message in self.buffer:
            if (message["name"], message["key"]) == (wait["name"], wait["key"]):
                self._deliver(message, number, token)

    def _starts(self, kind: str, name: str) -> list[tuple[str, str]]:
        return [
            (process, start.element)
            for process, model in self.models.items()
            for start in model.starts
            if (start.kind, start.name) == (kind, name)
        ]

    # -- for tests
    def open(self, number: int | None = None) -> list[str]:
        """The elements that wait, sorted."""
        return sorted(wait["element"] for (one, _), wait in self.waits.items() if number in (None, one))

    def do(self, element: str, verb: str = "finish", *arguments: Any) -> None:
        """A verb on the first waiting token of an element."""
        number, token = next(key for key, wait in self.waits.items() if wait["element"] == element)
        self.act(number, verb, token, *(arguments or ({},)))

    def statuses(self) -> list[str]:
        """Of all instances, oldest first."""
        return [row["status"] for row in self.rows.values()]


def _due(wait: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(wait["due"])
