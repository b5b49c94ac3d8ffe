"""The addresses of notices and mail."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.notifications import operations
from app.notifications.models import Mail, Notice
from tests.inbox.matrix import at
from tests.web.matrix import FOREIGN, HIDDEN, NO, YES, Row, World, roles

_ADMIN = roles(NO, yes="admin")


def build(world: World) -> None:
    """A notice with its letter for a teacher of each scope."""
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
    Row("notifications.mails", own=_ADMIN),
    Row("notifications.mail", own=_ADMIN, foreign=_ADMIN, at=at("mail")),
    Row("notifications.send", "POST", own=_ADMIN, foreign=_ADMIN, at=at("mail")),
]
