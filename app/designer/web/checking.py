"""Lists to pick from and checks for the islands; the checks of a whole draft on its page and as a gate."""

from __future__ import annotations

from collections.abc import Mapping

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.findings import Finding
from app.designer.gates import gate
from app.designer.models import DRAFT, TEST
from app.designer.views import DraftView
from app.engine.bpmn.limited import pool
from app.kernel.actor import Actor
from app.web import shell

from . import blueprint
from .answers import as_json, sent_file
from .drafts import section

MOST = 100
"""So many findings the draft's page shows."""


@blueprint.get("/vocabulary.json")
@as_json
def vocabulary() -> ResponseReturnValue:
    """What a designer picks from; `?draft=<key>` adds what that draft brings."""
    draft = request.args.get("draft", type=int)
    found = queries.vocabulary.vocabulary(shell.current_actor(), draft)
    pool.warm()  # an editor opens: it will ask for checks
    return jsonify(found)


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/checks")
@as_json
def check(key: int, file_key: int) -> ResponseReturnValue:
    """Findings about a file as it stands in an editor: the body is its content, which is not saved."""
    found = queries.checks.of_content(shell.current_actor(), key, file_key, sent_file())
    return jsonify({"findings": [finding.to_dict() for finding in found]})


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/clean")
def clean(key: int, file_key: int) -> ResponseReturnValue:
    """Take the records of Camunda 7 out of a diagram."""
    operations.cleaning.clean(shell.current_actor(), key, file_key)
    return shell.go("designer.draft", key=key, message=_("The records of Camunda 7 were taken out."))


@gate("checks", label=_l("Checks"), order=10)
def all_right(actor: Actor, draft: DraftView) -> list[Finding]:
    """A draft is published without errors only."""
    return queries.checks.of_draft(actor, draft.key)


@section("checks")
def on_page(actor: Actor, draft: DraftView) -> Mapping[str, object]:
    """All findings of a draft that is still worked on, with the files to open."""
    if draft.stage not in (DRAFT, TEST) or not draft.files:
        return {}
    found = queries.checks.of_draft(actor, draft.key)
    mine = draft.stage == DRAFT and policies.may_design(actor)
    errors = sum(finding.severity == "error" for finding in found)
    return {
        "findings": found,
        "errors": errors,
        "warnings": len(found) - errors,
        "files": {file.name: file.key for file in draft.files},
        "most": MOST,
        "others": sorted({finding.resource for finding in found if finding.rule == "camunda7"}) if mine else [],
    }
