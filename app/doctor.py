"""`marshrut doctor`: looks at everything that an installation needs and says in plain words what to do."""

from __future__ import annotations

import os
import shutil
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_babel import gettext as _
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.documents.renditions.pdf import FONTS
from app.kernel.config import Settings
from app.notifications.mailbox import Mailbox, MailboxAway, opened
from app.notifications.smtp import Server

GOOD, CARE, BAD = "good", "care", "bad"
OLDEST_POSTGRES = 150000
MOST_DRIFT = 5.0
"""Seconds by which the clocks of this machine and of the database may differ."""
LEAST_DISK, LITTLE_DISK = 1, 5
"""Gigabytes."""
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one place: `good`, `care` (works, but look at it) or `bad`; `advice` says what to do."""

    state: str
    what: str
    words: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding each; nothing is changed.

    Args:
        settings: with the addresses of the servers that are to be looked at.
    """
    for check in CHECKS:
        yield check(settings)


def secret(settings: Settings) -> Finding:
    """The key that signs sessions and links."""
    if len(settings.secret_key) >= 32:
        return Finding(GOOD, _("Secret key"), _("set"))
    advice = _("Set SECRET_KEY to at least 32 random characters: without it nobody should work here with real data.")
    return Finding(BAD if settings.production else CARE, _("Secret key"), _("not set"), advice)


def database(settings: Settings) -> Finding:
    """PostgreSQL answers, is new enough, has all migrations, and agrees about the time."""
    name = _("Database")
    if not settings.database_url:
        return Finding(BAD, name, _("no address"), _("Set DATABASE_URL to the address of PostgreSQL."))
    try:
        engine = create_engine(settings.database_url, connect_args={"connect_timeout": _PATIENCE})
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            table = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
            at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if table else None
            drift = abs(time.time() - float(connection.execute(text("SELECT extract(epoch FROM now())")).scalar_one()))
        engine.dispose()
    except SQLAlchemyError as error:
        advice = _("Start PostgreSQL, or correct DATABASE_URL. It said: %(reason)s", reason=_first_line(error))
        return Finding(BAD, name, _("does not answer"), advice)
    return _judged(name, version, at, drift, _newest(settings.root))


def _judged(name: str, version: int, at: str | None, drift: float, newest: str) -> Finding:
    if version < OLDEST_POSTGRES:
        return Finding(BAD, name, _("too old"), _("PostgreSQL 15 or newer is needed."))
    if at != newest:
        return Finding(BAD, name, _("migrations are missing"), _("Run: marshrut migrate"))
    if drift > MOST_DRIFT:
        advice = _("Let both machines take their time from one server (NTP): deadlines depend on it.")
        return Finding(BAD, name, _("its clock differs by %(seconds)s s", seconds=round(drift)), advice)
    return Finding(GOOD, name, _("answers, is up to date, its clock agrees"))


def broker(settings: Settings) -> Finding:
    """Redis answers; without it workers look for work every few seconds only."""
    name = _("Broker")
    if not settings.redis_url:
        return Finding(BAD, name, _("no address"), _("Set REDIS_URL to the address of Redis."))
    try:
        Redis.from_url(settings.redis_url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE).ping()
    except (RedisError, ValueError, OSError) as error:
        advice = _("Start Redis, or correct REDIS_URL. It said: %(reason)s", reason=_first_line(error))
        return Finding(BAD, name, _("does not answer"), advice)
    return Finding(GOOD, name, _("answers"))


def disk(settings: Settings) -> Finding:
    """There is room for uploads and documents, and they can be written."""
    name = _("Disk")
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"marshrut")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        advice = _("Give the program's user the right to write to %(place)s.", place=place)
        return Finding(BAD, name, _first_line(error), advice)
    free = shutil.disk_usage(place).free // 10**9
    words = _("%(free)s GB free", free=free)
    advice = _("Make room on the disk of %(place)s, or move DATA_DIR to a larger one.", place=place)
    if free < LITTLE_DISK:
        return Finding(BAD if free < LEAST_DISK else CARE, name, words, advice)
    return Finding(GOOD, name, words)


def fonts(settings: Settings) -> Finding:
    """The fonts with which documents break their lines as in Word."""
    if any(Path(folder).is_dir() for folder in FONTS):
        return Finding(GOOD, _("Fonts"), _("there"))
    advice = _("Install fonts-liberation (apt-get install fonts-liberation): without it lines break unlike in Word.")
    return Finding(CARE, _("Fonts"), _("the fonts of Word are missing"), advice)


def mail(settings: Settings) -> Finding:
    """The mail server takes connections; nothing is sent."""
    name = _("Mail")
    if not settings.smtp_url:
        advice = _("Set SMTP_URL; until then letters are only kept and can be read in the administration.")
        return Finding(CARE, name, _("no server"), advice)
    try:
        server = Server.from_url(settings.smtp_url, "doctor@localhost")
        kind = smtplib.SMTP_SSL if server.security == "tls" else smtplib.SMTP
        with kind(server.host, server.port, timeout=_PATIENCE) as connection:
            connection.noop()
    except (OSError, ValueError, smtplib.SMTPException) as error:
        advice = _("Start the mail server, or correct SMTP_URL. It said: %(reason)s", reason=_first_line(error))
        return Finding(BAD, name, _("does not answer"), advice)
    return Finding(GOOD, name, _("answers"))


def undelivered(settings: Settings) -> Finding:
    """The mailbox into which letters come back can be opened; nothing in it is changed."""
    name = _("Undelivered letters")
    if not settings.bounce_url:
        return Finding(GOOD, name, _("no mailbox is read"))
    try:
        with opened(Mailbox.from_url(settings.bounce_url)):
            return Finding(GOOD, name, _("the mailbox answers"))
    except (MailboxAway, ValueError) as error:
        advice = _("Correct MAIL_BOUNCE_URL, or start the mail server. It said: %(reason)s", reason=_first_line(error))
        return Finding(BAD, name, _("does not answer"), advice)


CHECKS: tuple[Callable[[Settings], Finding], ...] = (secret, database, broker, disk, fonts, mail, undelivered)


def _newest(root: Path) -> str:
    config = Config(str(root / "alembic.ini"))
    config.set_main_option("script_location", str(root / "migrations"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def _first_line(error: Exception) -> str:
    """What went wrong, without passwords: messages of drivers name host and user only."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
