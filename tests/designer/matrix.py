"""Who opens what of the designer: designers change, coordinators of the region, auditors and administrators read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.designer import operations, queries
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from tests.web.matrix import HIDDEN, Row, World, roles

from . import building, moving

READ = roles(HIDDEN, yes="designer region_coordinator auditor admin")
CHANGE = roles(HIDDEN, yes="designer", no="region_coordinator auditor admin")


def build(world: World) -> None:
    """A draft of the second designer with one file and a comment."""
    actor = actor_for("designer2")
    key = building.draft("designer2")
    world["draft"] = {"key": key}
    world["draft file"] = {"key": key, "file_key": queries.drafts.draft(actor, key).files[0].key}
    engine.deploy(PLATFORM, [Resource("described.bpmn", building.process("described"))], internal=True)
    row = queries.drafts.history(actor, world["draft file"]["file_key"])[-1]
    world["draft row"] = {**world["draft file"], "row": row.key}
    described = operations.drafts.open_from(actor, "process", "described")
    world["draft of deployed"] = {"key": described, "file_key": queries.drafts.draft(actor, described).files[0].key}
    told = b"process: probe\nstart: {as: designer}\nexpect: {ended: end}\n"
    scenario = operations.drafts.add_file(actor, key, "probe.scenario.yaml", told)
    world["draft scenario"] = {"key": key, "file_key": scenario, "task": "none", "who": "teacher"}
    comment = operations.commenting.comment(actor, key, "Проверьте, пожалуйста")
    world["draft comment"] = {"key": key, "comment_key": comment}
    world["moved"] = {"key": moving.begun()}
    models = operations.drafts.create(actor, "Решение и форма", files=[building.decision(), building.form_file()])
    decision, form = queries.drafts.draft(actor, models).files
    world["draft decision"] = {"key": models, "file_key": decision.key}
    world["draft form"] = {"key": models, "file_key": form.key}


def _draft(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft"]


def _file(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft file"]


def _row(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft row"]


def _of_deployed(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft of deployed"]


def _item(world: World, scope: str) -> Mapping[str, Any]:
    return {"what": "processes", "item": "described", "version": 1, "from": 1, "to": 1}


def _comment(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft comment"]


def _told(world: World, scope: str) -> Mapping[str, Any]:
    return {**world["draft"], "process": "probe", "who": "designer"}


def _scenario(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft scenario"]


def _step(world: World, scope: str) -> Mapping[str, Any]:
    return {**world["draft scenario"], "number": 1}


def _version(world: World, scope: str) -> Mapping[str, Any]:
    return {"process_id": "described", "version": 1}


def _decision(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft decision"]


def _form(world: World, scope: str) -> Mapping[str, Any]:
    return world["draft form"]


def _moved(world: World, scope: str) -> Mapping[str, Any]:
    return world["moved"]


def _process(world: World, scope: str) -> Mapping[str, Any]:
    return {"process_id": moving.PROCESS}


_OPERATE = roles(HIDDEN, yes="designer admin", no="region_coordinator auditor")

ROWS = [
    Row("designer.migrate", own=READ, at=_process),
    Row(
        "designer.try_migration",
        "POST",
        own=_OPERATE,
        at=_process,
        form=lambda world, scope: {"from": "1", "to": "2", "act": "try"},
    ),
    Row("designer.migration", own=READ, at=_moved),
    Row("designer.undo_migration", "POST", own=_OPERATE, at=_moved),
    Row("designer.migrate_refused", "POST", own=_OPERATE, at=_moved),
    Row("designer.map", own=READ),
    Row("designer.description", own=READ, at=_version),
    Row("designer.version_diagram", own=READ, at=_version),
    Row("designer.version_regulation", own=READ, at=_version),
    Row("designer.file_description", own=READ, at=_file),
    Row("designer.index", own=READ),
    Row("designer.new", own=CHANGE),
    Row("designer.begin", "POST", own=CHANGE, form=lambda world, scope: {"what": "process", "name": "Новый процесс"}),
    Row("designer.deployed_archive", own=READ),
    Row("designer.open_from", "POST", own=roles(HIDDEN, no="region_coordinator auditor admin")),
    Row("designer.draft", own=READ, at=_draft),
    Row("designer.archive", own=READ, at=_draft),
    Row("designer.remove_file", "POST", own=CHANGE, at=_file),
    Row("designer.stage", "POST", own=CHANGE, at=_draft, form=lambda world, scope: {"act": "abandon"}),
    Row("designer.comment", "POST", own=CHANGE, at=_draft, form=lambda world, scope: {"text": "Да"}),
    Row("designer.resolve", "POST", own=CHANGE, at=_comment),
    Row("designer.editor", own=READ, at=_file),
    Row("designer.download", own=READ, at=_file),
    Row("designer.history", own=READ, at=_file),
    Row("designer.changes_since", own=READ, at=_row),
    Row("designer.rename", "POST", own=CHANGE, at=_draft, form=lambda world, scope: {"title": "Иначе"}),
    Row("designer.restore_row", "POST", own=CHANGE, at=_row),
    Row("designer.content", own=READ, at=_file),
    Row("designer.save", "PUT", own=CHANGE, at=_file),
    Row("designer.lock", "POST", own=CHANGE, at=_file),
    Row("designer.release", "DELETE", own=CHANGE, at=_file),
    Row("designer.comments", own=READ, at=_file),
    Row("designer.vocabulary", own=READ),
    Row("designer.clean", "POST", own=CHANGE, at=_file),
    Row("designer.check", "POST", own=READ, at=_file),
    Row(
        "designer.comment_file",
        "POST",
        own=CHANGE,
        at=_file,
        json=lambda world, scope: {"text": "Да", "element_id": "start"},
    ),
    Row("designer.rows_of", own=READ, at=_decision),
    Row(
        "designer.try_rows",
        "POST",
        own=READ,
        at=_decision,
        json=lambda world, scope: {"content": "<x/>", "decisions": {}},
    ),
    Row("designer.workbook", own=READ, at=_decision),
    Row("designer.read_workbook", "POST", own=READ, at=_decision),
    Row("designer.preview", own=READ, at=_form),
    Row("designer.try_form", "POST", own=READ, at=_form, form=lambda world, scope: {"schema": "{}"}),
    Row("designer.changes", own=READ, at=_draft),
    Row("designer.base", own=READ, at=_of_deployed),
    Row("designer.rebase", "POST", own=CHANGE, at=_of_deployed, form=lambda world, scope: {"choice": "mine"}),
    Row("designer.publishing", own=CHANGE, at=_draft),
    Row("designer.publish", "POST", own=CHANGE, at=_draft, form=lambda world, scope: {"note": "Новое"}),
    Row("designer.versions", own=READ, at=_item),
    Row("designer.scenario_new", own=CHANGE, at=_told),
    Row("designer.scenario_begin", "POST", own=CHANGE, at=_told, form=lambda world, scope: {"title": "Так"}),
    Row("designer.scenario_run_all", "POST", own=CHANGE, at=_draft),
    Row("designer.scenario", own=READ, at=_scenario),
    Row("designer.scenario_task", "POST", own=CHANGE, at=_scenario),
    Row("designer.scenario_form_refresh", "POST", own=CHANGE, at=_scenario),
    Row(
        "designer.scenario_step",
        "POST",
        own=CHANGE,
        at=_scenario,
        form=lambda world, scope: {"kind": "time", "span": "P1D", "revision": "1"},
    ),
    Row("designer.scenario_edit", "POST", own=CHANGE, at=_step),
    Row("designer.scenario_text", "POST", own=CHANGE, at=_scenario),
    Row("designer.coverage", own=READ, at=_draft),
    Row("designer.explain", "POST", own=CHANGE, at=_told, form=lambda world, scope: {"note": "Потом"}),
    Row("designer.version_file", own=READ, at=_item),
    Row("designer.compare", own=READ, at=_item),
    Row("designer.restore_version", "POST", own=CHANGE, at=_item),
]
