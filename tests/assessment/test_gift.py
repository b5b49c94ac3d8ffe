"""Moodle GIFT: what Moodle writes is read, what we write is read back as it was, everything else is refused by line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.assessment.rules import checking, gift, gift_writing
from app.assessment.rules.drafts import Draft, draft_of, tidy
from app.assessment.rules.items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT
from tests.assessment.drafts import EVERY_KIND, any_drafts, sound


def only(text: str) -> Draft:
    """The one question of a text."""
    reading = gift.read(text)
    assert reading.problems == []
    (row,) = reading.rows
    return tidy(row.draft)


def refusal(text: str) -> str:
    """Why the one question of a text is refused."""
    reading = gift.read(text)
    assert reading.rows == []
    (problem,) = reading.problems
    return str(problem.message)


@pytest.mark.parametrize("draft", EVERY_KIND, ids=[draft.code for draft in EVERY_KIND])
def test_every_kind_comes_back_as_it_was(draft: Draft) -> None:
    content, problems = checking.checked(draft)
    assert content is not None, problems
    again = only(gift_writing.write([draft], "Банк: математика / 2026"))
    assert again == tidy(draft)
    assert checking.checked(again)[0] == content


@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(any_drafts())
def test_any_item_comes_back_as_it_was(draft: Draft) -> None:
    assume(sound(draft))
    content = checking.checked(draft)[0]
    assert content is not None
    written = draft_of(content, draft.code)
    again = checking.checked(only(gift_writing.write([written], "Банк")))
    assert again == (content, {})


@settings(max_examples=300)
@given(st.text("{}~=#:%\\->$ab \n/[]html*1.", max_size=120))
def test_whatever_stands_in_a_file_is_read_or_refused(text: str) -> None:
    reading = gift.read(text)
    lines = len(text.splitlines())
    assert all(1 <= each.row <= lines for each in (*reading.rows, *reading.problems))
    for row in reading.rows:
        content, problems = checking.checked(row.draft)
        assert (content is None) == bool(problems)


def test_moodles_kinds_are_understood() -> None:
    grant = only("// комментарий\n::Имя::Кто автор?{\n=Пушкин #верно\n~Лермонтов\n~%-50%Гоголь}")
    assert (grant.kind, grant.choices, grant.correct) == (SINGLE, ["Пушкин", "Лермонтов", "Гоголь"], [1])
    assert grant.code == ""  # a title of Moodle is no code
    several = only("Чётные?{~%50%2 ~%50%4 ~%-100%3}")
    assert (several.kind, several.correct, several.scoring) == (MULTIPLE, [1, 2], PARTIAL)
    yes = only("Солнце — звезда.{TRUE}")
    assert (yes.choices, yes.correct) == (["Верно", "Неверно"], [1])
    assert only("Солнце холодное.{F#нет}").correct == [2]
    assert only("Дважды два {=4 =четыре} равно.").prompt == "Дважды два _____ равно."
    number = only("Пи?{#3.14:0.01}")
    assert (number.kind, number.value, number.tolerance) == (NUMERIC, "3.14", "0.01")
    span = only("От 1 до 5?{#1..5}")
    assert (span.value, span.tolerance) == ("3", "2")
    pairs = only("Столицы{=Россия -> Москва =Франция -> Париж = -> Берлин}")
    assert (pairs.kind, pairs.choices, pairs.pairs) == (
        MATCHING,
        ["Россия", "Франция", ""],
        ["Москва", "Париж", "Берлин"],
    )
    order = only("Порядок{>3 ALL VERTICAL ABSOLUTE_POSITION SHOW none\nраз\nдва\nтри\n}")
    assert (order.kind, order.choices, order.scoring) == (ORDERING, ["раз", "два", "три"], PARTIAL)
    assert only("Порядок{>2 ALL VERTICAL ALL_OR_NOTHING\nраз\nдва\n}").scoring == ALL
    assert only("Слово?{дом}").kind == TEXT


def test_html_of_moodle_becomes_plain_text() -> None:
    draft = only(
        '[html]<p>Решите&nbsp;<b>уравнение</b></p><p>\\\\(x^2\\=4\\\\) <img src\\="@@PLUGINFILE@@/граф%20(1).png" '
        'alt\\="график"></p>{=a &lt; b ~[plain]<b>}'
    )
    assert draft.prompt == "Решите уравнение\n$x^2=4$ ![график](граф _1_.png)"
    assert draft.choices == ["a < b", "<b>"]


def test_categories_are_topics_and_formulas_need_no_escapes() -> None:
    reading = gift.read("$CATEGORY: $course$/top/Математика/Дроби//проценты\n\nСколько $\\frac{1}{2}+x=1$?{#0.5}\n\n")
    assert [row.draft.topic for row in reading.rows] == ["Дроби/проценты"]
    assert reading.rows[0].draft.prompt == "Сколько $\\frac{1}{2}+x=1$?"
    assert reading.rows[0].row == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Просто текст", "There are no answers in braces"),
        ("Эссе{}", "An essay has no key"),
        ("Скобки{=a", "The braces do not match"),
        ("Скобки{=a {b} =c}", "The braces do not match"),
        ("Числа{#=1 =%50%2}", "Several numbers"),
        ("Диапазон{#5..1}", "The range"),
        ("Веса{~%70%a ~%30%b ~c}", "different weights"),
        ("Никто{~a ~b}", "No choice is right"),
        ("Звезда{=сто*}", "The star in a short answer"),
        ("Доля{=%50%a}", "Partly right short answers"),
        ("Пара{=a -> b =c}", "A pair is written"),
        ("Порядок{>2 ALL a}", "The choices of an ordering"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_a_bad_question_leaves_the_good_ones_and_names_its_line() -> None:
    reading = gift.read("Раз{=1}\n\n// о втором\nДва{\n\nТри{=3 #подсказка}\n")
    assert [row.row for row in reading.rows] == [1, 6]
    assert [problem.row for problem in reading.problems] == [4]
    assert [note.row for note in reading.notes] == [6]
