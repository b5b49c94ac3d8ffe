"""Reading the files of a deployment and what they say about each other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask_babel import force_locale

from app.documents import docx_templates
from app.documents.renditions.defects import Defect as TemplateDefect
from app.engine.bpmn import ModelError, read_definitions
from app.engine.decisions import read_decisions
from app.engine.deployments.files import Defect, File, Item
from app.engine.deployments.judging import judge
from app.engine.views import Resource
from app.forms import operations as forms

__all__ = ["Defect", "File", "Item", "read_files"]


def read_files(resources: Sequence[Resource], *, trusted: bool) -> tuple[list[File], list[Defect]]:
    """Read every file by itself.

    Args:
        trusted: our own files are read in this process; those of people in a child that can be killed, and the rules
            of drawing judge them too.
    """
    files, defects = [], []
    for resource in resources:
        file = File(resource.name, resource.content, hashlib.sha256(resource.content).hexdigest())
        try:
            defects += _read(file, trusted)
            files.append(file)
        except ModelError as error:
            defects += [Defect.of_finding(resource.name, finding) for finding in error.findings]
    return files, defects


def _read(file: File, trusted: bool) -> list[Defect]:
    """Fill in what a file holds. Returns its warnings and the errors of a form."""
    suffix = file.name.lower().rpartition(".")[2]
    if suffix in ("bpmn", "dmn", "form"):
        return _read_own(file, suffix) if trusted else judge(file, suffix)
    if suffix == "docx":
        return _read_docx(file, trusted)
    if suffix == "html":
        file.template = file.name.rpartition("/")[2].rpartition(".")[0]
        return []
    ru = "файл этого вида нельзя развернуть: нужны .bpmn, .dmn, .form, .docx или .html (шаблоны документов)"
    en = "a file of this kind cannot be deployed: .bpmn, .dmn, .form, .docx or .html (document templates) is needed"
    return [Defect(file.name, None, None, ru, en, rule="file-kind")]


def _read_own(file: File, suffix: str) -> list[Defect]:
    if suffix == "bpmn":
        file.processes = read_definitions(file.content)
        return [Defect.of_finding(file.name, finding) for model in file.processes for finding in model.warnings]
    if suffix == "dmn":
        file.decisions = read_decisions(file.content)
        return []
    form, findings = forms.check_form(file.content)
    file.form = None if form is None else form.form_id
    return [Defect.of_form(file.name, finding) for finding in findings]


def _read_docx(file: File, trusted: bool) -> list[Defect]:
    """Check a document template, unless this very file was deployed before. Warnings do not refuse it."""
    file.template = file.name.rpartition("/")[2]
    name = file.template[: -len(docx_templates.SUFFIX)]
    if trusted and docx_templates.stored(name, file.sha256) is not None:
        return []
    found = docx_templates.check(name, file.content)
    return [
        Defect(
            file.name, None, None, _in("ru", one), _in("en", one), "error" if one.is_error else "warning", "template"
        )
        for one in found
    ]


def _in(language: str, found: TemplateDefect) -> str:
    with force_locale(language):
        return found.text()
