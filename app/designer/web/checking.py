"""Lists to pick from, for the islands."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.designer import queries
from app.web import shell

from . import blueprint
from .answers import as_json


@blueprint.get("/vocabulary.json")
@as_json
def vocabulary() -> ResponseReturnValue:
    """What a designer picks from; `?draft=<key>` adds what that draft brings."""
    draft = request.args.get("draft", type=int)
    return jsonify(queries.vocabulary.vocabulary(shell.current_actor(), draft))
