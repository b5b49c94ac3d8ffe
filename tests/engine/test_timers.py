"""Moments, durations, cycles, cron: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.engine.timers import add_duration, first_due, next_cron, next_due, parse_date, parse_duration
from app.feel import FeelError

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01", "2026-06-30T21:00:00+00:00"),
        ("2026-07-01T10:00:00", "2026-07-01T07:00:00+00:00"),
        ("2026-07-01T10:00:00Z", "2026-07-01T10:00:00+00:00"),
        ("2026-07-01T10:00:00+05:00", "2026-07-01T05:00:00+00:00"),
        ("2026-07-01T10:00:00@Europe/Berlin", "2026-07-01T08:00:00+00:00"),
        ("2026-01-01T10:00:00[Europe/Berlin]", "2026-01-01T09:00:00+00:00"),
    ],
)
def test_dates(text: str, moment: str) -> None:
    assert parse_date(text).isoformat() == moment


def test_zone_is_an_argument() -> None:
    assert parse_date("2026-07-01", "Asia/Yekaterinburg").isoformat() == "2026-06-30T19:00:00+00:00"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-02-30", "2026-01-01T10:00@Mars/One", "0001-01-01"])
def test_bad_dates(text: str) -> None:
    with pytest.raises(FeelError):
        parse_date(text)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2026-01-31T09:00:00+00:00", "P1M", "2026-02-28T09:00:00+00:00"),
        ("2024-01-31T09:00:00+00:00", "P1M", "2024-02-29T09:00:00+00:00"),
        ("2024-02-29T09:00:00+00:00", "P1Y", "2025-02-28T09:00:00+00:00"),
        ("2026-01-31T09:00:00+00:00", "P1Y2M3W4DT5H6M7.5S", "2027-04-25T14:06:07.500000+00:00"),
        ("2026-03-31T09:00:00+00:00", "-P1M", "2026-02-28T09:00:00+00:00"),
    ],
)
def test_durations(start: str, text: str, end: str) -> None:
    assert add_duration(datetime.fromisoformat(start), parse_duration(text)).isoformat() == end


def test_a_day_is_a_day_across_a_clock_change() -> None:
    start = datetime.fromisoformat("2026-03-28T09:00:00+00:00")  # 10:00 in Berlin, summer time begins on the 29th
    berlin = "Europe/Berlin"
    assert add_duration(start, parse_duration("P1D"), berlin) - start == timedelta(hours=23)
    assert add_duration(start, parse_duration("PT24H"), berlin) - start == timedelta(hours=24)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1 day", "P1.5D", "P1W2", "PT1H30", "P-1D", "PT99999999999999S"]
)
def test_bad_durations(text: str) -> None:
    with pytest.raises(FeelError):
        parse_duration(text)


@pytest.mark.parametrize("text", ["P99999Y", "P9999999D", "-P9999Y"])
def test_a_moment_outside_the_calendar(text: str) -> None:
    with pytest.raises(FeelError):
        first_due("timeDuration", text, NOW)


@pytest.mark.parametrize(
    "value", ["R/PT0S", "R/P0D", "R/-PT1H", "Rx/PT1H", "R3/P99999Y", "R", "R/", "R-1/PT1H", "R/P1M/P1D"]
)
def test_bad_cycles(value: str) -> None:
    with pytest.raises(FeelError):
        first_due("timeCycle", value, NOW)


@pytest.mark.parametrize(("value", "left"), [("R/PT1H", None), ("R0/PT1H", 0), ("R1/PT1H", 0), ("R3/PT1H", 2)])
def test_repetitions(value: str, left: int | None) -> None:
    due = first_due("timeCycle", value, NOW)
    assert (due.at, due.left) == (NOW + timedelta(hours=1), left)


def test_a_cycle_counts_from_its_anchor() -> None:
    due = first_due("timeCycle", "R/P1M", NOW)
    moments = [due.at]
    for _ in range(3):
        moments.append(next_due("R/P1M", due.anchor, moments[-1], moments[-1]))
    assert [moment.date().isoformat() for moment in moments] == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_cycle_with_a_start() -> None:
    later = first_due("timeCycle", "R3/2026-03-01T00:00:00Z/P1D", NOW)
    assert (later.at.isoformat(), later.left) == ("2026-03-01T00:00:00+00:00", 2)
    begun = first_due("timeCycle", "R3/2026-01-01T00:00:00Z/P1D", NOW)
    assert begun.at.isoformat() == "2026-02-01T00:00:00+00:00"


@pytest.mark.parametrize("step", ["PT1S", "P1D", "P1M", "P1Y"])
def test_missed_moments_are_skipped_without_counting_them_one_by_one(step: str) -> None:
    long_ago = datetime(1, 2, 1, tzinfo=UTC)
    following = next_due(f"R/{step}", long_ago, long_ago, NOW)
    assert following > NOW
    assert following - NOW <= timedelta(days=366)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 30 8 1 4,6,11 *", "2026-04-01T05:30:00+00:00"),
        ("0 0 9 * * MON-FRI", "2026-02-02T06:00:00+00:00"),
        ("0 0 9 * * 7", "2026-02-01T06:00:00+00:00"),
        ("*/20 * * * * *", "2026-01-31T09:00:20+00:00"),
        ("0 0 0 29 2 *", "2028-02-28T21:00:00+00:00"),
        ("@daily", "2026-01-31T21:00:00+00:00"),
    ],
)
def test_cron(text: str, due: str) -> None:
    assert next_cron(text, NOW).isoformat() == due


@pytest.mark.parametrize(
    "text", ["", "* * *", "0 0 25 * * *", "0 0 0 31 2 *", "a b c d e f", "*/0 * * * * *", "0 0 0 5-1 * *"]
)
def test_bad_cron(text: str) -> None:
    with pytest.raises(FeelError):
        next_cron(text, NOW)


def test_cron_survives_the_end_of_summer_time() -> None:
    after = datetime.fromisoformat("2026-10-25T00:30:00+00:00")  # 02:30 in Berlin, for the first time
    moment = next_cron("0 0 * * * *", after, "Europe/Berlin")
    assert moment > after


@pytest.mark.parametrize("kind", ["timeDate", "timeDuration", "timeCycle"])
def test_no_value(kind: str) -> None:
    with pytest.raises(FeelError):
        first_due(kind, None, NOW)
