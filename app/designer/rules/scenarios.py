"""The text of a scenario, changed step by step, and what its runs depend on. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from app.engine.scenarios import SUFFIX, Scenario, ScenarioError, parse_scenario, read_data
from app.engine.views import Resource

FORMAT = "1"
"""Of the runner and the sandbox: another one makes all runs stale."""
_KEYS = ("title", "process", "clock", "scene", "start")


def written(data: Mapping[str, Any]) -> str:
    """A scenario as text: its head, then one step a line."""
    lines = [f"{key}: {_line(data[key])}" for key in _KEYS if data.get(key) not in (None, "", {})]
    steps = [f"- {_line(step)}" for step in data.get("steps") or ()]
    return "\n".join([*lines, "steps:" if steps else "steps: []", *steps]) + "\n"


def _line(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9)
    return text.removesuffix("\n").removesuffix("\n...")


def read(text: str) -> dict[str, Any]:
    """The scenario as data, what it expects at its end as its last step.

    Raises:
        ScenarioError: it cannot be read.
    """
    parse_scenario("scenario", text)
    data = read_data("scenario", text)
    last = data.pop("expect", None)
    data["steps"] = [*(data.get("steps") or ()), *([{"expect": last}] if last else ())]
    return data


def with_step(text: str, step: Mapping[str, Any]) -> str:
    """The text with one more step at its end. What is expected twice at once is expected once."""
    data = read(text)
    steps = data["steps"]
    if "expect" in step and steps and "expect" in steps[-1]:
        steps[-1] = {"expect": {**steps[-1]["expect"], **step["expect"]}}
    else:
        steps.append(dict(step))
    return written(data)


def without_step(text: str, number: int) -> str:
    """The text without its step of that number (from 1); as it is when there is none."""
    data = read(text)
    if 0 < number <= len(data["steps"]):
        del data["steps"][number - 1]
    return written(data)


def with_step_moved(text: str, number: int, by: int) -> str:
    """The text with a step one place earlier or later."""
    data = read(text)
    steps, there = data["steps"], number + by
    if 0 < number <= len(steps) and 0 < there <= len(steps):
        steps[number - 1], steps[there - 1] = steps[there - 1], steps[number - 1]
    return written(data)


def upto(text: str, number: int) -> str:
    """The text with its first steps only."""
    data = read(text)
    data["steps"] = data["steps"][:number]
    return written(data)


def naming_process(text: str, process_id: str) -> str:
    """The text, untouched but for the line that names its process when it does not."""
    try:
        return text if parse_scenario("scenario", text).process else f"process: {process_id}\n{text}"
    except ScenarioError:
        return text


def parsed(content: bytes) -> Scenario | None:
    """A scenario file; None when it cannot be read."""
    try:
        return parse_scenario("scenario", content.decode())
    except (ScenarioError, UnicodeDecodeError):
        return None


def file_name(process_id: str, title: str, taken: Iterable[str]) -> str:
    """A name for a new scenario: of its process and title, unlike the names that are taken."""
    words = re.sub(r"\W+", "_", title.lower()).strip("_")[:40].strip("_")
    stem = f"{process_id}_{words or 'scenario'}"[:80]
    known = {name.lower() for name in taken}
    names = (f"{stem}{'' if number == 1 else f'_{number}'}{SUFFIX}" for number in range(1, len(known) + 2))
    return next(name for name in names if name.lower() not in known)


def digest(resources: Iterable[Resource], scenario: bytes, deployment: int) -> str:
    """What a run depends on: the draft's files, the scenario, what is deployed (its newest deployment)."""
    found = hashlib.sha256(f"{FORMAT} {deployment}\n".encode())
    for each in sorted(resources, key=lambda resource: resource.name):
        found.update(f"{each.name} {hashlib.sha256(each.content).hexdigest()}\n".encode())
    found.update(scenario)
    return found.hexdigest()
