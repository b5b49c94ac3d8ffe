"""Words for the pages of a history."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people
from app.web.i18n import moment

from .. import queries
from ..journal import Card
from ..queries import Trail

VERBS: dict[str, object] = {
    "start": _l("started the process"),
    "complete": _l("did the task"),
    "claim": _l("took the task"),
    "release": _l("gave the task back to the queue"),
    "assign": _l("gave the task to another person"),
    "delegate": _l("handed the task on"),
    "extend": _l("moved the deadline"),
    "reschedule": _l("dates were worked out anew"),
    "deadline": _l("a deadline was noted"),
    "cancel": _l("cancelled the process"),
    "go_on_without": _l("went on without an answer"),
    "set_variables": _l("corrected data"),
    "move": _l("moved to another organisation"),
    "update_task": _l("changed the task"),
    "timer": _l("a timer fired"),
    "message": _l("a message arrived"),
    "signal": _l("a signal arrived"),
    "job": _l("the platform did its work"),
    "fail_job": _l("the platform's work failed"),
    "job_error": _l("the platform's work ended with an error"),
    "call": _l("a process was called"),
    "return": _l("the called process ended"),
    "resolve": _l("asked for another try"),
    "migrate": _l("moved it to another version of the process"),
    "undo_migration": _l("moved it back to the version before"),
    "modify": _l("moved the process to other steps"),
}
"""What an action was, in words; unknown ones show their own name."""

MARKS: dict[str, object] = {
    "timer": _l("Timer fired"),
    "message": _l("Message arrived"),
    "signal": _l("Signal arrived"),
    "conditional": _l("Condition became true"),
    "published": _l("Message sent"),
    "error": _l("Error"),
    "escalation": _l("Escalation"),
    "rescheduled": _l("Date moved"),
    "incident": _l("Incident"),
    "resolved": _l("Tried again"),
    "output": _l("Result kept"),
    "ended": _l("The process ended"),
    "migrated": _l("Another version"),
    "modified": _l("Other steps"),
}
OUTCOMES: dict[str, object] = {
    "approve": _l("agreed"),
    "return": _l("returned for correction"),
    "refuse": _l("refused"),
    "submit": _l("sent"),
}
CHANNELS: dict[str, object] = {
    "web": _l("web page"),
    "api": _l("API"),
    "cli": _l("command line"),
    "worker": _l("platform"),
}
_LONGEST = 600


def of(actor: Actor, trail: Trail) -> dict[str, Any]:
    """What the templates of a history call."""
    return {
        "VERBS": VERBS,
        "MARKS": MARKS,
        "OUTCOMES": OUTCOMES,
        "CHANNELS": CHANNELS,
        "plain": plain,
        "when": when,
        "form_of": queries.form_of,
        "outcome_words": lambda card: outcome_words(trail, card),
        "step_name": lambda card: step_name(trail, card),
        "table_name": queries.table_name,
        "entry_html": lambda card: queries.entry_html(actor, card),
        "says_why": lambda card: queries.says_why(actor, trail, card),
        "shows_outcome": lambda card: queries.shows_outcome(actor, trail, card),
        "role_words": people.role_name,
    }


def outcome_words(trail: Trail, card: Card) -> object:
    """What was decided: as the button said, else in the words of the usual outcomes."""
    outcome = str(card.details.get("outcome"))
    label = trail.path.drawing.outcome_label(card.event.element_id or "", outcome)
    return OUTCOMES.get(outcome, label) if label == outcome else label


def step_name(trail: Trail, card: Card) -> str:
    """What a step is called; whom the process went on without learns only who reads everybody's steps."""
    if card.event.verb == "go_on_without" and trail.whole:
        return f"{place(card.details.get('organisation'))}: {card.name}"
    return card.name


def plain(value: Any) -> str:
    """A value as text: JSON without quotes around a text, cut when it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=None)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def when(value: Any) -> str:
    """A date of the history as the reader writes it; anything else as it stands."""
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return plain(value)


def what(card: Card) -> str:
    """An action in words, for a table."""
    return str(VERBS.get(card.event.verb, card.event.verb))


def place(code: str | None) -> str:
    """Short name of an organisation; the code for a stranger."""
    if not code:
        return ""
    try:
        return people.organisation(code).short_name
    except NotFound:
        return code
