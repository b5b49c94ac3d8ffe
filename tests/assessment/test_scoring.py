"""Points are exact, a key never leaves with what is shown, and a variant is drawn as the quotas say."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.assessment.rules import checking, drawing, items
from app.assessment.rules.drafts import Draft
from app.assessment.rules.drawing import Quota, TooFewItems, arranged, draw
from app.assessment.rules.items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT, choice_id
from app.assessment.rules.responses import right
from app.assessment.rules.scoring import percent, score
from tests.assessment.drafts import any_drafts

POINTS = Decimal("2.00")


def ids(*texts: str) -> list[str]:
    return [choice_id(text) for text in texts]


def test_single_choice_gives_everything_or_nothing() -> None:
    body = items.choice_body("?", ["а", "б"], ["б"])
    assert score(body, SINGLE, POINTS, choice_id("б")) == 2
    for wrong in (choice_id("а"), "", None, [], {}, ids("б")):
        assert score(body, SINGLE, POINTS, wrong) == 0


def test_several_choices_count_by_parts_only_when_it_says_so() -> None:
    choices, correct = ["а", "б", "в", "г"], ["а", "б", "в"]
    whole, parts = (items.choice_body("?", choices, correct, scoring) for scoring in (ALL, PARTIAL))
    assert score(whole, MULTIPLE, POINTS, ids("в", "а", "б")) == score(parts, MULTIPLE, POINTS, ids("в", "а", "б")) == 2
    assert score(whole, MULTIPLE, POINTS, ids("а", "б")) == 0
    assert score(parts, MULTIPLE, POINTS, ids("а", "б")) == Decimal("1.33")  # two thirds of 2, cut
    assert score(parts, MULTIPLE, POINTS, ids("а", "б", "г")) == Decimal("0.66")
    assert score(parts, MULTIPLE, POINTS, ids(*choices)) == Decimal("1.33")  # ticking everything does not pay
    assert score(parts, MULTIPLE, POINTS, ids("г")) == 0
    assert score(parts, MULTIPLE, POINTS, ids("а", "а", "а")) == Decimal("0.66")  # one choice counts once


@pytest.mark.parametrize(
    ("response", "points"),
    [("1,41", 2), ("1.415", 2), ("1.4151", 0), (" 1,405 ", 2), ("1,4049", 0), ("\u22121,41", 0), ("1e0", 0), ("", 0),
     (None, 0), ("abc", 0), ("NaN", 0), ("Infinity", 0), (["1.41"], 0), (True, 0)],
)  # fmt: skip
def test_a_number_counts_within_its_tolerance_ends_included(response: object, points: int) -> None:
    body = items.numeric_body("?", Decimal("1.41"), Decimal("0.005"))
    assert score(body, NUMERIC, POINTS, response) == points


def test_without_tolerance_tenths_are_exact() -> None:
    body = items.numeric_body("?", Decimal("0.3"))
    assert score(body, NUMERIC, POINTS, "0,3") == 2
    assert score(body, NUMERIC, POINTS, "0.30000000000000004") == 0
    assert score(items.numeric_body("?", Decimal(-1200)), NUMERIC, POINTS, "\u22121 200,0") == 2


def test_short_answers_forgive_spaces_capitals_and_yo() -> None:
    body = items.text_body("?", ["Тупоугольный Ёж", "№ 5"])
    assert score(body, TEXT, POINTS, "  тупоугольный   еж ") == 2
    assert score(body, TEXT, POINTS, "№ 5") == 2
    assert score(body, TEXT, POINTS, "еж") == score(body, TEXT, POINTS, 5) == 0
    exact = items.text_body("?", ["Дон"], case_sensitive=True)
    assert score(exact, TEXT, POINTS, "дон") == 0


def test_matching_and_ordering_count_what_stands_right() -> None:
    pairs = items.matching_body("?", [("а", "1"), ("б", "2"), ("в", "1")], ["3"])
    a, b, c = ids("а", "б", "в")
    one, two = ids("1", "2")
    assert score(pairs, MATCHING, POINTS, {a: one, b: two, c: one}) == 2
    assert score(pairs, MATCHING, POINTS, {a: one, b: one, c: one, "x": one}) == Decimal("1.33")
    assert score(pairs, MATCHING, POINTS, [a, one]) == 0
    order = items.ordering_body("?", ["1", "2", "3", "4"], PARTIAL)
    assert score(order, ORDERING, POINTS, ids("1", "2", "3", "4")) == 2
    assert score(order, ORDERING, POINTS, ids("1", "2", "4", "3")) == 1
    assert score(order, ORDERING, POINTS, ids("1", "1", "1", "1")) == Decimal("0.50")
    assert score(order, ORDERING, POINTS, ids("1", "2", "3", "4", "1")) == 0
    assert score({**order, "scoring": ALL}, ORDERING, POINTS, ids("1", "2", "4", "3")) == 0


def test_the_percentage_is_not_rounded() -> None:
    """RMP-05: 94.96 is not 95."""
    assert percent(Decimal("94.96"), Decimal(100)) < 95 <= percent(Decimal(19), Decimal(20))
    assert percent(Decimal(19), Decimal(30)) == Fraction(190, 3)
    for points, maximum in ((Decimal(1), Decimal(0)), (Decimal(-1), Decimal(2)), (Decimal(3), Decimal(2))):
        with pytest.raises(ValueError):
            percent(points, maximum)


def _content(draft: Draft) -> items.Content:
    said = checking.checked(draft)[0]
    assume(said is not None)
    assert said is not None
    return said


def _response(kind: str, values: list[str], pairs: dict[str, str]) -> Any:
    return pairs if kind == MATCHING else values if kind in (MULTIPLE, ORDERING) else values[0]


@given(any_drafts())
def test_the_right_response_has_all_points_and_nothing_has_more(draft: Draft) -> None:
    said = _content(draft)
    assert score(said.body, said.kind, said.points, _response(said.kind, *right(said.body, said.kind))) == said.points
    for nonsense in (None, "", [], {}, ["x"], {"x": "y"}, "x", 3):
        assert 0 <= score(said.body, said.kind, said.points, nonsense) <= said.points


@given(any_drafts(), st.integers(), st.integers(min_value=1))
def test_what_is_shown_holds_no_key(draft: Draft, seed: int, key: int) -> None:
    said = _content(draft)
    shown = arranged(said.body, said.kind, seed, key)
    assert shown == arranged(said.body, said.kind, seed, key)  # the same attempt shows the same
    assert "answer" not in shown
    assert {json.dumps(row) for name in ("choices", "sources", "targets") for row in shown.get(name, ())} == {
        json.dumps(row) for name in ("choices", "sources", "targets") for row in said.body.get(name, ())
    }


def test_the_stored_order_of_an_ordering_says_nothing() -> None:
    """Ids and their order come from the texts alone: a listener who reads the page's source learns no order."""
    forward, back = items.ordering_body("?", ["а", "б", "в"]), items.ordering_body("?", ["в", "б", "а"])
    assert items.public(forward) == items.public(back)
    assert forward["answer"] != back["answer"]


QUOTAS = [Quota("алгебра", 3), Quota("геометрия", 2)]
BANK = {"алгебра": range(1, 8), "геометрия": range(11, 16), "лишняя": range(20, 30)}


@given(st.integers())
def test_a_variant_holds_its_quotas_and_another_one_other_items(seed: int) -> None:
    first = draw(BANK, QUOTAS, seed)
    assert [key < 10 for key in first] == [True] * 3 + [False] * 2
    assert len(set(first)) == 5
    assert first == draw({topic: reversed(keys) for topic, keys in BANK.items()}, QUOTAS, seed)
    assert not set(first) & set(draw(BANK, QUOTAS, seed + 1, exclude=first))


def test_a_repeat_variant_repeats_only_what_it_must() -> None:
    first = draw(BANK, [Quota("алгебра", 5)], 1)
    second = draw(BANK, [Quota("алгебра", 5)], 2, exclude=first)
    assert len(set(first) & set(second)) == 3  # 7 items: 2 fresh ones, 3 repeated
    assert set(range(1, 8)) - set(first) <= set(second)


def test_seeds_give_different_variants() -> None:
    assert len({tuple(draw(BANK, QUOTAS, seed)) for seed in range(50)}) > 30


def test_too_few_items_are_refused_by_their_topic() -> None:
    with pytest.raises(TooFewItems) as refusal:
        draw(BANK, [Quota("алгебра", 8)], 1)
    assert (refusal.value.topic, refusal.value.count, refusal.value.available) == ("алгебра", 8, 7)
    with pytest.raises(TooFewItems):
        draw(BANK, [Quota("нет такой", 1)], 1)
    assert drawing.draw(BANK, [], 1) == []
