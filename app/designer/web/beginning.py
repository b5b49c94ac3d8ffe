"""New drafts: an empty process, decision or form, uploaded files, or nothing yet."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.rules import beginnings, naming
from app.designer.rules.texts import plain
from app.engine.views import Resource
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.people import catalogue
from app.web import shell
from app.web.forms import FormState

from . import blueprint
from .answers import key_of
from .uploads import uploaded

PROCESS, DECISION, FORM, FILES = "process", "decision", "form", "files"
WHAT = (
    (PROCESS, _l("A process")),
    (DECISION, _l("A decision")),
    (FORM, _l("A form")),
    (FILES, _l("Files that I have")),
)
LEVELS = {"region": _l("Region"), "municipality": _l("Municipality"), "school": _l("School"), "outside": _l("Outside")}


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """What shall begin: a new draft, or a file in the draft `?draft=`."""
    policies.demand_designing(shell.current_actor())
    what = request.args.get("what", PROCESS)
    return _page(FormState(values={"what": what, "draft": request.args.get("draft", "")}))


@blueprint.post("/new")
def begin() -> ResponseReturnValue:
    """Begin it, and go on to its editor."""
    actor, form, state = shell.current_actor(), request.form, FormState(values=request.form)
    policies.demand_designing(actor)
    try:
        files = uploaded() if form.get("what") == FILES else [_first_file(form, form.getlist("lanes"))]
        draft = key_of(form.get("draft", ""))
        if draft is not None:
            keys = [operations.drafts.add_file(actor, draft, file.name, file.content) for file in files]
            return shell.go("designer.editor", key=draft, file_key=keys[0])
        title = form.get("name", "") if form.get("what") != FILES else naming.stem(files[0].name)
        key = operations.drafts.create(actor, title, files=files)
        found = queries.drafts.draft(actor, key).files
        if len(found) == 1:
            return shell.go("designer.editor", key=key, file_key=found[0].key)
        return shell.go("designer.draft", key=key)
    except Invalid as error:
        state.refuse(error)
    return _page(state), 422


def _first_file(form: Mapping[str, str], lanes: list[str]) -> Resource:
    """The empty file that was asked for."""
    what, name = form.get("what", ""), " ".join(plain(form.get("name", "")).split())
    if not name or len(name) > operations.drafts.MOST_TITLE:
        raise _refused("name", _("Give it a name of up to %(most)s characters.", most=operations.drafts.MOST_TITLE))
    code = form.get("code", "").strip() or beginnings.code_of(name)
    if not beginnings.CODE.fullmatch(code):
        raise _refused("code", _("The identifier begins with a small Latin letter; letters, digits and _ follow."))
    actor = shell.current_actor()
    if what in (PROCESS, DECISION, FORM) and queries.deployed.is_deployed(actor, what, code):
        raise _refused(
            "code", _("“%(code)s” is in use already: open it from the list, or choose another one.", code=code)
        )
    if what == DECISION:
        return Resource(f"{code}.dmn", beginnings.decision(code, name))
    if what == FORM:
        return Resource(f"{code}.form", beginnings.form(code, name))
    known = catalogue.roles()
    chosen = [(role, known[role].ru) for role in lanes if role in known] if form.get("frame") == "lanes" else []
    if form.get("frame") == "lanes" and not chosen:
        raise _refused("lanes", _("Choose the roles that take part."))
    return Resource(f"{code}.bpmn", beginnings.process(code, name, chosen))


def _refused(field: str, text: str) -> Invalid:
    return Invalid(text, {field: [text]})


def _page(state: FormState) -> str:
    actor: Actor = shell.current_actor()
    draft = key_of(str(state.value("draft")))
    levels = [
        (LEVELS[level], [(role.id, str(role)) for role in catalogue.roles().values() if role.level == level])
        for level in catalogue.LEVELS
    ]
    page: str = shell.render(
        "designer/new.html",
        state=state,
        what=WHAT,
        levels=[(label, roles) for label, roles in levels if roles],
        draft=queries.drafts.draft(actor, draft) if draft is not None else None,
    )
    return page
