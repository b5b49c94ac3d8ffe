"""Each rule of drawing speaks where it should, in both languages, and is silent over a sound process."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from app.engine.bpmn import linting
from tests.engine.drawing import Drawing, box, extensions, line, on_condition, on_message, on_timer, terminates

VOCABULARY = {"roles": ["teacher"], "serviceTypes": ["known"], "forms": [], "decisions": [], "processes": []}
LANES = (
    '<bpmn:laneSet id="ls"><bpmn:lane id="lane_teacher" name="Учитель"><bpmn:flowNodeRef>s</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>u</bpmn:flowNodeRef><bpmn:flowNodeRef>e</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
HELP = "<bpmn:documentation>Заполните.</bpmn:documentation>"
OWNER = '<zeebe:properties><zeebe:property name="owner" value="teacher"/></zeebe:properties>'


def user(groups: str = "teacher", outcomes: str = "send:Отправить", zeebe: str = "") -> Drawing:
    """A sound process of one task, with something else of the task."""
    drawing = Drawing("p", zeebe=OWNER)
    drawing.parts.append(LANES)
    drawing.node("startEvent", "s", name="Начало")
    buttons = f'<zeebe:properties><zeebe:property name="outcomes" value="{outcomes}"/></zeebe:properties>'
    given = f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>' if groups else ""
    drawing.user("u", given + (zeebe or buttons), name="Заполнить")
    drawing.parts[-1] = drawing.parts[-1].replace("<bpmn:extensionElements>", HELP + "<bpmn:extensionElements>", 1)
    drawing.node("endEvent", "e", name="Конец")
    drawing.chain("s", "u", "e")
    return drawing


def choice(
    tag: str = "exclusiveGateway", conditions: Sequence[str | None] = ("=a", "=b"), **attributes: str
) -> Drawing:
    """Start, a gateway `g`, two ends."""
    drawing = Drawing()
    drawing.start()
    drawing.node(tag, "g", **attributes)
    drawing.chain("s", "g")
    for number, condition in enumerate(conditions):
        drawing.end(f"e{number}")
        drawing.flow("g", f"e{number}", condition, name=f"f{number}")
    return drawing


def with_node(tag: str, zeebe: str, name: str = "x") -> Drawing:
    """Start, one element `x`, end."""
    drawing = Drawing()
    drawing.start()
    drawing.node(tag, name, zeebe=zeebe)
    drawing.end()
    drawing.chain("s", name, "e")
    return drawing


def more(drawing: Drawing, *draw: Callable[[Drawing], object]) -> Drawing:
    """A drawing with something added."""
    for act in draw:
        act(drawing)
    return drawing


def events(inner: str) -> Drawing:
    """Start, an event `x`, end."""
    drawing = Drawing()
    drawing.start()
    drawing.node("intermediateCatchEvent", "x", inner)
    drawing.end()
    drawing.chain("s", "x", "e")
    return drawing


def two_tasks() -> Drawing:
    """Two tasks of one name."""
    drawing = Drawing()
    drawing.start()
    for name in ("a", "b"):
        drawing.user(name, name="Решить")
    drawing.end()
    drawing.chain("s", "a", "b", "e")
    return drawing


def looped(end: bool) -> Drawing:
    """A circle without a way out, beside an end where there is one."""
    drawing = line("u")
    drawing.users("v", "w")
    drawing.flow("u", "v")
    drawing.chain("v", "w", "v")
    return drawing if end else Drawing()


CASES: dict[str, tuple[Drawing, str]] = {
    "task-role": (line("u"), "u"),
    "task-documentation": (line("u"), "u"),
    "task-form": (line("u"), "u"),
    "gateway-default": (choice(), "g"),
    "condition-missing": (choice(conditions=("=a", None)), "f1"),
    "unreachable": (more(line("u"), lambda d: d.user("lost"), lambda d: d.flow("lost", "u")), "lost"),
    "dead-end": (more(line("u"), lambda d: d.user("last"), lambda d: d.flow("u", "last")), "last"),
    "endless-loop": (looped(end=True), "v"),
    "lane-missing": (more(user(), lambda d: d.user("w"), lambda d: d.flow("u", "w")), "w"),
    "lanes-missing": (line("u"), "p"),
    "unknown-role": (user(groups="nobody"), "u"),
    "unknown-service-type": (with_node("serviceTask", '<zeebe:taskDefinition type="magic"/>'), "x"),
    "unknown-form": (with_node("userTask", '<zeebe:formDefinition formId="f"/>'), "x"),
    "unknown-decision": (with_node("businessRuleTask", '<zeebe:calledDecision decisionId="d"/>'), "x"),
    "unknown-process": (with_node("callActivity", '<zeebe:calledElement processId="q"/>'), "x"),
    "calls-itself": (with_node("callActivity", '<zeebe:calledElement processId="p"/>'), "x"),
    "duplicate-names": (two_tasks(), "b"),
    "outcomes": (user(outcomes="да нет"), "u"),
    "not-drawn": (line("u"), "p"),
    "process-owner": (line("u"), "p"),
    "fake-join": (more(choice(), lambda d: d.user("u"), lambda d: d.flow("g", "u"), lambda d: d.flow("g", "u")), "u"),
    "conditional-event": (events("<bpmn:conditionalEventDefinition/>"), "x"),
    "end-event-required": (
        more(Drawing(), lambda d: d.start(), lambda d: d.user("u"), lambda d: d.flow("s", "u")),
        "p",
    ),
    "event-based-gateway": (choice("eventBasedGateway", (None,)), "g"),
    "event-sub-process-typed-start-event": (
        more(
            line("u"),
            lambda d: d.parts.append(
                box("sub").xml().replace("<bpmn:subProcess ", '<bpmn:subProcess triggeredByEvent="true" ')
            ),
        ),
        "subs",
    ),
    "global": (more(line("u"), lambda d: d.define('<bpmn:message id="m1" name="paid"/>')), "m1"),
    "label-required": (line("u"), "u"),
    "link-event": (events("<bpmn:linkEventDefinition/>"), "x"),
    "no-complex-gateway": (choice("complexGateway"), "g"),
    "no-duplicate-sequence-flows": (more(line("u"), lambda d: d.flow("u", "e", name="twice")), "twice"),
    "no-gateway-join-fork": (more(choice(), lambda d: d.user("u"), lambda d: d.chain("s", "u", "g")), "g"),
    "no-implicit-split": (more(line("u"), lambda d: d.end("e2"), lambda d: d.flow("u", "e2")), "u"),
    "single-blank-start-event": (more(line("u"), lambda d: d.start("s2"), lambda d: d.flow("s2", "u")), "p"),
    "single-event-definition": (events(on_timer("timeDuration", "P1D") + on_condition("=a")), "x"),
    "start-event-required": (
        more(Drawing(), lambda d: d.user("u"), lambda d: d.end(), lambda d: d.flow("u", "e")),
        "p",
    ),
    "sub-process-blank-start-event": (
        more(line("u"), lambda d: d.parts.append(box("sub").xml().replace('id="subs">', f'id="subs">{on_message}'))),
        "subs",
    ),
    "superfluous-gateway": (choice("exclusiveGateway", (None,)), "g"),
    "superfluous-termination": (
        more(Drawing(), lambda d: d.start(), lambda d: d.end("e", terminates), lambda d: d.flow("s", "e")),
        "e",
    ),
}
DRAWN = {"no-bpmndi", "no-overlapping-elements"}
"""These need a picture."""


def said(drawing: Drawing) -> dict[tuple[str, str], linting.Remark]:
    """What the rules say, by rule and element."""
    return {(each.rule, each.element): each for each in linting.lint(drawing.document(), VOCABULARY)}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_speaks_at_its_element(rule: str) -> None:
    drawing, element = CASES[rule]
    found = said(drawing)
    assert (rule, element) in found, sorted(found)
    remark = found[rule, element]
    assert "{" not in remark.ru + remark.en
    assert remark.ru.endswith(".")
    assert remark.en.endswith(".")


def test_every_rule_has_its_case() -> None:
    assert set(linting.rules()) == set(CASES) | DRAWN


def test_a_sound_process_is_not_talked_about() -> None:
    assert set(said(user())) == {("not-drawn", "p")}


@pytest.mark.parametrize(
    "drawing",
    [
        with_node("serviceTask", '<zeebe:taskDefinition type="external.pay"/>'),
        with_node(
            "serviceTask",
            '<zeebe:taskDefinition type="pay"/><zeebe:taskHeaders>'
            '<zeebe:header key="external" value="true"/></zeebe:taskHeaders>',
        ),
        with_node("serviceTask", '<zeebe:taskDefinition type="=type"/>'),
        choice(default="f1", conditions=("=a", None)),
        user(groups="=[&quot;teacher@&quot; + school_id]"),
        user(groups="=list"),
    ],
    ids=["external type", "external header", "expression", "default", "role in an expression", "roles of a variable"],
)
def test_what_is_right_in_another_way_is_no_fault(drawing: Drawing) -> None:
    rules = {rule for rule, _ in said(drawing)}
    assert not rules & {"unknown-service-type", "gateway-default", "condition-missing", "unknown-role", "task-role"}


def test_conditions_that_name_every_case_need_no_default() -> None:
    drawing = choice()
    told = '<zeebe:properties><zeebe:property name="exhaustive" value="true"/></zeebe:properties>'
    drawing.parts = [part.replace('id="g">', f'id="g">{extensions(told)}') for part in drawing.parts]
    assert ("gateway-default", "g") not in said(drawing)
