"""Language: which one a reader gets, the catalogue, and formats of dates, times and numbers.

Texts are English msgids: `from flask_babel import gettext as _, lazy_gettext as _l`. Russian translations stand in
`translations/parts/<part>.po`; `python -m app.web.translations_build` merges and compiles them.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, format_date, format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from app.kernel import clock
from app.kernel.config import Settings

LOCALES = ("ru", "en")


def init_app(app: Flask, settings: Settings) -> None:
    """Choose language and zone per request; compile the catalogue when its parts are newer."""
    from . import translations_build  # not above: it is also run as a module of its own

    translations_build.build_if_stale()
    app.config.update(
        BABEL_DEFAULT_LOCALE=settings.locale, BABEL_TRANSLATION_DIRECTORIES=str(translations_build.FOLDER)
    )
    Babel(app, locale_selector=reader_locale, timezone_selector=reader_timezone)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        clock_time=clock_time,
        number=number,
        due=due_badge,
        in_zone=in_zone,
        short_name=short_name,
        zone_name=zone_name,
    )
    app.jinja_env.globals.update(get_locale=get_locale, LOCALES=LOCALES)


def reader_locale() -> str:
    """The language chosen in this session, else the account's, else the installation's."""
    if has_request_context():
        chosen = session.get("locale")
        if chosen in LOCALES:
            return str(chosen)
        actor = g.get("actor")
        if actor is not None and actor.locale in LOCALES:
            return str(actor.locale)
        if request.cookies.get("locale") in LOCALES:
            return str(request.cookies["locale"])
    return str(current_app.config["BABEL_DEFAULT_LOCALE"])


def reader_timezone() -> str:
    """The zone of the reader's organisation, else the installation's."""
    actor = g.get("actor") if has_request_context() else None
    return str(actor.timezone if actor is not None else current_app.extensions["marshrut"].timezone)


def in_zone(value: datetime) -> datetime:
    """A moment in the reader's zone."""
    return value.astimezone(ZoneInfo(reader_timezone()))


def day(value: date | datetime | None, width: str = "medium") -> str:
    """A date as the reader writes it (`6 апр. 2026 г.`; `short`: `06.04.2026`); empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = in_zone(value).date()
    if width == "short" and str(get_locale()) == "ru":
        return value.strftime("%d.%m.%Y")
    return str(format_date(value, format=width))


def clock_time(value: datetime | None) -> str:
    """Hours and minutes in the reader's zone; empty for None."""
    return "" if value is None else in_zone(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """Date and time in the reader's zone, as `6 апр. 2026 г., 09:00`; empty for None."""
    return "" if value is None else f"{day(value)}, {clock_time(value)}"


def zone_name(zone: str) -> str:
    """An IANA zone by its city in the reader's language: `Europe/Moscow` → «Москва»."""
    return str(get_timezone_location(zone, locale=get_locale(), return_city=True))


def number(value: float | None) -> str:
    """A number with the reader's separators; empty for None."""
    return "" if value is None else str(format_decimal(value))


def due_badge(value: datetime | None) -> tuple[str, str]:
    """Words and colour for a deadline: (`overdue by 2 days`, `danger`), (`today`, `warning`), (`in 3 days`, `info`).

    A deadline that ends at local midnight belongs to the day before.
    """
    if value is None:
        return _("no deadline"), "secondary"
    last = value.timestamp() - 1
    zone = reader_timezone()
    left = (datetime.fromtimestamp(last, ZoneInfo(zone)).date() - clock.today(zone)).days
    if value <= clock.now():
        late = max(-left, 1)
        return ngettext("overdue by %(num)s day", "overdue by %(num)s days", late), "danger"
    if left <= 0:
        return _("today"), "warning"
    if left == 1:
        return _("tomorrow"), "warning"
    return ngettext("in %(num)s day", "in %(num)s days", left), "info" if left <= 3 else "secondary"


def short_name(name: str) -> str:
    """Surname with initials: `Иванова Марина Петровна` becomes `Иванова М. П.`."""
    surname, *given = name.split()[:3] or [""]
    return "\u00a0".join([surname, *(f"{part[0]}." for part in given)])
