"""Reading the files of a deployment and what they say about each other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale

from app.documents import docx_templates
from app.documents.renditions.defects import Defect as TemplateDefect
from app.engine.bpmn import Finding, ModelError, ProcessModel, read_definitions, read_definitions_limited
from app.engine.decisions import DecisionModel, read_decisions
from app.engine.views import Resource
from app.forms import operations as forms
from app.forms.definition import FormDefinition

Item = tuple[str, str]
"""(`process`, `decision`, `form` or `template`, id); the id of a DOCX template ends in `.docx`."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with a file of a deployment."""

    resource: str
    element_id: str | None
    element_name: str | None
    ru: str
    en: str
    severity: str = "error"

    def to_dict(self) -> dict[str, Any]:
        """As the caller gets it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(slots=True)
class File:
    """One file that was read.

    Attributes:
        sha256: of its bytes.
        processes, decisions, form, template: what it holds, by kind; a document template only has its name, which of
            a DOCX ends in `.docx`.
    """

    name: str
    content: bytes
    sha256: str
    processes: list[ProcessModel] = field(default_factory=list)
    decisions: DecisionModel | None = None
    form: FormDefinition | None = None
    template: str | None = None

    def items(self) -> list[Item]:
        """What it defines."""
        found: list[Item] = [("process", model.process_id) for model in self.processes]
        found += [("decision", name) for name in (self.decisions.decisions if self.decisions else ())]
        if self.form is not None:
            found.append(("form", self.form.form_id))
        if self.template is not None:
            found.append(("template", self.template))
        return found


def read_files(resources: Sequence[Resource], *, trusted: bool) -> tuple[list[File], list[Defect]]:
    """Read every file by itself.

    Args:
        trusted: our own files are read in this process; those of people in a child that can be killed.
    """
    files, defects = [], []
    for resource in resources:
        file = File(resource.name, resource.content, hashlib.sha256(resource.content).hexdigest())
        try:
            defects += _read(file, trusted)
            files.append(file)
        except ModelError as error:
            defects += [_defect(resource.name, finding) for finding in error.findings]
    return files, defects


def _read(file: File, trusted: bool) -> list[Defect]:
    """Fill in what a file holds. Returns its warnings and the errors of a form."""
    suffix = file.name.lower().rpartition(".")[2]
    if suffix == "bpmn":
        read = read_definitions if trusted else read_definitions_limited
        file.processes = read(file.content)
        return [_defect(file.name, finding) for model in file.processes for finding in model.warnings]
    if suffix == "dmn":
        file.decisions = read_decisions(file.content)
        return []
    if suffix == "form":
        file.form, findings = forms.check_form(file.content)
        return [_form_defect(file.name, finding) for finding in findings]
    if suffix == "docx":
        return _read_docx(file, trusted)
    if suffix == "html":
        file.template = file.name.rpartition("/")[2].rpartition(".")[0]
        return []
    ru = "файл этого вида нельзя развернуть: нужны .bpmn, .dmn, .form, .docx или .html (шаблоны документов)"
    en = "a file of this kind cannot be deployed: .bpmn, .dmn, .form, .docx or .html (document templates) is needed"
    return [Defect(file.name, None, None, ru, en)]


def _read_docx(file: File, trusted: bool) -> list[Defect]:
    """Check a document template, unless this very file was deployed before. Warnings do not refuse it."""
    file.template = file.name.rpartition("/")[2]
    name = file.template[: -len(docx_templates.SUFFIX)]
    if trusted and docx_templates.stored(name, file.sha256) is not None:
        return []
    found = docx_templates.check(name, file.content)
    return [
        Defect(file.name, None, None, _in("ru", one), _in("en", one), "error" if one.is_error else "warning")
        for one in found
    ]


def _in(language: str, found: TemplateDefect) -> str:
    with force_locale(language):
        return found.text()


def _defect(resource: str, finding: Finding) -> Defect:
    texts = finding.text("ru"), finding.text("en")
    return Defect(resource, finding.element_id, finding.element_name, *texts, severity=finding.severity)


def _form_defect(resource: str, finding: Any) -> Defect:
    text = str(finding.message)
    return Defect(resource, finding.component, None, text, text, severity=finding.severity)
