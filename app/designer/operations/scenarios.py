"""Recording, changing and running the scenarios of a draft; keeping them with what is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.designer import policies, queries
from app.designer.models import DraftFile, ModelScenario, ScenarioNote, ScenarioRun
from app.designer.rules import naming, scenarios
from app.designer.sandbox import asking
from app.engine.definitions import definition, latest_key
from app.engine.models import ProcessDefinition
from app.engine.scenarios import SUFFIX, ScenarioError
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from . import drafts
from .rows import take_open, touch

MOST_NOTE = 1000


def begin(actor: Actor, draft_key: int, process: str, title: str, start: Mapping[str, Any], at: str) -> int:
    """Begin a scenario: a new file of the draft.

    Args:
        start: as in the file: `as`, `variables`, `message`, `timer`.
        at: moment at which the process starts, ISO.

    Returns:
        key of the file.

    Raises:
        Invalid: no title.
        Conflict, NotFound, Forbidden: as `drafts.add_file`.
    """
    words = " ".join(title.split())[:200]
    if not words:
        refusal = _l("Say in a few words what happens in the scenario.")
        raise Invalid(refusal, {"title": [refusal]})
    draft = queries.drafts.draft(actor, draft_key)
    name = scenarios.file_name(process, words, [file.name for file in draft.files])
    data = {"title": words, "process": process, "clock": at, "start": dict(start), "steps": []}
    return drafts.add_file(actor, draft_key, name, scenarios.written(data).encode())


def add_step(actor: Actor, file_key: int, step: Mapping[str, Any], revision: int) -> None:
    """Record one more step.

    Raises:
        Stale, Held, Invalid, Conflict, NotFound, Forbidden: as `drafts.save`; Invalid also when the file is none.
    """
    _change(actor, file_key, revision, lambda text: scenarios.with_step(text, step))


def remove_step(actor: Actor, file_key: int, number: int, revision: int) -> None:
    """Take a step out (from 1); the last one when `number` is 0. Raises as `add_step`."""

    def shortened(text: str) -> str:
        return scenarios.without_step(text, number or len(scenarios.read(text)["steps"]))

    _change(actor, file_key, revision, shortened)


def move_step(actor: Actor, file_key: int, number: int, by: int, revision: int) -> None:
    """Move a step one place up (-1) or down (1). Raises as `add_step`."""
    _change(actor, file_key, revision, lambda text: scenarios.with_step_moved(text, number, by))


def save_text(actor: Actor, file_key: int, text: str, revision: int) -> None:
    """Write a scenario as text, when it is one. Raises as `add_step`."""
    content = text.replace("\r\n", "\n")
    _change(actor, file_key, revision, lambda _before: _readable(content))


def _readable(text: str) -> str:
    scenarios.read(text)
    return text


def _change(actor: Actor, file_key: int, revision: int, change: Any) -> None:
    policies.demand_designing(actor)
    text = queries.drafts.content(actor, file_key).decode(errors="replace")
    try:
        changed: str = change(text)
    except ScenarioError as error:
        refusal = _l("This is no scenario: %(reason)s", reason=str(error).replace("scenario: ", "", 1))
        raise Invalid(refusal, {"text": [refusal]}) from error
    drafts.save(actor, file_key, changed.encode(), revision)


def run(actor: Actor, draft_key: int, file_key: int) -> dict[str, Any]:
    """Play a scenario in the sandbox and keep what it came to, unless that is known already.

    Returns:
        the answer of the sandbox; `{"stopped": text}` when it was stopped: that is not kept, the machine may have
        been busy.

    Raises:
        Unavailable: the sandbox is not there.
        NotFound, Forbidden: as `drafts`.
    """
    policies.demand_designing(actor)
    known = queries.scenarios.one(actor, draft_key, file_key)
    if known.answer is not None:
        return known.answer
    content = queries.drafts.content(actor, file_key)
    scenario = scenarios.parsed(content)
    if scenario is None or scenario.prepared:
        return {}
    resources = queries.drafts.resources(actor, draft_key)
    digest = queries.scenarios.digest(resources, content)  # not afterwards: what changes meanwhile was not played
    try:
        answer = asking.ask(resources, content.decode(), scenario.process, finished=scenario.expects)
    except asking.TooLong as error:
        return {"stopped": str(error)}
    passed = scenario.expects and "covered" in answer and answer["failed"] is None
    _keep(file_key, digest, passed, answer)
    return answer


def _keep(file_key: int, digest: str, passed: bool, answer: Mapping[str, Any]) -> None:
    facts = {"digest": digest, "passed": passed, "answer": dict(answer), "ran_at": clock.now()}
    row = insert(ScenarioRun).values(file_key=file_key, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["file_key"], set_=facts))
    db.session.get(ScenarioRun, file_key, populate_existing=True)


def explain(actor: Actor, draft_key: int, process: str, text: str) -> None:
    """Say why the scenarios do not reach every end of a process; an empty text takes the note back.

    Raises:
        NotFound: there is no such process in the draft.
        Conflict, Forbidden: as `rows.take_open`: what a gate reads is reviewed with the files.
        Invalid: the text is too long.
    """
    taken = take_open(actor, draft_key)
    draft = queries.drafts.draft(actor, draft_key)
    if process not in {each.drawing.process_id for each in queries.scenarios.coverage(actor, draft)}:
        raise NotFound(_l("There is no such process."))
    words = text.strip()
    if len(words) > MOST_NOTE:
        refusal = _l("Write a note of up to %(most)s characters.", most=MOST_NOTE)
        raise Invalid(refusal, {"note": [refusal]})
    row = db.session.get(ScenarioNote, (draft_key, process))
    if row is None:
        row = ScenarioNote(draft_key=draft_key, process_id=process)
        db.session.add(row)
    row.text, row.author, row.written_at = words, actor.login, clock.now()
    touch(actor, taken)
    db.session.flush()


def store(process_id: str, name: str, content: str) -> None:
    """Keep a scenario with the latest version of its process (files of a folder that is deployed).

    Args:
        name: of its file.

    Raises:
        Invalid: it cannot be read, or is none of that process.
        NotFound: the process is not deployed.
    """
    key = latest_key(process_id)
    if key is None:
        raise NotFound(_l("There is no such process."))
    text = scenarios.naming_process(content, process_id)
    scenario = scenarios.parsed(text.encode())
    if scenario is None or scenario.process != process_id or not name.endswith(SUFFIX):
        raise Invalid(_l("“%(name)s” is no scenario of this process.", name=name))
    _store(process_id, db.session.get_one(ProcessDefinition, key).version, name, text)


def keep_published(actor: Actor, draft_key: int) -> None:
    """Keep the scenarios of a draft that was published with the latest version of their process, and no longer those
    that it took away."""
    kept = queries.drafts.contents(actor, draft_key, naming.SCENARIO)
    for file in kept:
        found = _place(file.content)
        if found is not None:
            _store(*found, file.name, file.content.decode())
    gone = DraftFile.removed_at.is_not(None), DraftFile.name.not_in([file.name for file in kept])
    began = select(DraftFile.name, DraftFile.base).where(DraftFile.draft_key == draft_key, DraftFile.base.is_not(None))
    for name, base in db.session.execute(began.where(DraftFile.kind == naming.SCENARIO, *gone)):
        found = _place(base or b"")
        if found is not None:
            own = ModelScenario.process_id == found[0], ModelScenario.version == found[1]
            db.session.execute(delete(ModelScenario).where(*own, ModelScenario.name == name))


def _place(content: bytes) -> tuple[str, int] | None:
    """The deployed process of a scenario and its latest version."""
    scenario = scenarios.parsed(content)
    key = latest_key(scenario.process) if scenario is not None else None
    return None if key is None or scenario is None else (scenario.process, definition(key).version)


def _store(process_id: str, version: int, name: str, text: str) -> None:
    facts = {"content": text, "stored_at": clock.now()}
    row = insert(ModelScenario).values(process_id=process_id, version=version, name=name, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["process_id", "version", "name"], set_=facts))
