"""Descriptions of deployed processes and of processes in a draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from app.engine import policies as engine_policies
from app.engine import queries as engine
from app.engine.bpmn.findings import ModelError
from app.engine.decisions import Decision, read_decisions
from app.engine.decisions.model import Literal
from app.engine.decisions_made import model_of
from app.engine.definitions import bound_key, definition, item_key
from app.engine.drawing import Drawing, read_drawing
from app.engine.starting import SLA
from app.engine.views import DefinitionView, Resource
from app.feel import FeelError, evaluate
from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.reading import read_form
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.programmes.rules import processes as catalogue

from ..describing import tables
from ..describing.description import Description, Known, describe


@dataclass(frozen=True, slots=True)
class Explained:
    """A deployed process with its description; `whole` when the reader reads models: forms and decisions too."""

    definition: DefinitionView
    drawing: Drawing
    description: Description
    whole: bool


def of_version(actor: Actor, process_id: str, version: int | None = None) -> Explained:
    """How a version of a process works.

    Raises:
        NotFound: there is none, or it is not the actor's to know.
    """
    found = engine.explained(actor, process_id, version)
    drawing = read_drawing(engine.xml_of(actor, found.key), process_id)
    known = _known(drawing, _Deployed(found.deployment_key))
    whole = engine_policies.may_read_models(actor)
    hidden = (
        [] if whole else [n.id for n in drawing.nodes.values() if not engine_policies.sees_step(actor, n.visible_to)]
    )
    return Explained(found, drawing, describe(drawing, known, hidden=hidden), whole)


def of_file(content: bytes, beside: Sequence[Resource]) -> list[Description]:
    """The processes of a BPMN file that is being changed, with the files beside it.

    Returns:
        nothing for a file that cannot be read.
    """
    try:
        xml = content.decode()
        ids = [element.get("id") or "" for element in _root(content).iter("{*}process")]
        drawings = [read_drawing(xml, process_id) for process_id in ids]
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return []
    sources = _Drafted(beside)
    return [describe(drawing, _known(drawing, sources)) for drawing in drawings]


def _root(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


class _Deployed:
    """Forms and decisions as a deployment binds them, else the latest."""

    def __init__(self, deployment_key: int) -> None:
        self.deployment_key = deployment_key

    def form(self, form_id: str) -> FormDefinition | None:
        """A form of that id."""
        key = item_key("form", form_id, self.deployment_key)
        try:
            return forms.form(key) if key is not None else forms.form_by(form_id)
        except NotFound:
            return None

    def decisions(self, decision_id: str) -> Sequence[Decision]:
        """A decision of that id, after those that it requires."""
        key = item_key("decision", decision_id, self.deployment_key)
        key = key if key is not None else bound_key("decision", decision_id, "latest", None, 0)
        return _with_required(model_of(key)[0].decisions, decision_id) if key is not None else ()


class _Drafted(_Deployed):
    """The files of a draft first, what is deployed behind them."""

    def __init__(self, files: Iterable[Resource]) -> None:
        super().__init__(0)
        self._forms: dict[str, FormDefinition] = {}
        self._decisions: dict[str, Decision] = {}
        for file in files:
            if file.name.endswith(".form"):
                form, _findings = read_form(file.content)
                if form is not None:
                    self._forms[form.form_id] = form
            elif file.name.endswith(".dmn"):
                self._decisions.update(_decisions_of(file.content))

    def form(self, form_id: str) -> FormDefinition | None:
        """A form of that id."""
        return self._forms.get(form_id) or super().form(form_id)

    def decisions(self, decision_id: str) -> Sequence[Decision]:
        """A decision of that id, after those that it requires."""
        if decision_id in self._decisions:
            return _with_required(self._decisions, decision_id)
        return super().decisions(decision_id)


def _decisions_of(content: bytes) -> dict[str, Decision]:
    try:
        return read_decisions(content).decisions
    except ModelError:
        return {}


def _with_required(known: dict[str, Decision], wanted: str) -> list[Decision]:
    """A decision after all that it requires, each once."""
    found: dict[str, Decision] = {}
    todo = [wanted]
    while todo:
        decision = known.get(todo.pop())
        if decision is not None and decision.id not in found:
            found[decision.id] = decision
            todo += decision.requires
    return list(reversed(found.values()))


def _known(drawing: Drawing, sources: _Deployed) -> Known:
    nodes = drawing.nodes.values()
    found = {node.form: sources.form(node.form) for node in nodes if node.form and not node.form.startswith("=")}
    decisions = [one for node in nodes if node.decision for one in sources.decisions(node.decision)]
    others = {node.called for node in nodes} | {node.literal("processId") for node in nodes}
    return Known(
        forms={name: form for name, form in found.items() if form is not None},
        decisions={one.id: tables.told(one) for one in decisions},
        processes={name: process_name(name) for name in sorted(others) if name and not name.startswith("=")},
        sla=_terms(sources),
    )


def process_name(process_id: str) -> str:
    """What people call a process, deployed or not yet."""
    key = bound_key("process", process_id, "latest", None, 0)
    return definition(key).name if key is not None else catalogue.title(process_id)


def _terms(sources: _Deployed) -> dict[str, Any]:
    """The shared terms of tasks, as the decision `sla` gives them without any inputs."""
    for decision in sources.decisions(SLA):
        if decision.id == SLA and isinstance(decision.logic, Literal):
            try:
                value = evaluate("=" + decision.logic.expression.removeprefix("="), {})
            except FeelError:
                return {}
            return dict(value) if isinstance(value, dict) else {}
    return {}
