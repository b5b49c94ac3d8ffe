"""The addresses of notices and mail."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.notifications import operations
from app.notifications.models import Mail, Notice
from app.people import queries as people
from tests.inbox.matrix import at
from tests.web.matrix import FOREIGN, HIDDEN, NO, YES, Row, World, roles

_ADMIN = roles(NO, yes="admin")
_AUTHORS = roles(NO, yes="admin designer")


def words_at(world: World, scope: str) -> dict[str, str]:
    return {"event": "task.new"}


def build(world: World) -> None:
    """A notice with its letter for a teacher of each scope, and the address of a calendar."""
    world["feed"] = operations.new_feed(people.actor_for("teacher"))
    for login, suffix in (("teacher", ""), ("teacher2", f" {FOREIGN}")):
        operations.notify([login], "Проверка", "Текст", link="/tasks", dedupe_key="matrix")
        key = f"matrix:{login}"
        world[f"notice{suffix}"] = db.session.scalars(select(Notice.key).where(Notice.dedupe_key == key)).one()
        world[f"mail{suffix}"] = db.session.scalars(select(Mail.key).where(Mail.dedupe_key == key)).one()


ROWS = [
    Row("notifications.index", own=roles(YES)),
    Row("notifications.read", "POST", own=roles(HIDDEN, yes="teacher"), foreign=roles(HIDDEN), at=at("notice")),
    Row("notifications.read_all", "POST", own=roles(YES)),
    Row("notifications.settings", own=roles(YES)),
    Row("notifications.save_settings", "POST", own=roles(YES)),
    Row("notifications.new_feed", "POST", own=roles(YES)),
    Row("notifications.end_feed", "POST", own=roles(YES)),
    Row(
        "notifications.feed", own=roles(YES), at=lambda world, scope: {"token": world["feed"]}, anonymous=YES, data=True
    ),
    Row("notifications.templates", own=_AUTHORS),
    Row("notifications.template", own=_AUTHORS, at=words_at),
    Row("notifications.save_template", "POST", own=_AUTHORS, at=words_at),
    Row("notifications.give_back", "POST", own=_AUTHORS, at=words_at),
    Row("notifications.mails", own=_ADMIN),
    Row("notifications.mail", own=_ADMIN, foreign=_ADMIN, at=at("mail")),
    Row("notifications.send", "POST", own=_ADMIN, foreign=_ADMIN, at=at("mail")),
]
