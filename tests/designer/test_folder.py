"""`marshrut deploy` and `marshrut export`: folders that live well in Git."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, text

from app.designer import folder

ROOT = Path(__file__).parents[2]
PARTS = ("workflows/shared", "workflows/working_group_meeting", "forms/working_group_meeting", "forms/shared")

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, region: Connection) -> Run:
    def marshrut(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=[str(word) for word in words])

    return marshrut


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Some of our own files, laid out as in this repository."""
    for part in (*PARTS, *(f"forms/{each.name}" for each in (ROOT / "forms").iterdir() if each.name == "approve")):
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / "repository" / part)
    return tmp_path / "repository"


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a folder that is deployed or kept."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and folder.kind_of(path.name)
    }


def versions(region: Connection) -> list[tuple[object, ...]]:
    """Everything that is deployed."""
    query = (
        "SELECT process_id, version FROM process_definition UNION ALL SELECT form_id, version FROM form ORDER BY 1, 2"
    )
    return [tuple(row) for row in region.execute(text(query))]


def test_what_was_deployed_is_exported_byte_for_byte(
    run: Run, region: Connection, repository: Path, tmp_path: Path
) -> None:
    done = run("deploy", repository)
    assert done.exit_code == 0, done.output
    assert "process working_group_meeting версия 1" in done.output
    before = versions(region)
    out = tmp_path / "out"
    assert run("export", out).exit_code == 0
    wanted, found = contents(repository), contents(out)
    assert {name: found.get(name) for name in wanted} == wanted
    assert "процесс" not in run("deploy", out).output
    assert versions(region) == before
    assert "Записано файлов: 0" in run("export", out).output


def test_a_dry_run_tells_what_would_change_and_changes_nothing(run: Run, region: Connection, repository: Path) -> None:
    run("deploy", repository)
    before = versions(region)
    model = repository / "workflows" / "shared" / "approve.bpmn"
    model.write_bytes(model.read_bytes().replace("Подписать".encode(), "Подписать и вернуть".encode(), 1))
    done = run("deploy", repository, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "workflows/shared/approve.bpmn: изменено" in done.output
    assert "Изменилось бы файлов: 1" in done.output
    assert versions(region) == before


def test_findings_name_file_element_and_what_to_do_in_the_wanted_language(
    run: Run, region: Connection, tmp_path: Path
) -> None:
    source = (ROOT / "workflows" / "shared" / "approve.bpmn").read_text(encoding="utf-8")
    broken = tmp_path / "workflows" / "approve" / "approve.bpmn"
    broken.parent.mkdir(parents=True)
    broken.write_text(
        source.replace('decisionId="', 'decisionId="no_').replace('formId="', 'formId="no_'), encoding="utf-8"
    )
    before = versions(region)
    for arguments in (("--dry-run",), ("--strict",), ()):
        done = run("deploy", tmp_path, *arguments)
        assert done.exit_code == 1
        assert "workflows/approve/approve.bpmn" in done.output
        assert "не найдена" in done.output
    assert "does not exist" in run("deploy", tmp_path, "--dry-run", "--language", "en").output
    assert versions(region) == before


def test_a_scenario_without_its_process_is_refused_with_everything_else(
    run: Run, region: Connection, repository: Path
) -> None:
    stray = repository / "workflows" / "stray" / "one.scenario.yaml"
    stray.parent.mkdir()
    stray.write_text("title: Один\nstart: {as: teacher}\nsteps: []\n", encoding="utf-8")
    before = versions(region)
    done = run("deploy", repository)
    assert done.exit_code == 1
    assert "workflows/stray/one.scenario.yaml" in done.output
    assert versions(region) == before


@pytest.fixture
def program(app: Flask, repository: Path) -> Iterator[Path]:
    """The repository in the place of the program's own folders."""
    marshrut = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(marshrut, root=repository)
    yield repository
    app.extensions["marshrut"] = marshrut


def test_a_start_leaves_what_was_published_and_brings_what_is_new(
    run: Run, region: Connection, program: Path, tmp_path: Path
) -> None:
    assert run("deploy").exit_code == 0
    changes = {
        "workflows/shared/approve.bpmn": ("Подписать", "Подписать и вернуть"),
        "forms/working_group_meeting/meeting_reply.form": ("Участие в", "Приход на"),
        "workflows/shared/test_level.dmn": ("Уровень", "Ступень"),
    }
    ours = {name: (program / name).read_bytes() for name in changes}
    for name, (old, new) in changes.items():  # as a designer publishes: without the path
        theirs = tmp_path / "theirs" / Path(name).name
        theirs.parent.mkdir(exist_ok=True)
        assert old.encode() in ours[name], name
        theirs.write_bytes(ours[name].replace(old.encode(), new.encode()))
    assert run("deploy", tmp_path / "theirs").exit_code == 0
    published = versions(region)
    for _start in range(2):
        done = run("deploy")
        assert done.exit_code == 0, done.output
        assert versions(region) == published
    model = program / "workflows/shared/approve.bpmn"
    model.write_bytes(ours["workflows/shared/approve.bpmn"].replace("Подписать".encode(), "Утвердить".encode()))
    assert "process approve версия" in run("deploy").output
    assert "form meeting_reply" in run("deploy", program).output, "who names a folder gets what is in it"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/workflows/x/x.bpmn", "workflows/x/x.bpmn"),
        ("forms/documents/order.docx", "forms/documents/order.docx"),
        ("elsewhere/x.bpmn", "x.bpmn"),
    ],
)
def test_a_file_is_named_by_its_place_in_the_layout(path: str, name: str) -> None:
    assert folder.placed_name(Path("/base") / path) == name


@pytest.mark.parametrize(
    "name", ["workflows/../../etc/x.bpmn", "/workflows/x.bpmn", "x.bpmn", "other/x.bpmn", "forms\\x"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert not folder.is_placed(name)
