"""The page on which a listener takes a test: phone first, without scripts too, offline for a while with them."""

from __future__ import annotations

import secrets
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Response, current_app, jsonify, make_response, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.files import store
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import shell

from ..models import Attempt
from ..models.attempts import FINISHED
from ..operations import attempts
from ..queries import attempts as queries
from ..queries.attempts import Question
from ..rules import items
from ..rules.content import plain_words
from . import texts
from .blueprint import blueprint

KIND_WORDS = {"входной": _l("Entry test"), "повторный": _l("Repeated diagnostics")}
DEVICE = "test_device"
ANSWERS = "courses.test_answers"
_GREATEST = 2**53 - 1
"""The greatest number that a browser counts exactly."""


@blueprint.app_template_filter("shown_percent")
def shown_percent(value: Fraction | None) -> str:
    """A percentage as people see it: cut, not rounded, to one decimal."""
    if value is None:
        return "—"
    tenths = int(value * 10)
    return f"{tenths // 10},{tenths % 10}"


@blueprint.app_template_filter("test_kind")
def test_kind(kind: str) -> object:
    """What a kind of attempt is called."""
    return KIND_WORDS.get(kind, kind)


@blueprint.app_template_filter("points_plain")
def points_plain(points: Decimal) -> str:
    """Points without needless zeros, with the decimal comma."""
    return items.plain(points).replace(".", ",")


@blueprint.app_template_filter("item_words")
def item_words(text: str) -> str:
    """A text of an item where only plain words can stand (options of a select)."""
    return plain_words(text, 90)


@blueprint.get("/<int:key>")
def take(key: int) -> ResponseReturnValue:
    """The test: what it is, the questions, or how it ended."""
    taking = queries.taking(shell.current_actor(), key, session.get(DEVICE, ""))

    def shown(text: str) -> Markup:
        return texts.shown(text, lambda file: url_for("assessment.picture", key=key, file=file))

    sequence = max((question.seq for question in taking.questions), default=0)
    finished = taking.attempt is not None and taking.attempt.state == FINISHED
    answered = sum(question.response is not None for question in taking.questions)
    return shell.render(
        "assessment/take.html",
        taking=taking,
        window=taking.window,
        attempt=taking.attempt,
        finished=finished,
        answered=answered,
        sequence=sequence,
        shown=shown,
        answers_address=_answers_address(taking.attempt) if finished else None,
    )


@blueprint.post("/<int:key>/start")
def start(key: int) -> ResponseReturnValue:
    """Draw the variant and start the clock."""
    session.setdefault(DEVICE, secrets.token_hex(8))
    attempts.begin(shell.current_actor(), key, session[DEVICE])
    return shell.go("assessment.take", key=key)


@blueprint.post("/<int:key>/here")
def here(key: int) -> ResponseReturnValue:
    """Go on in this browser; the one before stops."""
    session.setdefault(DEVICE, secrets.token_hex(8))
    attempts.take_over(shell.current_actor(), key, session[DEVICE])
    return shell.go("assessment.take", key=key, message=_("The test goes on here."))


@blueprint.post("/<int:key>/answers")
def answer(key: int) -> ResponseReturnValue:
    """Keep one response: fields `position`, `seq`, `v` (each value) and `p.<source>`. Answers JSON; may be repeated."""
    form = request.form
    try:
        position, sequence = int(form["position"]), int(form["seq"])
    except (KeyError, ValueError):
        return {"state": "bad"}, 422
    pairs = {name[2:]: value for name, value in form.items() if name.startswith("p.")}
    if not (0 < position < 10_000 and 0 < sequence <= _GREATEST):
        return {"state": "bad"}, 422
    try:
        saved = attempts.save_response(
            shell.current_actor(), key, session.get(DEVICE, ""), position, sequence, form.getlist("v"), pairs
        )
    except attempts.Over as error:
        return {"state": "over", "message": str(error)}, 409
    except attempts.Elsewhere as error:
        return {"state": "elsewhere", "message": str(error)}, 409
    except Invalid as error:
        return {"state": "bad", "message": str(error)}, 422
    left = (saved.ends_at - clock.now()).total_seconds()
    return jsonify(state="saved", seq=saved.seq, left=max(0, int(left)))


@blueprint.post("/<int:key>/save")
def save(key: int) -> ResponseReturnValue:
    """Without scripts: keep everything that the form holds."""
    try:
        newer = _keep_form(key)
    except (Conflict, Invalid) as error:
        shell.keep_changes()  # the answers before the refused one stay
        return shell.go("assessment.take", key=key, message=error.message, kind="danger")
    said = _("Your answers are saved.")
    if newer:
        said = _("Your answers are saved. What was answered later in another window stays.")
    return shell.go("assessment.take", key=key, message=said)


@blueprint.post("/<int:key>/finish")
def finish(key: int) -> ResponseReturnValue:
    """End the test. What the form still holds is kept first, if there is time."""
    try:
        _keep_form(key)
    except (attempts.Elsewhere, Invalid) as error:
        shell.keep_changes()
        return shell.go("assessment.take", key=key, message=error.message, kind="danger")
    except Conflict:
        pass  # the time is over: what was saved by then counts
    attempts.finish(shell.current_actor(), key)
    return shell.go("assessment.take", key=key)


@blueprint.get("/<int:key>/pictures/<int:file>")
def picture(key: int, file: int) -> ResponseReturnValue:
    """A picture of an item of the reader's own variant."""
    found = queries.picture_in_variant(shell.current_actor(), key, file)
    if found is None or not store.blob(found.sha256).exists():
        raise NotFound(_l("There is no such file."))
    response: Response = send_file(store.blob(found.sha256), mimetype=found.content_type, etag=found.sha256)
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return make_response(response)


def _answers_address(attempt: Attempt | None) -> str | None:
    """Where the listener reads her answers: a page of the courses, if there are any."""
    if attempt is None or ANSWERS not in current_app.view_functions:
        return None
    return url_for(ANSWERS, code=attempt.window.course, key=attempt.key)


def _keep_form(key: int) -> int:
    """Save the responses of a whole form: fields `q<position>` and `q<position>.<source>`, with the next numbers.

    What was saved since this page last knew of a question (field `s<position>`) is newer than the form, and stays.

    Returns:
        How many questions have something newer.
    """
    actor, device = shell.current_actor(), session.get(DEVICE, "")
    taking = queries.taking(actor, key, device)
    if taking.state == queries.ELSEWHERE:
        raise attempts.Elsewhere(_l("The test goes on in another browser."))
    newer = 0
    for question in taking.questions:
        given, known = _given(question), _known(question)
        if question.seq > known:
            newer += 1
        elif given is not None:
            attempts.save_response(actor, key, device, question.position, known + 1, *given)
    return newer


def _known(question: Question) -> int:
    """The number as new as which the form is; a form that says none is taken for one of now."""
    try:
        known = int(request.form[f"s{question.position}"])
    except (KeyError, ValueError):
        return question.seq
    return known if 0 <= known < _GREATEST else question.seq


def _given(question: Question) -> tuple[list[str], dict[str, str]] | None:
    """What the form says about a question; None when it says nothing (a choice that was never made)."""
    name = f"q{question.position}"
    values: list[Any] = request.form.getlist(name)
    pairs = {
        field.removeprefix(name + "."): value for field, value in request.form.items() if field.startswith(name + ".")
    }
    return (values, pairs) if values or pairs else None
