"""Pages: my notices, how I am told, my calendar; letters and their words for who looks after them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import calendars, mails, notices, settings, templates
from .blueprint import blueprint

__all__ = ["blueprint", "calendars", "mails", "notices", "settings", "templates"]

shell.admin_item(_l("Mail"), "notifications.mails", visible=policies.may_read_mail, order=50)
shell.admin_item(_l("Words of letters"), "notifications.templates", visible=policies.may_word_letters, order=55)
shell.profile_item(_l("Notices and calendar"), "notifications.settings", order=40)
shell.nav_item(
    _l("Letters"),
    "notifications.templates",
    visible=lambda actor: policies.may_word_letters(actor) and not actor.has_role("admin"),
    group=shell.Menu.MANAGEMENT,
    order=85,
    paths=("/admin/letters",),
)
