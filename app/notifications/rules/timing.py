"""When letters leave: quiet hours and the daily digest, in the reader's own zone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DIGEST_AT = 8
"""Hour of the digest for who chose none."""


def allowed_from(now: datetime, zone: str, quiet_from: int | None, quiet_to: int | None) -> datetime:
    """`now`, or the end of the quiet hours in which it lies (UTC). Equal hours mean no quiet at all."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return now
    local = now.astimezone(ZoneInfo(zone))
    over_midnight = quiet_from > quiet_to
    quiet = local.hour >= quiet_from or local.hour < quiet_to if over_midnight else quiet_from <= local.hour < quiet_to
    if not quiet:
        return now
    return _next_hour(local, quiet_to)


def next_digest(now: datetime, zone: str, hour: int) -> datetime:
    """The next moment after `now` at which it is that hour (UTC)."""
    return _next_hour(now.astimezone(ZoneInfo(zone)), hour)


def _next_hour(local: datetime, hour: int) -> datetime:
    """The next full `hour` of the wall clock strictly after a local moment, as UTC."""
    found = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if found <= local:
        found += timedelta(days=1)
    return found.astimezone(UTC)
