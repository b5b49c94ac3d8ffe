"""The files of a deployment as they were read, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import force_locale

from app.engine.bpmn import Finding, ProcessModel
from app.engine.bpmn.findings import about
from app.engine.bpmn.linting import Remark
from app.engine.decisions import DecisionModel
from app.forms.definition import Finding as FormFinding

Item = tuple[str, str]
"""(`process`, `decision`, `form` or `template`, id); the id of a DOCX template ends in `.docx`."""


class Need(NamedTuple):
    """Something that an element names and that must be there: a form, a decision, a process."""

    kind: str
    name: str
    element: str
    element_name: str | None


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with a file of a deployment.

    Attributes:
        ru, en: a sentence.
        severity: an error refuses the deployment. What Camunda 8 runs as well is only a warning here.
        strict: severity in our own designer, where it differs.
        rule: which rule speaks, as `task-role`.
    """

    resource: str
    element_id: str | None
    element_name: str | None
    ru: str
    en: str
    severity: str = "error"
    rule: str = ""
    strict: str = ""

    @classmethod
    def of_finding(cls, resource: str, finding: Finding) -> Defect:
        """What the reader says."""
        texts = finding.sentence("ru"), finding.sentence("en")
        rule = finding.code.replace("_", "-")
        return cls(resource, finding.element_id, finding.element_name, *texts, finding.severity, rule)

    @classmethod
    def of_remark(cls, resource: str, remark: Remark) -> Defect:
        """What a rule says."""
        return cls(
            resource, remark.element, remark.name, remark.ru, remark.en, "warning", remark.rule, strict=remark.severity
        )

    @classmethod
    def of_form(cls, resource: str, finding: FormFinding) -> Defect:
        """What is wrong with a form."""
        with force_locale("ru"):
            ru = str(finding.message)
        with force_locale("en"):
            en = str(finding.message)
        return cls(resource, finding.component or None, None, ru, en, finding.severity, "form")

    def text(self, language: str) -> str:
        """The sentence with the element that it is about."""
        return about(self.element_id, self.element_name, self.ru if language == "ru" else self.en)

    def to_dict(self) -> dict[str, Any]:
        """As the caller gets it."""
        plain = {name: getattr(self, name) for name in ("resource", "element_id", "element_name", "severity", "rule")}
        return {**plain, "ru": self.text("ru"), "en": self.text("en")}


@dataclass(slots=True)
class File:
    """One file that was read.

    Attributes:
        sha256: of its bytes.
        processes, decisions, form, template: what it holds, by kind; of a form its id, of a document template its
            name, which of a DOCX ends in `.docx`.
    """

    name: str
    content: bytes
    sha256: str
    processes: list[ProcessModel] = field(default_factory=list)
    decisions: DecisionModel | None = None
    form: str | None = None
    template: str | None = None
    claims: tuple[Item, ...] = ()
    """Of a refused file: what it would define, so that others that name it are not blamed for that."""
    needs: tuple[Need, ...] = ()
    """Of a refused file: what it names."""

    def items(self) -> list[Item]:
        """What it defines."""
        found: list[Item] = [("process", model.process_id) for model in self.processes]
        found += [("decision", name) for name in (self.decisions.decisions if self.decisions else ())]
        if self.form is not None:
            found.append(("form", self.form))
        if self.template is not None:
            found.append(("template", self.template))
        return found
