"""Pages: my notices and what I get by mail; all letters for administrators."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.kernel.errors import NotFound
from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing

from . import installation, operations, policies, queries, rules
from .models import FAILED, KEPT, QUEUED, SENT, Mail, Notice

blueprint = Blueprint("notifications", __name__, template_folder="templates")
STATUSES: dict[str, object] = {
    QUEUED: _l("on its way"),
    SENT: _l("sent"),
    KEPT: _l("kept here"),
    FAILED: _l("not delivered"),
}
_NOTICES = (
    Column("created", _l("When"), value=lambda row: row.created_at, sort=Notice.created_at),
    Column("subject", _l("Subject"), value=lambda row: row.subject, width=60),
)
_MAIL = (
    Column("subject", _l("Subject"), value=lambda row: row.subject, width=60),
    Column("login", _l("Addressee"), value=lambda row: row.login, sort=Mail.login),
    Column("address", _l("E-mail address"), value=lambda row: row.address, width=32),
    Column("created", _l("Written on"), value=lambda row: row.created_at, sort=Mail.created_at),
    Column("status", _l("State of the letter"), value=lambda row: STATUSES[row.status], sort=Mail.status),
    Column("sent", _l("Sent on"), value=lambda row: row.sent_at, sort=Mail.sent_at),
    Column("error", _l("Answer of the server"), value=lambda row: row.error, width=60),
)
shell.admin_item(_l("Mail"), "notifications.mails", visible=policies.may_read_mail, order=50)
shell.profile_item(_l("Notices by mail"), "notifications.settings", order=40)


@blueprint.app_context_processor
def bell() -> dict[str, object]:
    """`unread_notices()` for the bell in the header."""
    return {"unread_notices": lambda: queries.unread(shell.current_actor())}


@blueprint.get("/notices")
def index() -> ResponseReturnValue:
    """The reader's notices."""
    actor = shell.current_actor()
    listing = Listing.of_request(_NOTICES, size=30)
    page = listing.page(queries.notices(actor, only_new=listing.argument("only") == "new"))
    return shell.render("notifications/index.html", listing=listing, page=page, unread=queries.unread(actor))


@blueprint.post("/notices/<int:key>/read")
def read(key: int) -> ResponseReturnValue:
    """Mark a notice as read and go where it leads."""
    notice = operations.mark_read(shell.current_actor(), key)
    return redirect(shell.safe_next(notice.link) or url_for("notifications.index"), 303)


@blueprint.post("/notices/read-all")
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    count = operations.mark_all_read(shell.current_actor())
    return shell.go("notifications.index", message=ngettext("%(num)s notice read.", "%(num)s notices read.", count))


@blueprint.get("/notices/settings")
def settings() -> ResponseReturnValue:
    """Which kinds of notices also come by mail."""
    actor = shell.current_actor()
    return shell.render("notifications/settings.html", kinds=rules.KINDS, chosen=queries.mail_kinds(actor))


@blueprint.post("/notices/settings")
def save_settings() -> ResponseReturnValue:
    """Keep the reader's choice."""
    operations.choose_mail(shell.current_actor(), request.form.getlist("kind"))
    return shell.go("notifications.settings", message=_("Saved."))


@blueprint.get("/admin/mail")
def mails() -> ResponseReturnValue:
    """All letters with what became of them."""
    actor = shell.current_actor()
    listing = Listing.of_request(_MAIL)
    status = listing.argument("status")
    statement = queries.mails(actor, status=status if status in STATUSES else "", q=listing.q)
    if listing.wants_excel:
        return excel.download(_("Mail"), _MAIL, listing.everything(statement))
    page = listing.page(statement)
    return shell.render(
        "notifications/mails.html",
        listing=listing,
        columns=_MAIL,
        page=page,
        names=people.person_names(row.login for row in page.rows),
        statuses=STATUSES,
        configured=bool(installation.settings().smtp_url),
    )


@blueprint.get("/admin/mail/<int:key>")
def mail(key: int) -> ResponseReturnValue:
    """One letter."""
    letter = queries.mail(shell.current_actor(), key)
    if letter is None:
        raise NotFound()
    configured = bool(installation.settings().smtp_url)
    return shell.render("notifications/mail.html", letter=letter, statuses=STATUSES, configured=configured)


@blueprint.post("/admin/mail/<int:key>/send")
def send(key: int) -> ResponseReturnValue:
    """Try a letter again."""
    operations.send_again(shell.current_actor(), key)
    return shell.go("notifications.mail", key=key, message=_("The letter is on its way again."))
