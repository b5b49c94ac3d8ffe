"""Reading a scenario file; what is misspelt is refused, not skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
MOST_TEXT = 200_000
"""Characters of a scenario: designers write them, and every page of their draft reads them."""
_DEEPEST = 50
_ENDLESS = re.compile(r"[-+]?[0-9][0-9a-fA-Fx_:.]{99,}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    scenario = parse_scenario(path.name, text, path.parent.name, trusted=True)
    if not scenario.expects:
        raise ScenarioError(f"{path.name}: it expects nothing")
    return scenario


def parse_scenario(name: str, text: str, process: str = "", *, trusted: bool = False) -> Scenario:
    """Read the text of a scenario that may still be unfinished: it need not expect anything yet.

    Args:
        name: of its file.
        process: id of the process unless the text names another.
        trusted: a file of the program, which may be long and use aliases.

    Raises:
        ScenarioError: it cannot be read, or has keys that nobody knows.
    """
    data = read_data(name, text, trusted=trusted)
    steps = [_step(name, number, raw) for number, raw in enumerate(_list(name, data.get("steps")), 1)]
    if data.get("expect"):
        steps.append(_step(name, len(steps) + 1, {"expect": data["expect"]}))
    start, scene = _mapping(f"{name}: start", data.get("start")), _mapping(f"{name}: scene", data.get("scene"))
    _known(f"{name}: start", start, _START)
    _shaped(f"{name}: start", start)
    return Scenario(
        name=name.removesuffix(SUFFIX),
        title=str(data.get("title") or ""),
        process=str(data.get("process") or process),
        clock=_moment(name, data.get("clock")),
        scene=scene,
        start=start,
        steps=tuple(steps),
    )


def read_data(name: str, text: str, *, trusted: bool = False) -> dict[str, Any]:
    """What the text of a scenario holds, with keys that are known; `trusted` as in `parse_scenario`.

    Raises:
        ScenarioError: it cannot be read, or holds more than anybody writes by hand.
    """
    try:
        if not trusted:
            _demand_plain(name, text)
        data = yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    if not isinstance(data, dict):
        raise ScenarioError(f"{name}: a scenario is a mapping")
    _known(name, data, _TOP)
    _shaped(name, {key: data[key] for key in ("title", "process") if key in data})
    return data


def _demand_plain(name: str, text: str) -> None:
    """Nothing that grows when it is read: no aliases (a few lines of them are gigabytes), no endless nesting or
    numbers."""
    if len(text) > MOST_TEXT:
        raise ScenarioError(f"{name}: a scenario has at most {MOST_TEXT} characters")
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise ScenarioError(f"{name}: aliases (*{event.anchor}) are not read: write it out")
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and _ENDLESS.fullmatch(event.value):
            raise ScenarioError(f"{name}: a number is longer than anybody writes")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ScenarioError(f"{name}: it is nested deeper than {_DEEPEST} levels")


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
        _shaped(f"{name}: step {number}", raw[kind] or {})
    if kind == "task" and not raw.get("as"):
        raise ScenarioError(f"{name}: step {number} does not say who does the task")
    _shaped(f"{name}: step {number}", raw)
    return Step(number, kind, raw[kind], {key: value for key, value in raw.items() if key != kind})


def _known(where: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(str(key) for key in set(given) - known)
    if unknown:
        raise ScenarioError(f"{where}: unknown {', '.join(unknown)}")


def _plain(value: Any) -> bool:
    return not isinstance(value, list | dict | set | tuple)


def _values(value: Any) -> bool:
    """Named values, or one FEEL expression that gives them."""
    return value is None or isinstance(value, dict) or (isinstance(value, str) and value.startswith("="))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(_plain(each) for each in value)


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "answers": (_values, "names with values"),
    "variables": (_values, "names with values"),
    "set": (_values, "names with values"),
    "with": (_values, "names with values"),
    "expect": (lambda value: isinstance(value, dict), "names with values"),
    "message": (lambda value: isinstance(value, dict) and _plain(value.get("name")), "{name, key, variables}"),
    "open": (_texts, "a list of tasks"),
    "nobody": (_texts, "a list of logins"),
    "holds": (lambda value: _plain(value) or _texts(value), "a list of conditions"),
    "processes": (lambda value: isinstance(value, dict), "processes with their ends"),
    "tasks": (lambda value: isinstance(value, dict) and all(map(_texts, value.values())), "logins with lists of tasks"),
}
"""How the value of a key looks where it is no plain text; every other key holds a text, number or moment."""


def _shaped(where: str, given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        fits, wanted = _SHAPES.get(key, (_plain, "a text"))
        if not fits(value):
            raise ScenarioError(f"{where}: {key} is not {wanted}")


def _moment(name: str, value: Any) -> datetime | None:
    """A moment; without a time zone that of the installation."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.isoformat() if isinstance(value, date) else str(value))
    except ValueError:
        raise ScenarioError(f"{name}: clock is not a moment: {value!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(DEFAULT_ZONE))
