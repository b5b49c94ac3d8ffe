"""A form as the server will show it: rendered from unsaved content, filled in for trying, stored nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import queries
from app.designer.rules import naming, samples
from app.forms import operations as forms
from app.forms.definition import FormDefinition
from app.forms.entries import UPLOAD
from app.forms.facts import TASK
from app.forms.rendering import render_form, render_updates
from app.kernel.errors import Invalid, NotFound
from app.web import shell

from . import blueprint
from .limits import in_time

_FRAMED = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'",
}
"""The preview stands in a frame of the editor's page, and in no other site's."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is previewed: the form, as whom, and with which values at the start."""

    schema: str
    definition: FormDefinition | None
    problems: tuple[str, ...]
    role: str
    filled: bool

    def context(self) -> dict[str, Any]:
        """The variables that the task would see."""
        form = samples.values(self.definition) if self.filled and self.definition is not None else {}
        return {"form": form, TASK: {"role": self.role, "roles": [self.role] if self.role else []}}


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/preview")
@in_time
def preview(key: int, file_key: int) -> ResponseReturnValue:
    """The saved form, to be tried."""
    _form_file(key, file_key)
    content = queries.drafts.content(shell.current_actor(), file_key)
    return _page(key, file_key, _shown(content.decode(errors="replace"), request.args))


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/preview")
@in_time
def try_form(key: int, file_key: int) -> ResponseReturnValue:
    """The unsaved form in the field `schema`. With `check` what was entered is validated.

    With `?refresh=1` only the parts that change after an entry are answered, as while a task is filled in.
    """
    _form_file(key, file_key)
    shown = _shown(request.form.get("schema", ""), request.form)
    if shown.definition is None or not ("check" in request.form or "entered" in request.form):
        return _page(key, file_key, shown)
    actor = shell.current_actor()
    data = forms.parse_form_data(shown.definition, request.form)
    if request.args.get("refresh"):
        address = _refresh_url(key, file_key)
        parts = render_updates(
            shown.definition, data, request.form, actor=actor, context=shown.context(), refresh_url=address
        )
        return _framed(parts)
    if "check" not in request.form:
        return _page(key, file_key, shown, data=data)
    try:
        values = forms.validate_submission(
            shown.definition, data, context={**shown.context(), "outcome": "submit"}, actor=actor
        )
    except Invalid as error:
        errors = _without_files(error.errors)
        if errors:
            return _page(key, file_key, shown, data=data, errors=errors), 422
        values = {}
    return _page(key, file_key, shown, data=data, values=values)


def _form_file(key: int, file_key: int) -> None:
    if queries.drafts.file(shell.current_actor(), key, file_key).kind != naming.FORM:
        raise NotFound(_l("There is no such file in the draft."))


def _shown(schema: str, chosen: Mapping[str, str]) -> _Shown:
    """The form as it stands in the editor, checked as at a deployment."""
    found, findings = forms.check_form(schema.encode())
    problems = tuple(
        f"{finding.component}: {finding.message}" if finding.component else str(finding.message)
        for finding in findings
        if finding.severity == "error"
    )
    definition = None
    if found is not None and not problems:
        definition, _findings = forms.check_form(samples.with_samples(json.loads(schema)))
    return _Shown(schema, definition, problems, chosen.get("role", ""), chosen.get("filled") == "yes")


def _without_files(errors: Mapping[str, list[object]]) -> dict[str, list[object]]:
    """A preview takes no files: one that was chosen counts as given."""
    chosen = {name[len(UPLOAD) :] for name, file in request.files.items() if file.filename}
    return {path: messages for path, messages in errors.items() if path not in chosen}


def _page(
    key: int,
    file_key: int,
    shown: _Shown,
    *,
    data: Mapping[str, Any] | None = None,
    errors: dict[str, list[object]] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response:
    definition = shown.definition
    fields = (
        render_form(
            definition,
            data or {},
            actor=shell.current_actor(),
            context=shown.context(),
            errors=errors,
            refresh_url=_refresh_url(key, file_key),
        )
        if definition is not None
        else ""
    )
    return _framed(
        shell.render(
            "designer/preview.html",
            shown=shown,
            fields=fields,
            title=definition.title if definition is not None else _("Preview"),
            values=values,
        )
    )


def _refresh_url(key: int, file_key: int) -> str:
    return url_for("designer.try_form", key=key, file_key=file_key, refresh=1)


def _framed(text: str) -> Response:
    response = make_response(text)
    response.headers.update(_FRAMED)
    return response
