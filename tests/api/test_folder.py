"""A folder that came out of `marshrut export`, deployed by the unmodified `camunda-orchestration-sdk`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.api.conftest import MODELS, Connect

NAMES = ("request.bpmn", "request_form.form", "sum.bpmn", "waiting.bpmn", "grade.dmn")


def versions(made: Any) -> dict[str, int]:
    """Id -> version of everything that a deployment names."""
    processes = {each.process_definition_id: each.process_definition_version for each in made.processes}
    decisions = {each.decision_definition_id: each.version for each in made.decisions}
    return {**processes, **decisions, **{each.form_id: each.version for each in made.forms}}


def test_of_a_folder_only_what_changed_gets_a_new_version(connect: Connect, tmp_path: Path) -> None:
    folder = tmp_path / "workflows" / "api"
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(MODELS / name, folder / name)
    files = [str(each) for each in sorted(folder.iterdir())]
    designer = connect("designer")
    first = designer.deploy_resources_from_files(files)
    model = folder / "sum.bpmn"
    model.write_text(model.read_text(encoding="utf-8").replace("</bpmn:definitions>", "</bpmn:definitions>\n"), "utf-8")
    again = designer.deploy_resources_from_files(files)
    before, after = versions(first), versions(again)
    assert set(before) == {"api_request", "api_request_form", "api_sum", "api_waiting", "api_grade"}
    assert {name for name in before if after[name] != before[name]} == {"api_sum"}
