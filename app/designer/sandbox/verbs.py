"""What the child does: play a scenario and say how things stand; show and take a form in the midst of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import Connection, text

from app.designer.rules import reading
from app.designer.sandbox import about, run_forms, schema, standing
from app.engine import operations
from app.engine.definitions import definition, forget_the_rest, latest_key
from app.engine.drawing import read_drawing
from app.engine.scenarios import Performance, Scenario, ScenarioError, ScenarioFailed, parse_scenario
from app.engine.views import Resource
from app.feel import evaluate
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid
from app.people import queries as people

Say = Callable[[dict[str, Any]], None]
DEFAULT_CLOCK = datetime(2026, 4, 6, 9, 0, tzinfo=ZoneInfo("Europe/Moscow"))
"""When a scenario begins that does not say when: always the same Monday, so that it always goes the same way."""


def warm() -> None:
    """What is made once, before the time counts: V8."""
    evaluate("=1", {})


def answer(question: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Answer one question.

    Args:
        question: `files` ([name, base64 content]), `scenario` (YAML), `process`, `locale`; for a form also `form`
            (see `run_forms`).

    Returns:
        `{"refused": [findings]}` when the files cannot be deployed, `{"unreadable": reason}` when the scenario cannot
        be read, else `standing.described` with `failed` and, when a form was asked for, `form`.
    """
    if "about" in question:
        return {"processes": about.processes(_resources(question["about"]))}
    try:
        scenario = parse_scenario("scenario", question["scenario"], question["process"])
    except ScenarioError as error:
        return {"unreadable": str(error)}
    with force_locale(question.get("locale", "ru")), _alone(scenario, say):
        try:
            with db.unit_of_work():
                resources = _resources(question["files"])
                operations.deploy(PLATFORM, resources, internal=True, within=_reached(scenario.process, resources))
        except Invalid as error:
            return {"refused": error.details.get("findings") or [], "reason": str(error)}
        say({"phase": "deployed"})
        return _played(scenario, question)


def _resources(files: list[list[str]]) -> list[Resource]:
    return [Resource(name, base64.b64decode(content)) for name, content in files]


def _reached(process: str, resources: list[Resource]) -> set[str]:
    """A process and whatever it calls, however far: only these need to see the draft's files."""
    drawn = {name: each.content for each in resources for name, _label in reading.model(each.content).items}
    found: set[str] = set()
    todo = [process]
    while todo:
        current = todo.pop()
        if current not in found:
            found.add(current)
            todo += _called(current, drawn.get(current))
    return found


def _called(process: str, xml: bytes | None) -> list[str]:
    if xml is not None:
        drawing = read_drawing(xml.decode(errors="replace"), process)
        return [node.called for node in drawing.nodes.values() if node.called]
    key = latest_key(process)
    return [each.name for each in definition(key).model.called("process")] if key is not None else []


def _played(scenario: Scenario, question: Mapping[str, Any]) -> dict[str, Any]:
    performance = Performance(scenario, actor_of=people.actor_for, password=schema.PASSWORD)
    failed = None
    try:
        performance.play(finished=bool(question.get("finished")))
    except ScenarioFailed as error:
        failed = standing.failure(error)
    found = standing.described(performance)
    found["failed"] = failed
    if question.get("form"):
        found["form"] = _form(performance, question["form"])
    return found


def _form(performance: Performance, wanted: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return run_forms.answer(performance, wanted)
    except (ScenarioFailed, AppError) as error:
        return {"gone": str(error)}


@contextmanager
def _alone(scenario: Scenario, say: Say) -> Iterator[None]:
    """One run at a time, in a transaction that leaves nothing."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("SELECT pg_catalog.pg_advisory_xact_lock(:key)"), {"key": schema.PLAY})
        say({"phase": "alone"})
        schema.copy_deployed()
        with _bound(connection), clock.frozen(scenario.clock or DEFAULT_CLOCK):
            try:
                yield
            finally:
                transaction.rollback()


@contextmanager
def _bound(connection: Connection) -> Iterator[None]:
    db.bind(connection)
    try:
        yield
    finally:
        db.bind(None)
        forget_the_rest()
