"""No pages of its own (the auditor's are in `app.tracing`): keeps what the page shell refuses."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint

from app.web import shell
from app.web.security import Refusal

from . import words
from .operations import record_access

blueprint = Blueprint("audit", __name__)
for _filter in (words.subject_words, words.verb_words, words.field_words):
    blueprint.add_app_template_filter(_filter)


@shell.on_refusal
def keep_refusal(refusal: Refusal) -> None:
    """Record a 403 or 404 of a signed-in person."""
    actor = replace(refusal.actor, address=refusal.address)
    record_access(actor, refusal.action, "path", refusal.path, outcome=refusal.outcome, request_id=refusal.request_id)
