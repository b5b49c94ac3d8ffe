"""DMN XML -> decisions; every expression and cell is compiled once to see whether it is right."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.xml import local_name, parse_xml
from app.engine.decisions.model import (
    AGGREGATIONS,
    HIT_POLICIES,
    Decision,
    DecisionModel,
    Input,
    Literal,
    Output,
    Rule,
    Table,
)
from app.feel import FeelError, compile, evaluate

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
LOGIC = frozenset(
    [
        "decisionTable",
        "literalExpression",
        "context",
        "invocation",
        "relation",
        "list",
        "functionDefinition",
        "conditional",
        "filter",
        "for",
        "some",
        "every",
    ]
)
FEEL_LANGUAGES = (
    "",
    "feel",
    "https://www.omg.org/spec/dmn/20191111/feel/",
    "http://www.omg.org/spec/dmn/20180521/feel/",
)


def read_decisions(xml: bytes) -> DecisionModel:
    """The decisions of a DMN 1.2 to 1.5 document.

    Raises:
        ModelError: it would not decide as it is drawn; every defect names decision, rule or column.
    """
    root = parse_xml(xml)
    if etree.QName(root).namespace not in NAMESPACES or local_name(root) != "definitions":
        raise ModelError([Finding(None, None, "not_dmn")])
    reader = _Reader(root)
    model = DecisionModel(str(root.get("id") or "definitions"), root.get("name"))
    for node in _children(root, "decision"):
        decision = reader.decision(node)
        if decision is not None:
            if decision.id in model.decisions:
                reader.note(node, "duplicate_id")
            model.decisions[decision.id] = decision
    if not model.decisions and not reader.findings:
        reader.findings.append(Finding(None, None, "no_decision"))
    if not reader.findings:
        reader.check_graph(model)
    if reader.findings:
        raise ModelError(reader.findings)
    return model


def _children(node: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str) and local_name(child) == tag]


def _text(node: etree._Element | None) -> str:
    """The content of the `text` child."""
    if node is None:
        return ""
    found = _children(node, "text")
    return (found[0].text or "").strip() if found else ""


def _first(node: etree._Element, tag: str) -> etree._Element | None:
    found = _children(node, tag)
    return found[0] if found else None


class _Reader:
    """Collects findings while reading."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.at: etree._Element = root
        self.input_data = {node.get("id"): node.get("name") or node.get("id") for node in _children(root, "inputData")}

    def note(self, node: etree._Element, code: str, **params: Any) -> None:
        """Record a finding about a decision."""
        self.findings.append(Finding(node.get("id"), node.get("name"), code, params))

    def decision(self, node: etree._Element) -> Decision | None:
        """One decision, None when its logic is missing."""
        self.at = node
        if not node.get("id"):
            self.note(node, "missing_id", tag="decision")
            return None
        requires, inputs = self._requirements(node)
        logic = self._logic(node)
        if logic is None:
            return None
        variable = _first(node, "variable")
        name = (variable.get("name") if variable is not None else None) or node.get("name") or node.get("id")
        return Decision(
            id=str(node.get("id")),
            name=node.get("name"),
            variable=str(name),
            requires=tuple(requires),
            input_data=tuple(inputs),
            logic=logic,
            version_tag=_version_tag(node),
        )

    def _requirements(self, node: etree._Element) -> tuple[list[str], list[str]]:
        requires, inputs = [], []
        for requirement in _children(node, "informationRequirement"):
            for child in requirement:
                target = (child.get("href") or "").lstrip("#")
                if local_name(child) == "requiredDecision":
                    requires.append(target)
                elif target in self.input_data:
                    inputs.append(str(self.input_data[target]))
                else:
                    self.note(node, "reference_unknown", what="inputData", reference=target)
        for requirement in _children(node, "knowledgeRequirement"):
            self.note(node, "decision_logic", tag=local_name(requirement))
        return requires, inputs

    def _logic(self, node: etree._Element) -> Table | Literal | None:
        found = [child for child in node if isinstance(child.tag, str) and local_name(child) in LOGIC]
        if not found:
            self.note(node, "missing", what="decisionTable | literalExpression")
            return None
        logic = found[0]
        if local_name(logic) == "decisionTable":
            return self._table(logic)
        if local_name(logic) == "literalExpression":
            variable = _first(node, "variable")
            kind = logic.get("typeRef") or (variable.get("typeRef") if variable is not None else None)
            expression = self._feel(logic, _text(logic), "literalExpression")
            return Literal(expression, kind)
        self.note(node, "decision_logic", tag=local_name(logic))
        return None

    # -- tables
    def _table(self, node: etree._Element) -> Table | None:
        before = len(self.findings)
        inputs = tuple(self._input(column) for column in _children(node, "input"))
        outputs = tuple(self._output(column) for column in _children(node, "output"))
        if not outputs:
            self.note(self.at, "missing", what="output")
        rules = tuple(
            self._rule(rule, number, inputs, outputs) for number, rule in enumerate(_children(node, "rule"), 1)
        )
        policy = HIT_POLICIES.get(node.get("hitPolicy", "UNIQUE"))
        aggregation = node.get("aggregation")
        self._check_policy(node, policy, aggregation, outputs)
        if len(self.findings) > before or policy is None:
            return None
        return Table(policy, aggregation, inputs, outputs, rules)

    def _check_policy(
        self, node: etree._Element, policy: str | None, aggregation: str | None, outputs: tuple[Output, ...]
    ) -> None:
        if policy is None:
            self.note(self.at, "hit_policy", policy=node.get("hitPolicy"))
        if aggregation is not None and (
            aggregation not in AGGREGATIONS or policy != "C" or (len(outputs) != 1 and aggregation != "COUNT")
        ):
            self.note(self.at, "aggregation", aggregation=aggregation)
        names = [output.name for output in outputs]
        if len(outputs) > 1 and (None in names or len(set(names)) < len(names)):
            self.note(self.at, "output_names")
        if policy in ("P", "O") and not any(output.values for output in outputs):
            named = outputs[0].name if outputs else ""
            self.note(self.at, "priority_values", policy=node.get("hitPolicy"), output=named)

    def _input(self, node: etree._Element) -> Input:
        expression = _first(node, "inputExpression")
        label = node.get("label")
        kind = None if expression is None else expression.get("typeRef")
        language = "" if expression is None else expression.get("expressionLanguage") or ""
        text = self._feel(node, _text(expression), label or "input", language=language)
        return Input(str(node.get("id")), label, text, kind)

    def _output(self, node: etree._Element) -> Output:
        values = _first(node, "outputValues")
        default = _first(node, "defaultOutputEntry")
        return Output(
            id=str(node.get("id")),
            label=node.get("label"),
            name=node.get("name") or None,
            type=node.get("typeRef"),
            values=tuple(self._values(node, _text(values))) if values is not None else (),
            default=self._feel(node, _text(default), "defaultOutputEntry") if _text(default) else None,
        )

    def _values(self, node: etree._Element, text: str) -> list[str]:
        """A list of FEEL literals, split where FEEL would."""
        if not text:
            return []
        try:
            listed = evaluate(f"[{text}]", {})
        except FeelError as error:
            self.note(self.at, "bad_expression", reason=str(error))
            return []
        return [json.dumps(value, ensure_ascii=False) for value in listed]

    def _rule(self, node: etree._Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
        cells, results = _children(node, "inputEntry"), _children(node, "outputEntry")
        name = str(node.get("id") or number)
        for found, wanted in ((cells, inputs), (results, outputs)):
            if len(found) != len(wanted):
                self.note(self.at, "rule_width", rule=number, count=len(found), wanted=len(wanted))
        tests = tuple(
            self._test(cell, number, column.label or column.expression)
            for cell, column in zip(cells, inputs, strict=False)
        )
        texts = tuple(
            self._feel(cell, _text(cell) or "null", output.label or output.name or "output", rule=number)
            for cell, output in zip(results, outputs, strict=False)
        )
        note = _first(node, "description")
        return Rule(name, tests, texts, None if note is None else note.text)

    def _test(self, cell: etree._Element, rule: int, column: str) -> str | None:
        text = _text(cell)
        if text in ("", "-"):
            return None
        try:
            compile(text, "unary")
        except FeelError as error:
            self.note(self.at, "bad_cell", rule=rule, column=column, reason=str(error))
        return text

    def _feel(self, node: etree._Element, text: str, column: str, rule: int | None = None, language: str = "") -> str:
        language = (node.get("expressionLanguage") or language).lower()
        if language not in FEEL_LANGUAGES:
            self.note(self.at, "foreign_expression", expression=f"{text[:80]} ({language})")
            return text
        if not text:
            self.note(self.at, "missing", what=column)
            return text
        source = text.removeprefix("=").strip()
        try:
            compile(source)
        except FeelError as error:
            if rule is None:
                self.note(self.at, "bad_expression", reason=str(error))
            else:
                self.note(self.at, "bad_cell", rule=rule, column=column, reason=str(error))
        return source

    # -- the graph
    def check_graph(self, model: DecisionModel) -> None:
        """Every required decision exists and none requires itself, however far around."""
        nodes = {str(node.get("id")): node for node in _children(self.root, "decision")}
        done: set[str] = set()
        for decision in model.decisions.values():
            for required in decision.requires:
                if required not in model.decisions:
                    self.note(nodes[decision.id], "reference_unknown", what="decision", reference=required)
        while not self.findings and len(done) < len(model.decisions):
            ready = [
                name
                for name, decision in model.decisions.items()
                if name not in done and all(required in done for required in decision.requires)
            ]
            if not ready:
                stuck = next(name for name in model.decisions if name not in done)
                self.note(nodes[stuck], "decision_cycle")
            done.update(ready)


def _version_tag(node: etree._Element) -> str | None:
    found = node.find("{*}extensionElements/{http://camunda.org/schema/zeebe/1.0}versionTag")
    return None if found is None else found.get("value")
