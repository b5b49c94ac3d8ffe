"""Pure rules: exact scores, order of dates, sessions, teams, groups."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.rules import dates, entitlement, grouping, scores, sessions, teams, words
from app.kernel.errors import Invalid

POINTS = st.decimals(min_value=0, max_value=1000, places=4, allow_nan=False, allow_infinity=False)
MAXIMA = st.decimals(min_value=Decimal("0.0001"), max_value=1000, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("points", "maximum", "text"),
    [
        ("94.96", "100", "94,9"),
        ("94.9", "100", "94,9"),
        ("19", "20", "95,0"),
        ("95", "100", "95,0"),
        ("100", "100", "100,0"),
        ("0", "7", "0,0"),
        ("2", "3", "66,6"),
        ("1", "200", "0,5"),
    ],
)
def test_a_score_is_shown_cut_to_one_decimal(points: str, maximum: str, text: str) -> None:
    assert scores.shown(scores.percent(Decimal(points), Decimal(maximum))) == text


def test_rmp_05_94_96_is_below_95_and_never_shown_as_95() -> None:
    value = scores.percent(Decimal("94.96"), Decimal(100))
    assert value < 95
    assert scores.as_number(value) < 95
    assert scores.shown(value) == "94,9"


def test_rmp_05_104_percent_is_refused() -> None:
    with pytest.raises(scores.ScoreOutOfRange):
        scores.percent(Decimal(104), Decimal(100))


@pytest.mark.parametrize(("points", "maximum"), [("1", "0"), ("1", "-5"), ("-1", "10"), ("10.0001", "10")])
def test_points_outside_the_range_have_no_percentage(points: str, maximum: str) -> None:
    with pytest.raises(scores.ScoreOutOfRange):
        scores.percent(Decimal(points), Decimal(maximum))


@given(POINTS, MAXIMA)
def test_the_shown_score_never_exceeds_the_true_one(points: Decimal, maximum: Decimal) -> None:
    if points > maximum:
        with pytest.raises(scores.ScoreOutOfRange):
            scores.percent(points, maximum)
        return
    value = scores.percent(points, maximum)
    assert 0 <= value <= 100
    text = Fraction(Decimal(scores.shown(value).replace(",", ".")))
    assert text <= value < text + Fraction(1, 10)


@given(POINTS, MAXIMA, st.integers(min_value=0, max_value=100))
def test_the_number_for_the_decision_keeps_the_side_of_the_threshold(
    points: Decimal, maximum: Decimal, threshold: int
) -> None:
    if points > maximum:
        return
    value = scores.percent(points, maximum)
    assert (scores.as_number(value) >= threshold) == (value >= threshold)


@pytest.mark.parametrize(
    ("text", "number"), [("94,96", "94.96"), (" 19 ", "19"), (20, "20"), (94.96, "94.96"), ("1\u00a0000", "1000")]
)
def test_numbers_of_people_are_read(text: object, number: str) -> None:
    assert scores.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "девяносто", "1e400", "nan", float("nan"), float("inf"), True, None, "1,2,3"])
def test_what_is_no_number_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        scores.number(text)


RIGHT = dates.CourseDates(
    enrol_until=date(2026, 4, 10),
    start=date(2026, 4, 13),
    end=date(2026, 5, 15),
    attest_on=date(2026, 5, 12),
    attest_reserve_on=date(2026, 5, 19),
    attest_resit_on=date(2026, 5, 26),
)


def test_dates_in_order_have_no_errors() -> None:
    assert dates.date_errors(RIGHT) == {}


@given(st.lists(st.integers(min_value=0, max_value=60), min_size=6, max_size=6))
def test_dates_are_right_exactly_when_they_are_ordered(days: list[int]) -> None:
    enrol, start, end, attest, reserve, resit = (date(2026, 1, 1) + timedelta(days=day) for day in days)
    wrong = dates.date_errors(dates.CourseDates(enrol, start, end, attest, reserve, resit))
    assert (not wrong) == (enrol < start < attest < reserve < resit and attest <= end)


@pytest.mark.parametrize(
    ("session", "result", "valid", "following"),
    [
        (words.MAIN, words.SUCCESS, False, None),
        (words.MAIN, words.FAILURE, False, words.RESIT),
        (words.MAIN, words.ABSENCE, True, words.RESERVE),
        (words.MAIN, words.ABSENCE, False, words.RESIT),
        (words.RESERVE, words.SUCCESS, False, None),
        (words.RESERVE, words.FAILURE, False, words.RESIT),
        (words.RESERVE, words.ABSENCE, True, words.RESIT),
        (words.RESERVE, words.ABSENCE, False, words.RESIT),
        (words.RESIT, words.FAILURE, False, None),
        (words.RESIT, words.ABSENCE, True, None),
    ],
)
def test_rmp_13_rows_of_a_sheet_lead_on(session: str, result: str, valid: bool, following: str | None) -> None:
    routed = sessions.route(session, result, absence_valid=valid)
    assert (routed.next_session, routed.final) == (following, following is None)


@given(st.sampled_from(words.RESULTS), st.booleans(), st.data())
def test_nobody_sits_a_session_twice(first: str, valid: bool, data: st.DataObject) -> None:
    session: str | None = words.MAIN
    sat = []
    while session is not None:
        sat.append(session)
        routed = sessions.route(session, first, absence_valid=valid)
        assert routed.final == (routed.next_session is None)
        session = routed.next_session
        first, valid = data.draw(st.sampled_from(words.RESULTS)), data.draw(st.booleans())
    assert len(sat) == len(set(sat)) <= 3


def test_who_was_admitted_late_is_due_at_the_next_session() -> None:
    assert sessions.is_due(words.RESERVE, None, words.ADMITTED, final=False)
    assert not sessions.is_due(words.RESERVE, words.RESIT, words.ADMITTED, final=False)
    assert not sessions.is_due(words.MAIN, None, words.NOT_ADMITTED, final=False)
    assert not sessions.is_due(words.MAIN, None, None, final=False)
    assert not sessions.is_due(words.RESIT, words.RESIT, words.ADMITTED_WITHOUT_RIGHT, final=True)


def test_a_row_says_what_is_missing() -> None:
    assert sessions.row_errors(None, None, None) == ["result"]
    assert sessions.row_errors(words.ABSENCE, None, None) == ["absence_valid"]
    assert sessions.row_errors(words.FAILURE, None, "  ") == ["remarks"]
    assert sessions.row_errors(words.SUCCESS, None, None) == []


def test_the_order_takes_who_has_a_final_result_or_was_not_admitted() -> None:
    assert entitlement.is_ready_for_order(final=True, admission=words.ADMITTED, in_order=False)
    assert entitlement.is_ready_for_order(final=False, admission=words.NOT_ADMITTED, in_order=False)
    assert not entitlement.is_ready_for_order(final=False, admission=words.ADMITTED, in_order=False)
    assert not entitlement.is_ready_for_order(final=True, admission=words.ADMITTED, in_order=True)


@pytest.mark.parametrize(
    ("chosen", "dominant"),
    [
        (["предметная компетенция"], words.SUBJECT),
        (["предметная компетенция", "методическая компетенция"], words.METHODICAL),
        (["коммуникативная компетенция", "предметная"], words.COMMUNICATIVE),
        (["коммуникативная", "психолого-педагогическая"], words.PSYCHOLOGICAL),
        ([], None),
    ],
)
def test_the_dominant_need(chosen: list[str], dominant: str | None) -> None:
    assert grouping.dominant_competence(chosen) == dominant


def _team(*members: tuple[str, bool]) -> list[teams.Member]:
    return [teams.Member(role, certified) for role, certified in members]


def test_a_team_is_trained_by_the_rule_of_the_course() -> None:
    mixed = _team(("school_head", True), ("deputy_head", True), ("teacher", False))
    assert teams.team_result(mixed, words.TEAM_HEAD_AND_DEPUTY) == teams.TRAINED
    assert teams.team_result(mixed, words.TEAM_ALL) == teams.PARTLY
    assert (
        teams.team_result(_team(("school_head", True), ("teacher", True)), words.TEAM_HEAD_AND_DEPUTY) == teams.PARTLY
    )
    assert teams.team_result(_team(("teacher", True), ("teacher", True)), words.TEAM_ALL) == teams.TRAINED
    assert teams.team_result(_team(("teacher", False)), words.TEAM_ALL) == teams.NOT_TRAINED
