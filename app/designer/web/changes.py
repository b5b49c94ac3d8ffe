"""What a draft changes, side by side and in words, and what that touches."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.designer import operations, policies, queries
from app.designer.models import DRAFT, TEST
from app.designer.views import DraftView
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.people import queries as people
from app.people.catalogue import role_name
from app.web import shell

from . import blueprint
from .drafts import section
from .editing import TYPES
from .labels import KINDS, STAGES


@section("changes")
def told(actor: Actor, draft: DraftView) -> Mapping[str, object]:
    """What the draft's page says of its changes."""
    return {"files": queries.differing.differences(actor, draft.key)}


@blueprint.get("/drafts/<int:key>/changes")
def changes(key: int) -> ResponseReturnValue:
    """Every change of a draft, and what publishing it touches."""
    actor = shell.current_actor()
    draft = queries.drafts.draft(actor, key)
    found = queries.differing.differences(actor, key)
    meanwhile = [one.meanwhile for one in found if one.meanwhile]
    return shell.render(
        "designer/changes.html",
        draft=draft,
        files=found,
        impact=queries.impact.impact(actor, key, found) if draft.stage in (DRAFT, TEST) else None,
        stages=STAGES,
        kinds=KINDS,
        role_name=role_name,
        names=people.person_names(one.deployed_by for one in meanwhile),
        may_change=policies.may_design(actor) and draft.stage == DRAFT,
    )


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/base")
def base(key: int, file_key: int) -> ResponseReturnValue:
    """What a file was started from: the older side of the comparison."""
    actor = shell.current_actor()
    file = queries.drafts.file(actor, key, file_key)
    return Response(queries.differing.base_content(actor, file_key), content_type=TYPES[file.kind])


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/base")
def rebase(key: int, file_key: int) -> ResponseReturnValue:
    """Go on with one of two versions: field `choice`, `mine` or `theirs`."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    try:
        operations.publishing.rebase(actor, file_key, request.form.get("choice", ""))
    except Invalid as error:
        return shell.go("designer.changes", key=key, message=error.message, kind="danger")
    return shell.go("designer.changes", key=key, message=_("The draft goes on with the version that you chose."))
