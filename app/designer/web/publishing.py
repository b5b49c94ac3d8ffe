"""Publishing a draft: what the gates say, what it touches, a note, and the act itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.designer import gates, operations, policies, queries
from app.designer.models import PUBLISHED, TEST, Publication
from app.designer.rules.items import TEMPLATE
from app.designer.views import DraftView
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people.catalogue import role_name
from app.web import shell
from app.web.forms import FormState

from . import blueprint
from .drafts import section
from .labels import STAGES
from .versions import PAGES


@section("publishing")
def state_of(actor: Actor, draft: DraftView) -> Mapping[str, object]:
    """What the draft's page says of publishing."""
    ready = draft.stage == TEST and draft.approved_by is not None
    published = draft.stage == PUBLISHED
    note = select(Publication.note).where(Publication.draft_key == draft.key).limit(1)
    return {
        "ready": ready and policies.may_design(actor),
        "note": db.session.scalar(note) if published else None,
        "versions": _items(actor, draft) if published else [],
    }


@blueprint.get("/drafts/<int:key>/publish")
def publishing(key: int) -> ResponseReturnValue:
    """The last look before publishing."""
    return _page(key, FormState())


@blueprint.post("/drafts/<int:key>/publish")
def publish(key: int) -> ResponseReturnValue:
    """Publish: field `note`."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    queries.drafts.draft(actor, key)
    try:
        operations.publishing.publish(actor, key, request.form.get("note", ""))
    except Invalid as error:
        state.refuse(error)
        return _page(key, state), 422
    except Conflict as error:
        return shell.go("designer.draft", key=key, message=error.message, kind="danger")
    return shell.go("designer.draft", key=key, message=_("Published. What begins from now on follows the new version."))


def _page(key: int, state: FormState) -> str:
    actor = shell.current_actor()
    policies.demand_designing(actor)
    draft = queries.drafts.draft(actor, key)
    found = queries.differing.differences(actor, key)
    return shell.render(
        "designer/publish.html",
        draft=draft,
        state=state,
        stages=STAGES,
        gates=gates.ask(actor, draft),
        files=found,
        impact=queries.impact.impact(actor, key, found),
        role_name=role_name,
        ready=draft.stage == TEST and draft.approved_by is not None,
    )


def _items(actor: Actor, draft: DraftView) -> list[tuple[str, str, str]]:
    """What a published draft holds: part of the address, id and name of each."""
    found = {
        (PAGES[item.kind], item.id): item.name
        for one in queries.differing.differences(actor, draft.key)
        for item in one.items
        if item.kind != TEMPLATE and not one.is_as_deployed
    }
    return [(page, item, name) for (page, item), name in found.items()]
