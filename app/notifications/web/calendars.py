"""The calendar that other programs read by its secret address."""

from __future__ import annotations

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.web import shell

from .. import calendar, installation, operations
from . import settings
from .blueprint import blueprint


@blueprint.get("/calendar/<string(length=43):token>.ics")
@shell.public
def feed(token: str) -> ResponseReturnValue:
    """The calendar of whoever made the address. 404 when it was ended or never made."""
    actor = operations.feed_reader(token)
    with force_locale(actor.locale):
        content = calendar.calendar_of(actor)
    response = Response(content, mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@blueprint.post("/notices/calendar")
def new_feed() -> ResponseReturnValue:
    """Make the reader's address, or a new one; it is shown once."""
    path = url_for("notifications.feed", token=operations.new_feed(shell.current_actor()))
    return settings.page(address=f"{installation.settings().public_url}{path}")


@blueprint.post("/notices/calendar/end")
def end_feed() -> ResponseReturnValue:
    """Let the address work no more."""
    operations.end_feed(shell.current_actor())
    return shell.go("notifications.settings", message=_("The address does not work any more."))
