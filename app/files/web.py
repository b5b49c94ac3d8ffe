"""Download of files."""

from __future__ import annotations

from flask import Blueprint, Response, send_file
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from app.files import queries, rules, store
from app.kernel.errors import NotFound
from app.web import shell

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.record
def use_data_dir(state: BlueprintSetupState) -> None:
    """The store lies in the installation's data folder."""
    store.use(state.app.extensions["marshrut"].data_dir)


@blueprint.get("/<int:key>")
def download(key: int) -> Response:
    """The file: a PDF or picture is shown, anything else saved. 404 when it is not for the reader."""
    file = queries.file_for(shell.current_actor(), key)
    path = store.blob(file.sha256)
    if not path.exists():
        raise NotFound(_l("The file is missing from the store."))
    response = send_file(
        path,
        mimetype=file.content_type,
        as_attachment=file.content_type not in rules.INLINE,
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.created_at,
        conditional=True,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if file.content_type != "application/pdf":
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
