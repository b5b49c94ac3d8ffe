"""When a timer comes due: ISO 8601 dates, durations and cycles, cron. Pure: the current moment is an argument.

A day is a day of the wall clock (across a clock change), a month is clamped to its last day, a cycle counts from
its anchor so that a clamped month does not shift the later ones, and moments missed while the system stood still
are skipped, not replayed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.feel import FeelError

DEFAULT_ZONE = "Europe/Moscow"
SHORTEST_CYCLE = timedelta(seconds=1)

_DURATION = re.compile(
    r"^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)
WORKING_DAYS = re.compile(r"^\s*(\d{1,4})\s*(?:wd|рд)\s*$")
"""A span of working days (`3 wd`): a task's deadline may be one, a timer may not."""
_ZONED = re.compile(r"^(.*?)(?:@([\w/+-]+)|\[([\w/+-]+)\])?$")
_CRON_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = {
    name: n
    for n, name in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)
}
_WEEKDAYS = {name: n for n, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])}
_CRON_NAMES: tuple[dict[str, int], ...] = ({}, {}, {}, {}, _MONTHS, _WEEKDAYS)
_CRON_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}


@dataclass(frozen=True)
class Duration:
    """An ISO 8601 duration: a calendar part (months, days) and an exact part."""

    months: int
    days: int
    exact: timedelta

    def times(self, count: int) -> Duration:
        """This duration `count` times over."""
        return Duration(self.months * count, self.days * count, self.exact * count)

    @property
    def longest(self) -> timedelta:
        """A span that this duration never exceeds."""
        return timedelta(days=self.months * 31 + self.days, hours=1 if self.months or self.days else 0) + self.exact


@dataclass(frozen=True)
class Due:
    """The first moment of a timer.

    Attributes:
        at: when, in UTC.
        left: how many more times after it, None for endlessly.
        anchor: where a cycle counts from, in UTC.
    """

    at: datetime
    left: int | None
    anchor: datetime


def parse_date(value: object, zone: str = DEFAULT_ZONE) -> datetime:
    """An ISO 8601 date or date-time (also FEEL's `…@Zone/Name`) as a moment in UTC; without a zone it is local.

    Raises:
        FeelError: it is not a date.
    """
    match = _ZONED.match(str(value).strip())
    assert match is not None  # the pattern takes any text
    named = match[2] or match[3]
    try:
        moment = datetime.fromisoformat(match[1])
        if named:
            moment = moment.replace(tzinfo=ZoneInfo(named))
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, KeyError, OverflowError) as error:
        raise FeelError(f"not a date: {value!r} ({error})") from None


def parse_duration(value: object) -> Duration:
    """An ISO 8601 duration.

    Raises:
        FeelError: it is not a duration, or too long to count.
    """
    text = str(value).strip()
    match = _DURATION.match(text)
    if not match or text[-1] in "PT":
        raise FeelError(f"not a duration: {value!r}")
    sign = -1 if match[1] else 1
    years, months, weeks, days, hours, minutes = (sign * int(group or 0) for group in match.groups()[1:7])
    try:
        exact = timedelta(hours=hours, minutes=minutes, seconds=sign * float(match[8] or 0))
    except OverflowError:
        raise FeelError(f"the duration is too long: {value!r}") from None
    return Duration(years * 12 + months, weeks * 7 + days, exact)


def add_duration(start: datetime, duration: Duration, zone: str = DEFAULT_ZONE) -> datetime:
    """`start` plus a duration, in UTC: its calendar part on the wall clock of `zone`, its exact part after that.

    Raises:
        FeelError: the result lies outside the calendar (years 1 to 9999).
    """
    try:
        if duration.months or duration.days:
            place = ZoneInfo(zone)
            local = start.astimezone(place).replace(tzinfo=None)
            year, month = divmod(local.year * 12 + local.month - 1 + duration.months, 12)
            day = min(local.day, monthrange(year, month + 1)[1])
            local = local.replace(year=year, month=month + 1, day=day) + timedelta(days=duration.days)
            start = local.replace(tzinfo=place).astimezone(UTC)
        return (start + duration.exact).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FeelError("the moment lies outside the calendar") from None


def first_due(kind: str, value: object, now: datetime, zone: str = DEFAULT_ZONE) -> Due:
    """When a timer comes due first.

    Args:
        kind: 'timeDate', 'timeDuration' or 'timeCycle'.
        value: the evaluated text.
        now: the moment the timer is armed.
    Raises:
        FeelError: the value is missing or of the wrong form, or a cycle would never move on.
    """
    if value is None:
        raise FeelError("the timer has no value")
    if kind == "timeDate":
        at = parse_date(value, zone)
        return Due(at, 0, at)
    if kind == "timeDuration":
        at = add_duration(now, parse_duration(value), zone)
        return Due(at, 0, now.astimezone(UTC))
    if not _is_repetition(value):
        at = next_cron(str(value), now, zone)
        return Due(at, None, at)
    left, start, step = _parse_cycle(str(value).strip(), zone)
    if start is None:
        return Due(add_duration(now, step, zone), left, now.astimezone(UTC))
    at = start if start >= now else _after(start, step, now, zone)
    return Due(at, left, start)


def next_due(value: object, anchor: datetime, due: datetime, now: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The next moment of a cycle after `due` that is not in the past.

    Args:
        value: the evaluated cycle or cron text.
        anchor: the `anchor` of the cycle's first moment.
        due: the moment that has just come.
    Raises:
        FeelError: there is no such moment.
    """
    after = max(due, now)
    if not _is_repetition(value):
        return next_cron(str(value), after, zone)
    _, _, step = _parse_cycle(str(value).strip(), zone)
    return _after(anchor, step, after, zone)


def _is_repetition(value: object) -> bool:
    return str(value).strip().upper().startswith("R")


def _after(anchor: datetime, step: Duration, after: datetime, zone: str) -> datetime:
    """The first of anchor + n × step that is later than `after`."""
    count = max(1, int((after - anchor) / step.longest))
    while (at := add_duration(anchor, step.times(count), zone)) <= after:
        # never more than a few percent of the way: the estimate errs only by short months
        count += max(1, int((after - at) / step.longest))
    return at


def _parse_cycle(text: str, zone: str) -> tuple[int | None, datetime | None, Duration]:
    """'R3/2026-01-01T00:00Z/P1D' -> repetitions after the first (None for endless), start, step."""
    head, _, rest = text[1:].partition("/")
    first, _, second = rest.partition("/")
    if head and not (head.isascii() and head.isdigit()):
        raise FeelError(f"not a cycle: {text!r} (the count of repetitions is not a number)")
    # R0 and R1 both come once: a timer that never comes would be a silent nothing
    left = max(int(head) - 1, 0) if head else None
    step = parse_duration(second or first)
    nearest = timedelta(days=step.months * 28 + step.days) + step.exact
    if nearest < SHORTEST_CYCLE:
        raise FeelError(f"not a cycle: {text!r} (the interval must be at least a second)")
    start = parse_date(first, zone) if second else None
    return left, start, step


def next_cron(text: str, after: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The first moment after `after` that a cron expression (second minute hour day month weekday) names, in UTC.

    Raises:
        FeelError: it is not a cron expression, or never comes due.
    """
    seconds, minutes, hours, days, months, weekdays = _parse_cron(text)
    place = ZoneInfo(zone)
    local = after.astimezone(place).replace(microsecond=0, tzinfo=None) + timedelta(seconds=1)
    day = local.replace(hour=0, minute=0, second=0)
    try:
        for _ in range(366 * 8):
            if day.month in months and day.day in days and day.isoweekday() % 7 in weekdays:
                for at in _times_of(day, hours, minutes, seconds, local):
                    moment = at.replace(tzinfo=place).astimezone(UTC)
                    if moment > after:  # a wall-clock time that the clock change repeats may lie behind
                        return moment
            day += timedelta(days=1)
    except OverflowError:
        pass
    raise FeelError(f"cron never comes due: {text!r}")


def _times_of(
    day: datetime, hours: list[int], minutes: list[int], seconds: list[int], earliest: datetime
) -> list[datetime]:
    """The earliest few moments of a day, from `earliest` on."""
    found = []
    for hour in hours:
        if day.replace(hour=hour, minute=59, second=59) < earliest:
            continue
        for minute in minutes:
            for second in seconds:
                at = day.replace(hour=hour, minute=minute, second=second)
                if at >= earliest:
                    found.append(at)
                    break
        if len(found) > 60:
            break
    return found


def _parse_cron(text: str) -> tuple[list[int], ...]:
    parts = _CRON_MACROS.get(text.strip().lower(), text).split()
    try:
        if len(parts) != 6:
            raise ValueError("six fields wanted: second minute hour day month weekday")
        fields = [
            _cron_field(part, low, high, names)
            for part, (low, high), names in zip(parts, _CRON_RANGES, _CRON_NAMES, strict=True)
        ]
    except ValueError as error:
        raise FeelError(f"not a cron expression: {text!r} ({error})") from None
    if 7 in fields[5]:
        fields[5].add(0)
    return tuple(sorted(field) for field in fields)


def _cron_field(text: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    values: set[int] = set()
    for item in text.upper().split(","):
        part, _, step = item.partition("/")
        if part in ("*", "?"):
            first, last = low, high
        else:
            head, _, tail = part.partition("-")
            first = names[head] if head in names else int(head)
            last = (names[tail] if tail in names else int(tail)) if tail else (high if step else first)
        stride = int(step or 1)
        if not low <= first <= last <= high or stride < 1:
            raise ValueError(item)
        values.update(range(first, last + 1, stride))
    return values
