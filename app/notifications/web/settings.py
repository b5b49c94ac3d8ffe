"""Pages: how I am told, when, and the address of my calendar."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.errors import Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .. import operations, queries, rules
from ..models import AT_ONCE, IN_DIGEST, NEVER
from .blueprint import blueprint

WAYS = [(AT_ONCE, _l("at once")), (IN_DIGEST, _l("once a day in the digest")), (NEVER, _l("not by mail"))]
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


@blueprint.get("/notices/settings")
def settings() -> ResponseReturnValue:
    """How the reader is told of what."""
    return page()


@blueprint.post("/notices/settings")
def save_settings() -> ResponseReturnValue:
    """Keep the reader's choices."""
    actor = shell.current_actor()
    state = FormState(values=request.form)
    chosen = {
        kind: operations.Choice(request.form.get(f"mail-{kind}", ""), f"program-{kind}" in request.form)
        for kind in rules.KINDS
    }
    try:
        operations.choose_hours(actor, _hour("quiet_from"), _hour("quiet_to"), _hour("digest_at") or 0)
        operations.choose(actor, chosen)
    except Invalid as error:
        return page(state.refuse(error), chosen), 422
    return shell.go("notifications.settings", message=_("Saved."))


def _hour(name: str) -> int | None:
    given = request.form.get(name, "")
    return int(given) if given.isdecimal() and len(given) <= 2 else None


def page(state: FormState | None = None, chosen: dict[str, operations.Choice] | None = None, address: str = "") -> str:
    """The page; `address` is a new calendar address, which is shown this once."""
    actor = shell.current_actor()
    email = people.person_by_login(actor.login).email
    values: dict[str, Any] = {name: "" if hour is None else str(hour) for name, hour in queries.hours(actor).items()}
    return shell.render(
        "notifications/settings.html",
        kinds=rules.KINDS,
        ways=WAYS,
        hours=HOURS,
        chosen=chosen or queries.choices(actor),
        state=state or FormState(values=values),
        email=email,
        undelivered=queries.undelivered(actor, email),
        feed=queries.feed(actor),
        address=address,
        now=clock.now(),
    )
