"""Publishing: the files of a draft become one deployment, if every gate lets them pass."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.audit.operations import record_event
from app.designer import gates, queries
from app.designer.models import PUBLISHED, TEST, Publication
from app.engine import operations as engine
from app.engine.views import Deployed
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from .rows import take

MOST_NOTE = 2000


def publish(actor: Actor, key: int, note: str) -> Deployed:
    """Deploy a draft.

    Args:
        note: what is new, for the list of versions.

    Raises:
        Invalid: no note, or a gate is shut; `details["findings"]` lists what the gates say.
        Conflict: it is not under review (or published already).
        NotFound, Forbidden: as `rows.take`.
    """
    draft = take(actor, key)
    if draft.stage != TEST or draft.approved_by is None:
        raise Conflict(_l("Only what was reviewed can be published."))
    words = note.strip()
    if not words or len(words) > MOST_NOTE:
        refusal = _l("Say in a few words what is new.")
        raise Invalid(refusal, {"note": [refusal]})
    shut = [finding for passed in gates.ask(actor, queries.drafts.draft(actor, key)) for finding in passed.findings]
    if any(finding.severity == "error" for finding in shut):
        raise Invalid(_l("The draft cannot be published yet."), findings=[finding.to_dict() for finding in shut])
    deployed = engine.deploy(actor, queries.drafts.resources(actor, key))
    db.session.add(
        Publication(
            deployment_key=deployed.key,
            draft_key=key,
            editors=list(draft.editors),
            approved_by=draft.approved_by,
            published_by=actor.login,
            published_at=clock.now(),
            note=words,
        )
    )
    draft.stage, draft.changed_at = PUBLISHED, clock.now()
    record_event(actor, "model_draft", key, "publish", details={"deployment": str(deployed.key)})
    db.session.flush()
    return deployed
