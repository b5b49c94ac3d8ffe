"""Pages: the words of letters, for designers and administrators."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.audit import words
from app.kernel.errors import Conflict, Invalid, NotFound
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .. import operations, queries, sources
from ..models import MailTemplate
from ..rules import events, letters, one_line, templating
from .blueprint import blueprint

words.register(subjects={"mail_template": _l("Words of the letter")})


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter made from a template with the examples of its fields."""

    subject: str
    text: str
    html: Markup


@blueprint.get("/admin/letters")
def templates() -> ResponseReturnValue:
    """Which letters have words of their own, and a choice of what to word."""
    found = queries.templates(shell.current_actor())
    names = {scope: sources.scope_name(scope) for _event, scope in found if scope}
    return shell.render(
        "notifications/templates.html",
        events=events.EVENTS,
        found=found,
        names=names,
        processes=sources.processes(),
        authors=people.person_names(row.author for row in found.values()),
    )


@blueprint.get("/admin/letters/<event>")
def template(event: str) -> ResponseReturnValue:
    """The words for one occasion, of one process or task or of all."""
    return _page(event, _scope())


@blueprint.post("/admin/letters/<event>")
def save_template(event: str) -> ResponseReturnValue:
    """Keep new words, or only look at them."""
    form, scope = request.form, _scope()
    actor = shell.current_actor()
    state = FormState(values=form)
    subject, text = form.get("subject", ""), form.get("text", "")
    if form.get("act") == "look":
        return _page(event, scope, state, look=True)
    try:
        operations.save_template(actor, event, scope, _version(), subject, text)
    except Invalid as error:
        return _page(event, scope, state.refuse(error)), 422
    except Conflict as error:
        state.general.append(error.message)
        return _page(event, scope, state), 409
    address = url_for("notifications.template", event=event, scope=scope or None)
    return shell.go_to(address, message=_("Saved. Letters are worded like this from now on."))


@blueprint.post("/admin/letters/<event>/give-back")
def give_back(event: str) -> ResponseReturnValue:
    """Let the program's own words count again."""
    operations.give_back(shell.current_actor(), event, _scope(), _version())
    return shell.go("notifications.templates", message=_("The program's own words count again."))


def _scope() -> str:
    """Process or task from the address or the form."""
    return (request.values.get("scope") or "")[:400]


def _version() -> int:
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _page(event: str, scope: str, state: FormState | None = None, *, look: bool = False) -> str:
    versions = queries.versions(shell.current_actor(), event, scope)
    occasion = events.EVENTS.get(event)
    name = sources.scope_name(scope) if scope else ""
    if occasion is None or name is None or (scope and not occasion.by_task):
        raise NotFound()
    newest = versions[0] if versions and not versions[0].built_in else None
    shown = state or FormState(values=_begin(occasion, newest))
    return shell.render(
        "notifications/template.html",
        event=event,
        occasion=occasion,
        scope=scope,
        scope_name=name,
        state=shown,
        versions=versions,
        newest=newest,
        seen=versions[0].version if versions else 0,
        preview=_preview(occasion, shown) if look or state is None else None,
        authors=people.person_names(row.author for row in versions),
    )


def _begin(occasion: events.Event, newest: MailTemplate | None) -> dict[str, str]:
    found = newest or occasion
    return {"subject": found.subject, "text": found.text}


def _preview(occasion: events.Event, state: FormState) -> Preview | None:
    """The letter with examples; what cannot be shown is marked in the form instead."""
    subject, text = str(state.value("subject")), str(state.value("text"))
    for name, value in (("subject", subject), ("text", text)):
        try:
            templating.check(value, occasion.fields)
        except templating.Unfit as error:
            state.errors[name] = error.message
    if state.errors:
        return None
    facts = {name: field.example for name, field in occasion.fields.items()}
    body = letters.from_markdown(templating.fill(text, facts, templating.literal))
    # `from_markdown` lets harmless tags through only.
    return Preview(one_line(templating.fill(subject, facts)), templating.fill(text, facts), Markup(body))
