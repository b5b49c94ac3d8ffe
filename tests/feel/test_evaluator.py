"""FEEL in V8: values, limits, clock, calendars."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.feel import Feel, FeelError, compile, evaluate, evaluate_many, is_expression, program
from app.feel.shortcut import SLOW, shortcut


@pytest.fixture
def own() -> Iterator[Feel]:
    """An evaluator of its own with tight limits and a fixed clock."""
    feel = Feel(now=lambda: datetime(2026, 1, 31, 21, 30, tzinfo=UTC), time_limit=0.3, memory_limit=80 * 1024 * 1024)
    yield feel
    feel.close()


def run(feel: Feel, source: str, **variables: Any) -> Any:
    """One value."""
    return feel.run([feel.compile(source)], variables.__getitem__)[0][0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("=score >= 95", True),
        ("score + 1", 98),
        ('=if score > 90 then "a" else "b"', "a"),
        ("=person.name", "Анна"),
        ("=missing", None),
        ("=is defined(missing)", False),
        ("=is defined(person)", True),
        ("=count(list[item > 1])", 2),
        ('=date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ("={a: 1, b: [2]}", {"a": 1, "b": [2]}),
        ("=1/0", None),
        ('="школа " + person.name', "школа Анна"),
    ],
)
def test_values(expression: str, value: Any) -> None:
    variables = {"score": 97, "person": {"name": "Анна"}, "list": [1, 2, 3]}
    assert evaluate(expression, variables) == value


def test_many_and_literals() -> None:
    assert evaluate_many(["=a + 1", "text", "=a"], {"a": 1}) == [2, "text", 1]
    assert not is_expression("text")
    assert program("text") is None
    assert is_expression("  = a")


@pytest.mark.parametrize("source", ["1 +", "", "=", "a b c (", '"open'])
def test_syntax_errors(source: str) -> None:
    with pytest.raises(FeelError):
        compile(source)


@pytest.mark.parametrize("source", ["function(a) a", "[1..3]", "{a: function(x) x}", "sum"])
def test_what_is_no_value(source: str) -> None:
    with pytest.raises(FeelError):
        evaluate(source, {})


def test_an_endless_loop_is_stopped_and_the_evaluator_survives(own: Feel) -> None:
    kept = own.compile("a + 1")
    assert own.run([kept], {"a": 1}.__getitem__)[0][0] == 2
    begin = time.monotonic()
    with pytest.raises(FeelError, match="took longer"):
        run(own, "some a in 1..1000 satisfies some b in 1..1000 satisfies some c in 1..1000 satisfies c < 0")
    assert time.monotonic() - begin < 5
    assert own.run([kept], {"a": 2}.__getitem__)[0][0] == 3  # compiled again in the new context


def test_a_memory_bomb_is_stopped_and_the_evaluator_survives(own: Feel) -> None:
    own.v8.time_limit = 20.0
    with pytest.raises(FeelError, match="memory"):
        run(own, "count(for a in 1..20000000 return [a, a, a, a])")
    assert run(own, "1 + 1") == 2


def test_a_forked_child_opens_its_own_context(own: Feel) -> None:
    kept = own.compile("a + 1")
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        signal.alarm(20)  # a hang ends the child, which is a failure
        answer = own.run([kept], {"a": 1}.__getitem__)[0][0]
        os._exit(0 if answer == 2 else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert own.run([kept], {"a": 2}.__getitem__)[0][0] == 3


def test_threads_survive_a_limit_hit_by_one_of_them(own: Feel) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(60):
                assert run(own, f"a + {number % 7} + 0", a=1) == 1 + number % 7
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    with pytest.raises(FeelError):
        run(own, "count(for a in 1..100000 return count(for b in 1..100000 return b))")
    for thread in threads:
        thread.join()
    assert failures == []


def test_clock_and_zone(own: Feel) -> None:
    assert run(own, "today()") == "2026-02-01"  # in Moscow it is already the first
    assert run(own, "now()").startswith("2026-02-01T00:30:00")
    assert run(own, 'today() + duration("P1D")') == "2026-02-02"


CALENDAR = [date(2026, 1, day) for day in range(1, 9)] + [date(2026, 2, 23)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('add business days(date("2025-12-31"), 1)', "2026-01-09"),
        ('business days(date("2025-12-31"), 1)', "2026-01-09"),
        ('add business days(date("2026-01-09"), -1)', "2025-12-31"),
        ('add business days(date("2026-02-20"), 1)', "2026-02-24"),
        ('add business days("2026-02-20T10:00:00+03:00", 1)', "2026-02-24T10:00:00+03:00"),
        ('add business days(date("2026-02-20"), 0)', "2026-02-20"),
        ('business days between(date("2025-12-31"), date("2026-01-12"))', 2),
        ('business days between(date("2026-01-12"), date("2025-12-31"))', -2),
        ('is business day(date("2026-02-23"))', False),
        ('is business day(date("2026-02-21"))', True),  # a Saturday that is worked
        ('next stage(["2026-11-01", "2026-04-01", "2026-06-01"], date("2026-04-01"))', "2026-06-01"),
        ('next stage(["2026-04-01"], date("2026-04-01"))', None),
        ("add business days(missing, 1)", None),
        ("add business days(day, n)", "2026-01-12"),
    ],
)
def test_business_days(own: Feel, expression: str, value: Any) -> None:
    own.set_calendar("default", CALENDAR, working=[date(2026, 2, 21)] if "is business" in expression else [])
    assert run(own, expression, day="2026-01-09", n=1) == value


def test_a_calendar_survives_a_new_context_and_has_a_name(own: Feel) -> None:
    own.set_calendar("region", [date(2026, 2, 2)])
    source = 'add business days(date("2026-01-30"), 1, "region")'
    assert run(own, source) == "2026-02-03"
    own.close()
    assert run(own, source) == "2026-02-03"
    with pytest.raises(FeelError, match="no calendar"):
        run(own, 'add business days(date("2026-01-30"), 1, "nowhere")')


@pytest.mark.parametrize("arguments", ['"rubbish", 1', 'date("2026-01-01"), 1.5', 'date("2026-01-01"), 99999'])
def test_bad_arguments_are_errors(own: Feel, arguments: str) -> None:
    with pytest.raises(FeelError):
        run(own, f"add business days({arguments})")


def test_chain_sees_what_it_assigned(own: Feel) -> None:
    steps = [(own.compile("a + 1"), "b.c"), (own.compile("b.c * 2"), "d"), (own.compile("b"), "e")]
    values = [value for value, _ in own.run(steps, {"a": 1, "b": {"x": 0}}.__getitem__, "chain")]
    assert values == [2, 4, {"x": 0, "c": 2}]


def test_first_stops_at_the_first_true(own: Feel) -> None:
    steps = [own.compile(source) for source in ("n > 5", "n > 1", "n > 0")]
    assert [value for value, _ in own.run(steps, {"n": 3}.__getitem__, "first")] == [False, True]


def test_unary_tests(own: Feel) -> None:
    cells = [own.compile(text, "unary") for text in ("> 3", "[1..5]", "not(5)", "? = limit")]
    inputs, matched = own.match([own.compile("x")], [[cell] for cell in cells], {"x": 5, "limit": 5}.__getitem__)
    assert (inputs, matched) == ([5], [0, 1, 3])


VALUES: list[Any] = [None, True, False, 0, 1, -1, 1.5, "", "a", "1", [], [1], {}, {"b": 1}, {"b": "a"}, {"b": {"c": 2}}]
SOURCES = [
    "a",
    "a.b",
    "a.b.c",
    *(f"a {op} {lit}" for op in ("=", "!=", "<", ">=") for lit in ("1", '"a"', "true", "-1.5")),
    *(f"a {op} {other}" for op in ("=", "!=", "<", ">=", "+", "-", "*") for other in ("a", "a.b", "n", "t", "1", "-3")),
    "a-1",
    "a+n",
    "a*n",
    "n -1",
]


def test_the_shortcut_agrees_with_v8_wherever_it_answers(own: Feel) -> None:
    answered = 0
    for source in SOURCES:
        quick = shortcut(source)
        compiled = own.compile(source)
        for value in VALUES:
            lookup = {"a": value, "n": 7, "t": "2026-04-06"}.__getitem__
            short = SLOW if quick is None else quick(lookup)
            if short is SLOW:
                continue
            compiled.quick = None
            full = own.run([compiled], lookup)[0][0]
            assert (short, type(short)) == (full, type(full)), (source, value)
            answered += 1
    assert answered > 200


def test_the_shortcut_leaves_what_javascript_reckons_differently(own: Feel) -> None:
    for source, value in (
        ("a + 1", 2**53),
        ("a * a", 2**40),
        ("a + 1", True),
        ("a + 1", 1.5),
        ("a < b", "x"),
        ("a + b", "x"),
    ):
        quick = shortcut(source)
        assert quick is not None
        assert quick({"a": value, "b": value}.__getitem__) is SLOW
