"""Reading a scenario file; what is misspelt is refused, not skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from app.engine.places import DEFAULT_ZONE

KINDS = ("task", "time", "until", "message", "set", "go_on_without", "retry", "job", "scene", "expect")
SUFFIX = ".scenario.yaml"
_TOP = frozenset({"title", "process", "clock", "scene", "start", "steps", "expect"})
_KEYS: dict[str, frozenset[str]] = {
    "task": frozenset({"task", "as", "answers", "outcome", "comment", "where", "refused"}),
    "time": frozenset({"time"}),
    "until": frozenset({"until"}),
    "message": frozenset({"message"}),
    "set": frozenset({"set", "process", "where"}),
    "go_on_without": frozenset({"go_on_without", "as", "reason", "refused"}),
    "retry": frozenset({"retry"}),
    "job": frozenset({"job", "variables", "error"}),
    "scene": frozenset({"scene", "with"}),
    "expect": frozenset({"expect"}),
}
_EXPECT = frozenset({"open", "ended", "processes", "incident", "holds", "nobody", "tasks"})
_START = frozenset({"as", "variables", "message", "timer"})


class ScenarioError(Exception):
    """A scenario file that does not say what it must."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its kind (one of `KINDS`), what the kind's key holds, and the other keys."""

    number: int
    kind: str
    value: Any
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"step {self.number} ({self.kind}: {self.value})"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story about one process.

    Attributes:
        name: of the file, without its ending.
        scene: name of what the caller prepares, with its arguments.
        start: keys `as`, `variables`, or `message`, or `timer`.
    """

    name: str
    title: str
    process: str
    clock: datetime | None
    scene: Mapping[str, Any]
    start: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def expects(self) -> bool:
        """Whether it says anywhere what must be so."""
        return any(step.kind == "expect" for step in self.steps)

    @property
    def prepared(self) -> bool:
        """Whether somebody has to prepare or do something that the scenario only names."""
        return bool(self.scene) or any(step.kind == "scene" for step in self.steps)


def read_scenario(path: Path) -> Scenario:
    """Read a `*.scenario.yaml`; the process is that of its folder unless the file names another.

    Raises:
        ScenarioError: it cannot be read, or has keys that nobody knows, or expects nothing.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    scenario = parse_scenario(path.name, text, path.parent.name)
    if not scenario.expects:
        raise ScenarioError(f"{path.name}: it expects nothing")
    return scenario


def parse_scenario(name: str, text: str, process: str = "") -> Scenario:
    """Read the text of a scenario that may still be unfinished: it need not expect anything yet.

    Args:
        name: of its file.
        process: id of the process unless the text names another.

    Raises:
        ScenarioError: it cannot be read, or has keys that nobody knows.
    """
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    if not isinstance(data, dict):
        raise ScenarioError(f"{name}: a scenario is a mapping")
    _known(name, data, _TOP)
    steps = [_step(name, number, raw) for number, raw in enumerate(_list(name, data.get("steps")), 1)]
    if data.get("expect"):
        steps.append(_step(name, len(steps) + 1, {"expect": data["expect"]}))
    start, scene = _mapping(f"{name}: start", data.get("start")), _mapping(f"{name}: scene", data.get("scene"))
    _known(f"{name}: start", start, _START)
    return Scenario(
        name=name.removesuffix(SUFFIX),
        title=str(data.get("title") or ""),
        process=str(data.get("process") or process),
        clock=_moment(name, data.get("clock")),
        scene=scene,
        start=start,
        steps=tuple(steps),
    )


def _list(name: str, value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise ScenarioError(f"{name}: steps are not a list")
    return value or []


def _mapping(where: str, value: Any) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise ScenarioError(f"{where} is not a mapping")
    return value or {}


def _step(name: str, number: int, raw: Any) -> Step:
    if not isinstance(raw, dict):
        raise ScenarioError(f"{name}: step {number} is not a mapping")
    kinds = [kind for kind in KINDS if kind in raw]
    if len(kinds) != 1:
        raise ScenarioError(f"{name}: step {number} must have exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    _known(f"{name}: step {number}", raw, _KEYS[kind])
    if kind == "expect":
        _known(f"{name}: step {number}", _mapping(f"{name}: step {number}", raw[kind]), _EXPECT)
    if kind == "task" and not raw.get("as"):
        raise ScenarioError(f"{name}: step {number} does not say who does the task")
    return Step(number, kind, raw[kind], {key: value for key, value in raw.items() if key != kind})


def _known(where: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise ScenarioError(f"{where}: unknown {', '.join(unknown)}")


def _moment(name: str, value: Any) -> datetime | None:
    """A moment; without a time zone that of the installation."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.isoformat() if isinstance(value, date) else str(value))
    except ValueError:
        raise ScenarioError(f"{name}: clock is not a moment: {value!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(DEFAULT_ZONE))
