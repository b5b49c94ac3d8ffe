"""Item statistics: the database gives what the formulas of classical test theory give."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, Item, Response, TestSpecification, Window
from app.assessment.models.attempts import FINISHED
from app.assessment.queries import statistics as queries
from app.assessment.rules.statistics import EASY, FEW, GOOD, HARD, POOR, SUSPECT, Statistics, of_responses
from app.kernel import clock
from app.kernel.ids import next_key
from tests.assessment.building import specification


def test_a_worked_example() -> None:
    """Six people; those with the stronger rest of the test got the item right."""
    found = of_responses([(1, 0.9), (1, 0.8), (1, 0.5), (0, 0.6), (0, 0.3), (0, 0.2)])
    assert found.difficulty == 0.5
    assert found.discrimination == pytest.approx(0.55 / 0.75)


def test_what_cannot_be_told_is_not_told() -> None:
    assert of_responses([]) == Statistics(0, None, None)
    assert of_responses([(1, 0.5), (1, 0.9)]) == Statistics(2, 1, None)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Statistics(9, 0.5, 0.5), FEW),
        (Statistics(10, 0.5, 0.5), GOOD),
        (Statistics(10, 0.5, 0.19), POOR),
        (Statistics(10, 0.5, -0.01), SUSPECT),
        (Statistics(10, 0.19, 0.5), HARD),
        (Statistics(10, 0.96, 0.5), EASY),
        (Statistics(10, 1, None), EASY),
    ],
)
def test_verdicts(found: Statistics, verdict: str) -> None:
    assert found.verdict == verdict


def _attempt(work: Session, made: TestSpecification, items: list[Item], points: list[Decimal], number: int) -> Attempt:
    """A finished attempt in which the items got these points."""
    now = clock.now()
    window = Window(
        key=next_key(), course="К", login=f"t{number}", kind="входной", specification_key=made.key, instance_key=1,
        element_id="e", until_variable="u", opens_at=now, closes_at=now.replace(year=2027), state="closed", fresh=False,
        created_at=now,
    )  # fmt: skip
    work.add(window)
    work.flush()
    attempt = Attempt(
        key=next_key(), window_key=window.key, login=window.login, seed=1, device="d", started_at=now, ends_at=now,
        state=FINISHED, finished_at=now, finished_by="listener", points=sum(points, Decimal(0)),
        max_points=sum((item.points for item in items), Decimal(0)),
    )  # fmt: skip
    work.add(attempt)
    work.flush()
    work.add_all(
        Response(
            attempt_key=attempt.key, position=position, item_key=item.key, item_version=item.version, kind=item.kind,
            topic=item.topic, max_points=item.points, seq=1, response="x", saved_at=now, points=scored,
        )
        for position, (item, scored) in enumerate(zip(items, points, strict=True), start=1)
    )  # fmt: skip
    work.flush()
    return attempt


def test_the_database_agrees_with_the_formulas(work: Session) -> None:
    made = specification({"Числа": (2, "2"), "Дроби": (2, "1")}, copies=1)
    items = list(work.query(Item).filter_by(bank_key=made.bank_key).order_by(Item.code))
    chance, people = Random(7), []
    for number in range(25):
        skill = chance.random()
        points = [item.points * Decimal(chance.random() < skill) for item in items]
        points[0] = (items[0].points / 2).quantize(Decimal("0.01"))  # everybody gets half of the first one
        people.append(points)
        _attempt(work, made, items, points, number)
    annulled = _attempt(work, made, items, [Decimal(0)] * 4, 99)
    annulled.annulled_at, annulled.annulled_reason, annulled.annulled_by = clock.now(), "списывал", "course_leader"
    work.flush()
    found = queries.of_items(item.key for item in items)
    whole = sum(item.points for item in items)
    for position, item in enumerate(items):
        shares = [
            (float(points[position] / item.points), float((sum(points) - points[position]) / (whole - item.points)))
            for points in people
        ]
        expected, got = of_responses(shares), found[item.key]
        assert got.count == expected.count == 25
        assert got.difficulty == pytest.approx(expected.difficulty)
        assert got.discrimination == (
            pytest.approx(expected.discrimination) if expected.discrimination is not None else None
        )
    assert found[items[0].key].difficulty == 0.5
    assert found[items[0].key].discrimination is None


def test_a_changed_item_begins_anew(work: Session) -> None:
    made = specification({"Числа": (1, "1")}, copies=1)
    items = list(work.query(Item).filter_by(bank_key=made.bank_key))
    _attempt(work, made, items, [Decimal(1)], 1)
    assert queries.of_items([items[0].key])[items[0].key] == Statistics(1, 1, None)
    items[0].topic = "Другая"
    work.flush()
    assert queries.of_items([items[0].key]) == {}
    assert queries.of_items([]) == {}
