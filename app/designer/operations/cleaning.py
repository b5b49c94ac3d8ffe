"""A diagram of Camunda 7 is made one of this platform: what only the other understands is taken out on request."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import policies, queries
from app.designer.rules.cleaning import without_camunda7
from app.engine.bpmn import ModelError
from app.kernel.actor import Actor
from app.kernel.errors import Invalid

from . import drafts


def clean(actor: Actor, draft_key: int, file_key: int) -> None:
    """Save a diagram without the records of Camunda 7; what it was stays in its history.

    Raises:
        Invalid: the file is no diagram that can be read.
        Held, Conflict, NotFound, Forbidden: as for any change of a file.
    """
    policies.demand_designing(actor)
    file = queries.drafts.file(actor, draft_key, file_key)
    try:
        content = without_camunda7(queries.drafts.content(actor, file_key))
    except ModelError as error:
        raise Invalid(_l("This file cannot be read as a diagram.")) from error
    drafts.save(actor, file_key, content, file.revision, note=_("Without the records of Camunda 7"))
