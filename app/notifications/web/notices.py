"""Pages: my notices."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.web import shell
from app.web.listing import Column, Listing

from .. import operations, queries
from ..models import Notice
from .blueprint import blueprint

_NOTICES = (
    Column("created", _l("When"), value=lambda row: row.created_at, sort=Notice.created_at),
    Column("subject", _l("Subject"), value=lambda row: row.subject, width=60),
)


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
