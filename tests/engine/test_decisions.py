"""DMN: reading, hit policies, graphs, types, decisions inside instances."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from app.engine.bpmn import ModelError
from app.engine.decisions import DecisionAnswer, DecisionError, DecisionModel, evaluate_decision, read_decisions
from tests.engine.drawing import Drawing
from tests.engine.running import Run

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag: str, content: str, **attributes: str) -> str:
    """An element with a text child."""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{written}><text>{escape(content)}</text></{tag}>"


def table(
    rules: list[tuple[list[str], list[str]]],
    policy: str = "UNIQUE",
    inputs: tuple[tuple[str, str], ...] = (("score", "number"),),
    outputs: tuple[tuple[str, str], ...] = (("level", "string"),),
    values: str = "",
    default: str = "",
    aggregation: str = "",
) -> str:
    """A decisionTable; `values` are the output values of the first output."""
    columns = "".join(
        f'<input id="i{n}" label="{name}">{text("inputExpression", name, typeRef=kind)}</input>'
        for n, (name, kind) in enumerate(inputs)
    )
    for n, (name, kind) in enumerate(outputs):
        inner = text("outputValues", values) if values and n == 0 else ""
        inner += text("defaultOutputEntry", default) if default and n == 0 else ""
        columns += f'<output id="o{n}" name="{name}" typeRef="{kind}">{inner}</output>'
    for n, (tests, results) in enumerate(rules, 1):
        cells = "".join(text("inputEntry", cell) for cell in tests)
        cells += "".join(text("outputEntry", cell) for cell in results)
        columns += f'<rule id="r{n}">{cells}</rule>'
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{extra}>{columns}</decisionTable>'


def decision(name: str, logic: str, requires: tuple[str, ...] = ()) -> str:
    """A decision."""
    links = "".join(
        f'<informationRequirement id="{name}_{other}"><requiredDecision href="#{other}"/></informationRequirement>'
        for other in requires
    )
    return f'<decision id="{name}" name="Name of {name}">{links}{logic}</decision>'


def document(*decisions: str) -> bytes:
    """The file."""
    body = "".join(decisions)
    return f'<definitions xmlns="{DMN}" id="defs" name="Tests" namespace="http://test">{body}</definitions>'.encode()


def decide(logic: str, **variables: Any) -> Any:
    """The value of a single decision, after a round through JSON."""
    model = DecisionModel.from_json(read_decisions(document(decision("d", logic))).to_json())
    return evaluate_decision(model, "d", variables).value


LEVELS = [([">= 95"], ['"expert"']), (["[70..95)"], ['"good"']), (["< 70"], ['"base"'])]


@pytest.mark.parametrize(
    ("score", "level"), [(97, "expert"), (95, "expert"), (94.5, "good"), (0, "base"), (None, None)]
)
def test_unique(score: float | None, level: str | None) -> None:
    assert decide(table(LEVELS), score=score) == level


OVERLAPPING = [(["> 1"], ['"a"']), (["> 2"], ['"b"']), (["> 3"], ['"a"'])]


@pytest.mark.parametrize(
    ("policy", "score", "value"),
    [
        ("FIRST", 5, "a"),
        ("FIRST", 0, None),
        ("ANY", 2, "a"),
        ("RULE ORDER", 5, ["a", "b", "a"]),
        ("RULE ORDER", 0, []),
        ("COLLECT", 5, ["a", "b", "a"]),
        ("PRIORITY", 5, "b"),
        ("OUTPUT ORDER", 5, ["b", "a", "a"]),
    ],
)
def test_hit_policies(policy: str, score: int, value: Any) -> None:
    assert decide(table(OVERLAPPING, policy, values='"b", "a"'), score=score) == value


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_contradicting_rules_are_an_error(policy: str) -> None:
    with pytest.raises(DecisionError, match="1, 2"):
        decide(table(OVERLAPPING, policy), score=3)


@pytest.mark.parametrize(
    ("aggregation", "value", "nothing"), [("SUM", 6, None), ("COUNT", 3, 0), ("MIN", 1, None), ("MAX", 3, None)]
)
def test_aggregations(aggregation: str, value: int, nothing: int | None) -> None:
    rules = [(["> 1"], ["1"]), (["> 2"], ["2"]), (["> 3"], ["3"])]
    logic = table(rules, "COLLECT", outputs=(("points", "number"),), aggregation=aggregation)
    assert decide(logic, score=5) == value
    assert decide(logic, score=0) == nothing


def test_several_outputs_and_inputs() -> None:
    logic = table(
        [([">= 50", '"Липецк","Елец"'], ['"yes"', "score * 2"]), (["-", "-"], ['"no"', "0"])],
        "FIRST",
        inputs=(("score", "number"), ("town", "string")),
        outputs=(("take", "string"), ("points", "number")),
    )
    assert decide(logic, score=60, town="Елец") == {"take": "yes", "points": 120}
    assert decide(logic, score=60, town="Москва") == {"take": "no", "points": 0}


def test_default_output() -> None:
    assert decide(table(LEVELS[:1], default='"none"'), score=1) == "none"


@pytest.mark.parametrize(
    ("kind", "cell", "value", "expected"),
    [
        ("date", '>= date("2026-04-01")', "2026-04-02", True),
        ("date", '>= date("2026-04-01")', "2026-03-31", None),
        ("dateTime", '> date and time("2026-04-01T10:00:00")', "2026-04-01T11:00:00", True),
        ("dayTimeDuration", '> duration("P1D")', "P2D", True),
        ("boolean", "true", True, True),
        ("string", 'starts with(?, "шк")', "школа", True),
        ("number", "? > limit", 5, True),
        ("string", "null", None, True),
    ],
)
def test_cells_by_type(kind: str, cell: str, value: Any, expected: bool | None) -> None:
    logic = table([([cell], ["true"])], inputs=(("x", kind),), outputs=(("ok", "boolean"),))
    assert decide(logic, x=value, limit=3) is expected


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "5"), ("number", True), ("boolean", 1), ("string", 5), ("date", 5)]
)
def test_an_input_of_the_wrong_type_is_an_error(kind: str, value: Any) -> None:
    with pytest.raises(DecisionError):
        decide(table([(["-"], ["true"])], inputs=(("x", kind),), outputs=(("ok", "boolean"),)), x=value)


def test_an_output_of_the_wrong_type_is_an_error() -> None:
    with pytest.raises(DecisionError, match="rule 1"):
        decide(table([(["-"], ["5"])]), score=1)


GRAPH = (
    decision("level", table(LEVELS)),
    decision("bonus", text("literalExpression", 'if level = "expert" then 10 else 0'), ("level",)),
    decision("total", text("literalExpression", "score + bonus"), ("bonus", "level")),
)


def test_requirement_graph_and_trace() -> None:
    result = evaluate_decision(read_decisions(document(*GRAPH)), "total", {"score": 97, "level": "hidden"})
    assert result.value == 107
    assert [(row["decision"], row["output"]) for row in result.trace()] == [
        ("level", "expert"),
        ("bonus", 10),
        ("total", 107),
    ]
    assert result.required[0].rules == [{"id": "r1", "index": 1, "outputs": ["expert"]}]
    assert result.required[0].inputs == [{"id": "i0", "name": "score", "value": 97}]


def test_long_graphs_do_not_recurse() -> None:
    chain = [decision("d0", text("literalExpression", "1"))]
    chain += [decision(f"d{n}", text("literalExpression", f"d{n - 1} + 1"), (f"d{n - 1}",)) for n in range(1, 1200)]
    assert evaluate_decision(read_decisions(document(*chain)), "d1199", {}).value == 1200


REFUSED = {
    "cell": (decision("d", table([([">= "], ["1"])])), "bad_cell"),
    "output": (decision("d", table([(["-"], ["1 +"])])), "bad_cell"),
    "width": (decision("d", table([(["-", "-"], ["1"])])), "rule_width"),
    "policy": (decision("d", table(LEVELS, "WILD")), "hit_policy"),
    "aggregation": (decision("d", table(LEVELS, "FIRST", aggregation="SUM")), "aggregation"),
    "priority": (decision("d", table(LEVELS, "PRIORITY")), "priority_values"),
    "logic": (decision("d", "<context/>"), "decision_logic"),
    "nothing": (decision("d", ""), "missing"),
    "literal": (decision("d", text("literalExpression", "1 +")), "bad_expression"),
    "language": (decision("d", text("literalExpression", "1", expressionLanguage="python")), "foreign_expression"),
    "requirement": (decision("d", text("literalExpression", "1"), ("nobody",)), "reference_unknown"),
    "circle": (
        decision("d", text("literalExpression", "1"), ("e",)) + decision("e", text("literalExpression", "1"), ("d",)),
        "decision_cycle",
    ),
}


@pytest.mark.parametrize(("logic", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_at_deploy_with_the_decision_named(logic: str, code: str) -> None:
    with pytest.raises(ModelError) as refused:
        read_decisions(document(logic))
    assert ("d", code) in [(finding.element_id, finding.code) for finding in refused.value.findings]
    assert all(finding.text("ru") and finding.text("en") for finding in refused.value.findings)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<html/>", "not_dmn"),
        (document(), "no_decision"),
        (b'<!DOCTYPE d [<!ENTITY x "y">]><definitions/>', "xml_doctype"),
    ],
)
def test_what_is_no_dmn(xml: bytes, code: str) -> None:
    with pytest.raises(ModelError) as refused:
        read_decisions(xml)
    assert [finding.code for finding in refused.value.findings] == [code]


def deciding() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node(
        "businessRuleTask",
        "d",
        zeebe='<zeebe:calledDecision decisionId="level" resultVariable="lv" bindingType="deployment"/>',
    )
    drawing.user("u")
    drawing.chain("s", "d", "u")
    return drawing


def test_a_decision_in_an_instance_is_made_inline_and_journalled(cold: bool) -> None:
    model = read_decisions(document(*GRAPH))
    asked = []

    def host(name: str, binding: str, version_tag: str | None, variables: Any) -> DecisionAnswer:
        asked.append((name, binding, version_tag))
        return DecisionAnswer.of(evaluate_decision(model, name, variables), version=7)

    run = Run(deciding(), {"score": 75}, cold=cold, decide=host)
    assert run.waits() == ["u"]
    assert run.variables["lv"] == "good"
    assert asked == [("level", "deployment", None)]
    details = run.entries("decision")[0][3]
    assert (details["version"], details["output"], details["rules"][0]["id"]) == (7, "good", "r2")
    assert details["inputs"] == [{"id": "i0", "name": "score", "value": 75}]


def test_a_failing_decision_is_an_incident(cold: bool) -> None:
    model = read_decisions(document(*GRAPH))
    run = Run(
        deciding(),
        {"score": "much"},
        cold=cold,
        decide=lambda name, *_: DecisionAnswer.of(evaluate_decision(model, name, _[-1])),
    )
    assert [element for element, _ in run.trouble] == ["d"]
    run.set(score=99)
    run.retry()
    assert run.variables["lv"] == "expert"
