"""Calls of the decision editor: test rows, and tables as Excel files."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from typing import Any

from flask import jsonify, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.designer import operations, queries
from app.designer.operations.deciding import Imported, Tried
from app.designer.rules import naming, rows
from app.designer.views import FileView
from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.excel import MIME

from . import blueprint
from .answers import as_json
from .limits import in_time


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/rows")
@as_json
@in_time
def rows_of(key: int, file_key: int) -> ResponseReturnValue:
    """The test rows of a decision file, made with its saved content."""
    actor, file = shell.current_actor(), _decision(key, file_key)
    kept, revision = queries.test_rows.rows_of(actor, queries.drafts.draft(actor, key), file.name)
    tried = operations.deciding.try_rows(actor, queries.drafts.content(actor, file_key), kept)
    return jsonify({"decisions": [_tried(each) for each in tried], "revision": revision})


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/rows")
@as_json
@in_time
def try_rows(key: int, file_key: int) -> ResponseReturnValue:
    """Make unsaved content for test rows: `{content, decisions, keep, revision}`; `keep` writes the rows down."""
    actor, file = shell.current_actor(), _decision(key, file_key)
    sent: Any = request.get_json(silent=True)
    try:
        content, kept = str(sent["content"]).encode(), rows.parse(sent["decisions"])
        keep, revision = bool(sent.get("keep")), int(sent.get("revision") or 0)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise Invalid(_l("These test rows cannot be read: at most 200 for each decision.")) from error
    tried = operations.deciding.try_rows(actor, content, kept)
    if keep:
        revision = operations.deciding.keep_rows(actor, key, file.name, kept, revision)
    return jsonify({"decisions": [_tried(each) for each in tried], "revision": revision})


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/xlsx")
def workbook(key: int, file_key: int) -> ResponseReturnValue:
    """The tables of a decision file as it is saved, for Excel."""
    actor, file = shell.current_actor(), _decision(key, file_key)
    try:
        content = operations.deciding.export(actor, queries.drafts.content(actor, file_key))
    except Invalid as error:
        return shell.go("designer.editor", key=key, file_key=file_key, message=error.message, kind="danger")
    name = f"{naming.stem(file.name)}.xlsx"
    return send_file(BytesIO(content), mimetype=MIME, as_attachment=True, download_name=name)


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/xlsx")
@as_json
def read_workbook(key: int, file_key: int) -> ResponseReturnValue:
    """What a workbook (`file`) would change in unsaved content (`content`): the new content and the difference."""
    _decision(key, file_key)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(_l("Choose an Excel file (.xlsx)."))
    content = request.form.get("content", "").encode()
    found = operations.deciding.read_workbook(shell.current_actor(), content, upload.read(), upload.filename)
    return jsonify(_imported(found))


def _decision(key: int, file_key: int) -> FileView:
    file = queries.drafts.file(shell.current_actor(), key, file_key)
    if file.kind != naming.DMN:
        raise NotFound(_l("There is no such file in the draft."))
    return file


def _tried(found: Tried) -> dict[str, Any]:
    return {
        "id": found.decision,
        "name": found.name,
        "inputs": [asdict(value) for value in found.inputs],
        "answers": [asdict(value) for value in found.answers],
        "rows": [{"inputs": dict(row.inputs), "expected": dict(row.expected)} for row in found.rows],
        "outcomes": [{**asdict(outcome), "right": outcome.right} for outcome in found.outcomes],
    }


def _imported(found: Imported) -> dict[str, Any]:
    tables = [
        {
            "decision": grid.decision,
            "name": grid.name,
            "columns": [{"label": column.label, "kind": column.kind} for column in grid.columns],
            "changes": [asdict(change) for change in changes],
        }
        for grid, changes in found.changes
    ]
    return {"content": found.content.decode(), "tables": tables}
