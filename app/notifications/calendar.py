"""A person's dates as an iCalendar file (RFC 5545): deadlines of tasks, courses, attestation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from app.kernel import clock
from app.kernel.actor import Actor

from . import installation, rules, sources

REFRESH = timedelta(hours=1)
"""How often programs are asked to look again."""


def calendar_of(actor: Actor) -> bytes:
    """The calendar of a person, for the sight that their roles give today."""
    settings = installation.settings()
    host = urlsplit(settings.public_url).hostname or "marshrut"
    made = Calendar()
    made.add("prodid", "-//Marshrut//RU")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Marshrut: %(name)s", name=actor.name))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in sources.entries(actor):
        made.add_component(_event(entry, host, settings.public_url))
    return bytes(made.to_ical())


def _event(entry: sources.Entry, host: str, public_url: str) -> Event:
    """A day without hours, with a reminder on the morning before; or a moment, with a reminder an hour before."""
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", clock.now())
    event.add("summary", rules.one_line(entry.title))
    event.add("dtstart", entry.start)
    if isinstance(entry.start, datetime):
        event.add("dtend", entry.end or entry.start + timedelta(hours=1))
    else:
        last = entry.end if isinstance(entry.end, date) else entry.start
        event.add("dtend", last + timedelta(days=1))  # the end of a day event does not belong to it
        event.add("transp", "TRANSPARENT")
    address = rules.absolute(entry.link, public_url)
    about = "\n".join(part for part in (entry.about, address) if part)
    if about:
        event.add("description", about)
    if address:
        event.add("url", address)
    before = timedelta(hours=1 if isinstance(entry.start, datetime) else 15)
    event.add_component(_reminder(entry.title, before))
    return event


def _reminder(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", rules.one_line(title))
    alarm.add("trigger", -before)
    return alarm
