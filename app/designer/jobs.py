"""What the designer leaves to workers: runs of scenarios; to the night: drafts that were put aside long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from app.designer import operations, queries
from app.designer.models import ABANDONED, Draft
from app.jobs import kinds
from app.jobs.run import Run
from app.kernel import retention
from app.kernel.db import db


@kinds.handler("designer.scenarios", label=_l("Running scenarios"), at_once=1)
def run_scenarios(run: Run) -> Iterator[None]:
    """Run all scenarios of a draft; what did not go as told is a remark."""
    draft = queries.drafts.draft(run.actor, int(run.payload["draft"]))
    found = [view.file for view in queries.scenarios.scenarios_of(run.actor, draft)]
    run.total = len(found)
    for file in found[run.done :]:
        operations.scenarios.run(run.actor, draft.key, file.key)
        view = queries.scenarios.one(run.actor, draft.key, file.key)
        if view.state not in (queries.scenarios.GREEN, queries.scenarios.PREPARED):
            run.note(view.title, _("did not go as told"))
        run.done += 1
        yield


@retention.sweep("model_drafts", kept="models")
def abandoned_drafts(before: datetime, limit: int) -> int:
    """Drafts put aside long ago, with their files, history and comments. (Published ones tell who approved what.)"""
    old = select(Draft.key).where(Draft.stage == ABANDONED, Draft.changed_at < before).limit(limit)
    keys = list(db.session.scalars(old))
    if keys:
        db.session.execute(delete(Draft).where(Draft.key.in_(keys)))
    return len(keys)
