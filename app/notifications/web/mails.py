"""Pages for administrators: all letters with what became of them."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing
from app.web.redaction import without_secrets

from .. import installation, operations, queries
from ..models import BOUNCED, CANCELLED, FAILED, KEPT, QUEUED, SENDING, SENT, UNCLEAR, Mail
from ..operations.mailing import may_repeat
from .blueprint import blueprint

STATUSES: dict[str, object] = {
    QUEUED: _l("on its way"),
    SENDING: _l("is being handed over"),
    SENT: _l("sent"),
    KEPT: _l("kept here"),
    FAILED: _l("not delivered"),
    BOUNCED: _l("came back"),
    UNCLEAR: _l("nobody knows whether it left"),
    CANCELLED: _l("stopped, not sent"),
}
COLOURS = {
    SENT: "green",
    FAILED: "red",
    BOUNCED: "red",
    UNCLEAR: "orange",
    CANCELLED: "orange",
    QUEUED: "blue",
    SENDING: "blue",
}
_MAIL = (
    Column("subject", _l("Subject"), value=lambda row: row.subject, width=60),
    Column("login", _l("Addressee"), value=lambda row: row.login, sort=Mail.login),
    Column("address", _l("E-mail address"), value=lambda row: row.address, width=32),
    Column("created", _l("Written on"), value=lambda row: row.created_at, sort=Mail.created_at),
    Column("status", _l("State of the letter"), value=lambda row: STATUSES[row.status], sort=Mail.status),
    Column("sent", _l("Sent on"), value=lambda row: row.sent_at, sort=Mail.sent_at),
    Column("error", _l("Answer of the server"), value=lambda row: row.error, width=60),
)


@blueprint.get("/admin/mail")
def mails() -> ResponseReturnValue:
    """All letters."""
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
        colours=COLOURS,
        configured=bool(installation.settings().smtp_url),
    )


@blueprint.get("/admin/mail/<int:key>")
def mail(key: int) -> ResponseReturnValue:
    """One letter. A link that opens somebody's account is shown only where no server sends it: to be handed on."""
    actor = shell.current_actor()
    letter = queries.mail(actor, key)
    if letter is None:
        raise NotFound()
    record_access(actor, "open", "mail", key)
    configured = bool(installation.settings().smtp_url)
    return shell.render(
        "notifications/mail.html",
        letter=letter,
        text=without_secrets(letter.text) if configured and letter.lets_in else letter.text,
        name=people.person_name(letter.login),
        statuses=STATUSES,
        repeatable=configured and may_repeat(letter),
    )


@blueprint.post("/admin/mail/<int:key>/send")
def send(key: int) -> ResponseReturnValue:
    """Try a letter again."""
    operations.send_again(shell.current_actor(), key)
    return shell.go("notifications.mail", key=key, message=_("The letter is on its way again."))
