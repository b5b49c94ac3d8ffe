"""The page of a draft: its files, stage, review, comments, and the sections of the other parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.designer import operations, policies, queries
from app.designer.models import ABANDONED, DRAFT, TEST
from app.designer.views import CommentView, DraftView
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from . import blueprint
from .answers import key_of
from .labels import KINDS, STAGES

Section = Callable[[Actor, DraftView], Mapping[str, object]]
_sections: dict[str, Section] = {}


def section(name: str) -> Callable[[Section], Section]:
    """Register what gives a section of the page its facts: `designer/_<name>.html` finds them under its name.

    Args:
        name: `checks`, `scenarios`, `changes` or `publishing`.
    """

    def register(function: Section) -> Section:
        _sections[name] = function
        return function

    return register


@blueprint.get("/drafts/<int:key>")
def draft(key: int) -> ResponseReturnValue:
    """One draft."""
    return page(key, FormState())


@blueprint.post("/drafts/<int:key>/title")
def rename(key: int) -> ResponseReturnValue:
    """Another title."""
    state = FormState(values=request.form)
    try:
        operations.drafts.rename(shell.current_actor(), key, request.form.get("title", ""))
        return shell.go("designer.draft", key=key, message=_("The draft has its new title."))
    except Invalid as error:
        state.refuse(error)
    return page(key, state), 422


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/remove")
def remove_file(key: int, file_key: int) -> ResponseReturnValue:
    """Take a file out."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    operations.drafts.remove_file(actor, file_key)
    return shell.go("designer.draft", key=key, message=_("The file was taken out of the draft."))


@blueprint.post("/drafts/<int:key>/stage")
def stage(key: int) -> ResponseReturnValue:
    """Submit, approve, give back, take back, put aside, take up again: field `act`."""
    actor, form = shell.current_actor(), request.form
    note, state = form.get("note", ""), FormState(values=form)
    reviewing = operations.reviewing
    acts = {
        "submit": (
            lambda: reviewing.submit(actor, key, note),
            _("The other designers were asked to review the draft."),
        ),
        "approve": (lambda: reviewing.approve(actor, key, note), _("The draft is approved.")),
        "return": (lambda: reviewing.return_(actor, key, note), _("The draft went back to its writers.")),
        "withdraw": (lambda: reviewing.withdraw(actor, key), _("You can change the draft again.")),
        "abandon": (lambda: reviewing.abandon(actor, key), _("The draft was put aside.")),
        "resume": (lambda: reviewing.resume(actor, key), _("You can change the draft again.")),
    }
    found = acts.get(form.get("act", ""))
    policies.demand_designing(actor)
    if found is None:
        return page(key, state), 422
    try:
        found[0]()
        return shell.go("designer.draft", key=key, message=found[1])
    except Invalid as error:
        state.refuse(error)
    return page(key, state), 422


@blueprint.post("/drafts/<int:key>/comments")
def comment(key: int) -> ResponseReturnValue:
    """Say something about the draft, or answer."""
    form, state = request.form, FormState(values=request.form)
    parent = key_of(form.get("parent", ""))
    try:
        operations.commenting.comment(shell.current_actor(), key, form.get("text", ""), parent_key=parent)
        return shell.go("designer.draft", key=key)
    except Invalid as error:
        state.refuse(error)
    return page(key, state), 422


@blueprint.post("/drafts/<int:key>/comments/<int:comment_key>/resolve")
def resolve(key: int, comment_key: int) -> ResponseReturnValue:
    """A comment is done with, or open again: field `done`."""
    done = request.form.get("done", "1") == "1"
    operations.commenting.resolve(shell.current_actor(), key, comment_key, done=done)
    return shell.go("designer.draft", key=key)


def page(key: int, state: FormState) -> str:
    """The page of a draft with what was refused."""
    actor = shell.current_actor()
    found = queries.drafts.draft(actor, key)
    comments = queries.comments.comments(actor, key)
    mine = policies.may_design(actor)
    judges = mine and policies.may_approve(actor, found.author, found.editors)
    sections: dict[str, Any] = {name: facts(actor, found) for name, facts in _sections.items()}
    return shell.render(
        "designer/draft.html",
        draft=found,
        state=state,
        titled=state if state.error("title") else FormState(values={"title": found.title}),
        comments=comments,
        titles=queries.drafts.titles(actor, key),
        names=people.person_names(_logins(found, comments)),
        stages=STAGES,
        kinds=KINDS,
        may_design=mine,
        **sections,
        may_change=mine and found.stage == DRAFT,
        may_judge=judges and found.stage == TEST and found.approved_by is None,
        may_withdraw=mine and found.stage == TEST,
        may_resume=mine and found.stage == ABANDONED,
    )


def _logins(draft: DraftView, comments: list[CommentView]) -> set[str]:
    found = {draft.author, *draft.editors, draft.submitted_by or "", draft.approved_by or ""}
    for file in draft.files:
        found |= {file.changed_by, file.holder or ""}
    for comment in comments:
        found |= {comment.author, *(answer.author for answer in comment.answers)}
    return found
