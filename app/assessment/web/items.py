"""One item: shown with its key, statistics and versions; written and changed with a preview."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.files import operations as files
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import shell
from app.web.forms import FormState

from ..models import ItemBank
from ..operations import banks as operations
from ..queries import banks as queries
from ..queries import statistics
from ..rules.checking import MOST_CHOICES
from ..rules.content import FILE
from ..rules.drafts import Draft, draft_of, tidy
from ..rules.items import ALL, KINDS, SCORED_BY_PARTS, Content
from . import words
from .banks import frame
from .blueprint import blueprint

LEAST_ROWS, MORE_ROWS = 4, 4
PICTURES, PICTURE_MEGABYTES = ("png", "jpg", "jpeg", "gif", "webp"), 5


@blueprint.get("/banks/<code>/items/<item>")
def bank_item(code: str, item: str) -> ResponseReturnValue:
    """One item as its keepers see it."""
    found = queries.bank(shell.current_actor(), code)
    shown = queries.item(found.key, item)
    return shell.render(
        "assessment/bank_item.html",
        **frame(found, ""),
        item=shown,
        statistics=statistics.of_items([shown.key]).get(shown.key),
        versions=queries.versions(shown.key),
        scoring=words.SCORING,
    )


@blueprint.get("/banks/<code>/items/<item>/versions/<int:version>")
def bank_item_version(code: str, item: str, version: int) -> ResponseReturnValue:
    """What an item said in one version."""
    found = queries.bank(shell.current_actor(), code)
    shown = queries.item(found.key, item)
    said = next((each for each in queries.versions(shown.key) if each.version == version), None)
    if said is None:
        raise NotFound()
    return shell.render(
        "assessment/bank_item_version.html", **frame(found, ""), item=shown, said=said, scoring=words.SCORING
    )


@blueprint.get("/banks/<code>/new/<kind>")
def new_bank_item(code: str, kind: str) -> ResponseReturnValue:
    """The form of a new item of a kind."""
    found = _editable(code, kind)
    topic = request.args.get("topic", "")[:200]
    return _form(found, Draft(kind=kind, topic=topic, scoring=ALL), FormState())


@blueprint.post("/banks/<code>/new/<kind>")
def add_bank_item(code: str, kind: str) -> ResponseReturnValue:
    """Add an item, or show the form again (more choices, a picture, a preview)."""
    return _submitted(_editable(code, kind), _draft(kind), "")


@blueprint.get("/banks/<code>/items/<item>/edit")
def edit_bank_item(code: str, item: str) -> ResponseReturnValue:
    """The form of an item."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    shown = queries.item(found.key, item)
    draft = draft_of(Content(shown.topic, shown.kind, shown.points, shown.body), shown.code)
    return _form(found, draft, FormState(values={"version": shown.version}), item)


@blueprint.post("/banks/<code>/items/<item>/edit")
def change_bank_item(code: str, item: str) -> ResponseReturnValue:
    """Save the next version of an item, or show the form again."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    return _submitted(found, _draft(queries.item(found.key, item).kind), item)


@blueprint.post("/banks/<code>/items/<item>/use")
def use_bank_item(code: str, item: str) -> ResponseReturnValue:
    """Take an item out of use, or put it back."""
    retired = request.form.get("retired") == "1"
    operations.retire_item(shell.current_actor(), code, item, retired=retired)
    text = _("The question is not drawn any more.") if retired else _("The question is in use again.")
    return shell.go("assessment.bank_item", code=code, item=item, message=text)


def _editable(code: str, kind: str) -> ItemBank:
    found = queries.bank_to_edit(shell.current_actor(), code)
    if kind not in KINDS:
        raise NotFound()
    return found


def _draft(kind: str) -> Draft:
    """What the form says; empty choices between others stay where they are."""
    form = request.form
    return Draft(
        topic=form.get("topic", ""),
        kind=kind,
        points=form.get("points", ""),
        prompt=form.get("prompt", ""),
        code=form.get("code", ""),
        choices=form.getlist("choice")[:MOST_CHOICES],
        pairs=form.getlist("pair")[:MOST_CHOICES],
        correct=[int(number) for number in form.getlist("correct") if number.isdecimal()],
        value=form.get("value", ""),
        tolerance=form.get("tolerance", ""),
        scoring=form.get("scoring", ALL) if kind in SCORED_BY_PARTS else ALL,
        case_sensitive=form.get("case_sensitive") == "1",
    )


def _submitted(found: ItemBank, draft: Draft, item: str) -> ResponseReturnValue:
    """Do what the pressed button says."""
    actor, action = shell.current_actor(), request.form.get("action", "save")
    state = FormState(values=request.form)
    try:
        if action == "picture":
            draft.prompt = f"{draft.prompt.rstrip()}\n{_picture(actor)}".strip()
        if action == "preview":
            return _form(found, draft, state, item, operations.checked(actor, draft))
        if action in ("picture", "more"):
            return _form(found, draft, state, item, rows=MORE_ROWS if action == "more" else 0)
        version = request.form.get("version", "")
        saved = operations.save_item(
            actor, found.code, draft, item_code=item, version=int(version) if item and version.isdecimal() else None
        )
        return shell.go("assessment.bank_item", code=found.code, item=saved.code, message=_("The question is saved."))
    except Invalid as error:
        state.refuse(error)
    except Conflict as error:
        state.general.append(error.message)
        return _form(found, draft, state, item), 409
    return _form(found, draft, state, item), 422


def _picture(actor: Actor) -> str:
    """Store the chosen picture; the words that show it."""
    file, alt = request.files.get("picture"), " ".join(request.form.get("alt", "").split())
    errors: dict[str, list[object]] = {}
    if file is None or not file.filename:
        errors["picture"] = [_("Choose a file.")]
    if not alt or "[" in alt or "]" in alt:
        errors["alt"] = [_("Describe the picture in words, without square brackets.")]
    if errors or file is None:
        raise Invalid(_("Please check the marked fields."), errors)
    try:
        stored = files.store_file(
            actor,
            file.filename or "",
            cast(BinaryIO, file.stream),
            extensions=PICTURES,
            max_megabytes=PICTURE_MEGABYTES,
        )
    except Invalid as refusal:
        raise Invalid(refusal.message, {"picture": [refusal.message]}) from None
    return f"![{alt}]({FILE}{stored.key})"


def _form(
    found: ItemBank, draft: Draft, state: FormState, item: str = "", preview: Content | None = None, rows: int = 0
) -> str:
    """The form, with a row for every choice and some empty ones."""
    filled = max(len(tidy(draft).choices), len(tidy(draft).pairs))
    count = min(MOST_CHOICES, max(LEAST_ROWS, filled + (rows or 1)))
    values: dict[str, Any] = {
        **{
            name: getattr(draft, name)
            for name in ("code", "topic", "points", "prompt", "value", "tolerance", "scoring")
        },
        "case_sensitive": "1" if draft.case_sensitive else "",
        "version": state.value("version"),
    }
    return shell.render(
        "assessment/bank_item_form.html",
        **frame(found, ""),
        item=item,
        draft=draft,
        state=FormState(values=values, errors=state.errors, general=state.general),
        rows=[_row(draft, number) for number in range(1, count + 1)],
        topics=[topic.title for topic in queries.topics(found.key)],
        scoring_options=list(words.SCORING.items()),
        preview=preview,
        scoring=words.SCORING,
    )


def _row(draft: Draft, number: int) -> dict[str, object]:
    def at(texts: list[str]) -> str:
        return texts[number - 1] if number <= len(texts) else ""

    return {
        "number": number,
        "choice": at(draft.choices),
        "pair": at(draft.pairs),
        "correct": number in draft.correct,
    }
