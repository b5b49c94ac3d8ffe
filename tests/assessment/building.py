"""A bank of items of all six kinds with a specification, and people who answer as well as they are told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.assessment.models import Attempt, Item, ItemBank, ItemVersion, Response, TestSpecification, Window
from app.assessment.operations import attempts, windows
from app.assessment.rules import items, responses
from app.engine import operations
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.ids import next_key

SPECIFICATION = "МАТ-ВХОД"
HUNDRED = {
    "Уравнения": (9, "10"),
    "Геометрия": (1, "5"),
    "Функции": (1, "2"),
    "Дроби": (2, "1"),
    "Проценты": (1, "0.9"),
    "Степени": (1, "0.06"),
    "Корни": (1, "0.04"),
}
"""Topic → how many items of how many points: 100 points in all, and every score that RMP-05 asks for can be reached."""


def content(number: int) -> tuple[str, items.Body]:
    """Kind and body of an item, the six kinds in turn."""
    prompt = f"Вопрос {number}: сколько будет $2 \\cdot {number}$?"
    right = str(2 * number)
    made: list[tuple[str, items.Body]] = [
        (items.SINGLE, items.choice_body(prompt, [right, "другое", "нет ответа"], [right])),
        (items.MULTIPLE, items.choice_body(prompt, [right, f"{right},0", "0"], [right, f"{right},0"], items.ALL)),
        (items.NUMERIC, items.numeric_body(prompt, Decimal(right))),
        (items.TEXT, items.text_body(prompt, [right, f"{right} ед."])),
        (items.MATCHING, items.matching_body(prompt, [("дважды", right), ("единожды", str(number))], ["0"], items.ALL)),
        (items.ORDERING, items.ordering_body(prompt, [f"{number}", f"{right}", f"{right}0"])),
    ]
    return made[number % len(made)]


def specification(
    topics: Mapping[str, tuple[int, str]] | None = None,
    *,
    code: str = SPECIFICATION,
    minutes: int | None = None,
    subject: str = "математика",
    copies: int = 2,
) -> TestSpecification:
    """A bank that holds every quota `copies` times, and its specification, in the current unit of work."""
    topics = topics or HUNDRED
    now = clock.now()
    bank = ItemBank(
        key=next_key(), code=f"{code}-БАНК", subject=subject, title="Математика", organisation="iro", created_at=now,
        created_by="iro_methodist",
    )  # fmt: skip
    db.session.add(bank)
    db.session.flush()
    number = 0
    for topic, (count, points) in topics.items():
        for _ in range(count * copies):
            number += 1
            _item(bank, topic, Decimal(points), number)
    made = TestSpecification(
        key=next_key(), code=code, title="Входное тестирование по математике", bank_key=bank.key, bank=bank,
        quotas=[{"topic": topic, "count": count} for topic, (count, _) in topics.items()], time_limit_min=minutes,
        created_at=now, created_by="iro_methodist",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _item(bank: ItemBank, topic: str, points: Decimal, number: int) -> None:
    kind, body = content(number)
    now, key = clock.now(), next_key()
    said = items.Content(topic, kind, points, body)
    db.session.add(
        Item(
            key=key,
            bank_key=bank.key,
            code=f"{number:04}",
            topic=topic,
            kind=kind,
            points=points,
            body=body,
            digest=items.digest(said),
            words=body["prompt"],
            changed_at=now,
            changed_by="iro_methodist",
        )
    )
    db.session.flush()
    db.session.add(
        ItemVersion(
            item_key=key,
            version=1,
            topic=topic,
            kind=kind,
            points=points,
            body=body,
            changed_at=now,
            changed_by="iro_methodist",
        )
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """The right answer to one question of a variant."""

    position: int
    kind: str
    points: Decimal
    values: list[str]
    pairs: dict[str, str]


def open_window_of(login: str, kind: str | None = None) -> int:
    """Key of the newest window of a listener."""
    query = select(Window.key).where(Window.login == login).order_by(Window.created_at.desc(), Window.key.desc())
    return db.session.scalars(query.where(Window.kind == kind) if kind else query).first() or 0


def key_of(window_key: int) -> list[Answer]:
    """The right answers to the variant of a window."""
    query = (
        select(Response, ItemVersion.body)
        .join(Attempt, Attempt.key == Response.attempt_key)
        .join(ItemVersion, (ItemVersion.item_key == Response.item_key) & (ItemVersion.version == Response.item_version))
        .where(Attempt.window_key == window_key)
        .order_by(Response.position)
    )
    return [
        Answer(row.position, row.kind, row.max_points, *responses.right(body, row.kind))
        for row, body in db.session.execute(query)
    ]


def worth(answers: Iterable[Answer], points: Decimal) -> list[Answer]:
    """Some of the answers that are worth exactly so many points together.

    Raises:
        ValueError: there is no such choice.
    """
    reached: dict[Decimal, list[Answer]] = {Decimal(0): []}
    for answer in answers:
        for total, chosen in list(reached.items()):
            if total + answer.points <= points:
                reached.setdefault(total + answer.points, [*chosen, answer])
    if points not in reached:
        raise ValueError(f"no answers are worth {points}")
    return reached[points]


SITTING = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="sitting_file" targetNamespace="urn:marshrut:tests">
<bpmn:process id="sitting" name="Тестирование" isExecutable="true">
<bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="entry_test" name="Пройти тест"><bpmn:extensionElements><zeebe:userTask />
<zeebe:assignmentDefinition assignee="=login" candidateGroups="teacher" />
<zeebe:ioMapping><zeebe:output source="=submission" target="answer" /></zeebe:ioMapping>
<zeebe:properties><zeebe:property name="page" value="assessment.take:test_window:Перейти к тесту" /></zeebe:properties>
</bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
<bpmn:userTask id="after" name="Дальше"><bpmn:extensionElements><zeebe:userTask />
<zeebe:assignmentDefinition candidateGroups="teacher" /></bpmn:extensionElements>
<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="end"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="entry_test" />
<bpmn:sequenceFlow id="f2" sourceRef="entry_test" targetRef="after" />
<bpmn:sequenceFlow id="f3" sourceRef="after" targetRef="end" />
</bpmn:process></bpmn:definitions>"""
"""A process of one test: the task, and what follows."""


def sitting(
    login: str, made: TestSpecification, *, course: str = "МАТ-1", hours: float = 72, deploy: bool = True
) -> Window:
    """A process in which a person has a test to take, with its window open, in the current unit of work."""
    if deploy:
        operations.deploy(PLATFORM, [Resource("sitting.bpmn", SITTING.encode())], internal=True)
    instance = operations.start_instance(PLATFORM, "sitting", {"login": login})
    window = windows.open_window(
        course,
        login,
        "входной",
        specification=made,
        closes_at=clock.now() + timedelta(hours=hours),
        instance_key=instance,
        element_id="entry_test",
        until_variable="test_until",
    )
    operations.set_variables(PLATFORM, instance, {"test_window": str(window.key)}, internal=True)
    return window


def answered(actor: Actor, window: int, points: Decimal | int, device: str = "device") -> None:
    """Begin the test of a window, if it has not begun, and answer for so many points."""
    attempts.begin(actor, window, device)
    for number, answer in enumerate(worth(key_of(window), Decimal(points)), 1):
        attempts.save_response(actor, window, device, answer.position, number, answer.values, answer.pairs)
