"""Uploads of file fields: at once, before the form is sent."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from app.forms import operations, queries
from app.forms.attachments import add_uploads
from app.forms.entries import UPLOAD, component_at
from app.forms.rendering import render_file_field
from app.kernel.errors import Invalid, NotFound
from app.web import shell

blueprint = Blueprint("forms", __name__, url_prefix="/forms", template_folder="templates")


@blueprint.record
def allow_long_forms(state: BlueprintSetupState) -> None:
    """A form with 200 rows has more parts and text than Flask allows by default."""
    state.app.config["MAX_FORM_MEMORY_SIZE"] = 4_000_000
    state.app.config["MAX_FORM_PARTS"] = 10_000


@blueprint.post("/<int:key>/files/<path>")
def upload(key: int, path: str) -> Response:
    """Take a file for a field of a form. Answers with the field, the file in it or the reason why not (422)."""
    actor = shell.current_actor()
    definition = queries.form(key)
    component = component_at(definition, path)
    if component is None or component.type != "filepicker":
        raise NotFound(_l("There is no such field."))
    raw = operations.parse_form_data(definition, request.form)
    errors: dict[str, list[object]] = {}
    try:
        add_uploads(component, raw, path, request.files.getlist(UPLOAD + path), actor)
    except Invalid as error:
        errors[path] = [error.message]
        shell.keep_changes()  # the files before the refused one stay
    refresh = shell.safe_next(request.args.get("refresh")) or ""
    html = render_file_field(definition, raw, path, actor=actor, refresh_url=refresh, errors=errors)
    response = make_response(html, 422 if errors else 200)
    response.headers["HX-Trigger"] = "form:uploaded"
    return response
