"""Deploy forms; read and check what people enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, text
from werkzeug.datastructures import FileStorage, MultiDict

from app.forms import queries
from app.forms.attachments import add_uploads
from app.forms.definition import Finding, FormDefinition
from app.forms.entries import REFUSED, UPLOAD, component_at, is_row_change, read_entries
from app.forms.models import Form
from app.forms.reading import read_form
from app.forms.validation import checked
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.kernel.ids import next_key

__all__ = ["check_form", "deploy_form", "is_row_change", "parse_form_data", "validate_submission"]


def check_form(source: bytes) -> tuple[FormDefinition | None, list[Finding]]:
    """Read a form without deploying it: for lint, preview and checks before a deployment."""
    return read_form(source)


def deploy_form(source: bytes, deployment_key: int, *, resource_name: str = "") -> FormDefinition:
    """Store a new version of a form.

    Args:
        source: the `.form` file.
        deployment_key: the deployment it comes with.
        resource_name: its file name in the deployment.

    Raises:
        Invalid: the file has errors; `errors` maps the component's key to its messages.
    """
    definition, findings = read_form(source)
    errors: dict[str, list[object]] = {}
    for finding in findings:
        if finding.severity == "error":
            errors.setdefault(finding.component, []).append(finding.message)
    if errors or definition is None:
        raise Invalid(_l("The form “%(name)s” has errors.", name=resource_name or "?"), errors)
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"form {definition.form_id}"})
    last = db.session.scalar(select(func.max(Form.version)).where(Form.form_id == definition.form_id))
    row = Form(
        key=next_key(),
        form_id=definition.form_id,
        version=(last or 0) + 1,
        version_tag=definition.version_tag,
        deployment_key=deployment_key,
        title=definition.title,
        resource_name=resource_name or f"{definition.form_id}.form",
        source=source.decode(),
        sha256=definition.sha256,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return queries.definition_of(row)


def parse_form_data(
    definition: FormDefinition,
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage] | None = None,
    *,
    actor: Actor | None = None,
) -> dict[str, Any]:
    """What was entered in a posted form, as raw values in the form's shape: texts, lists of texts, rows.

    Nothing is checked, so that nothing is lost: store it as a draft, render it again, or validate it. Row buttons
    («Добавить строку», «Удалить») and file buttons are carried out. Names that the form does not have are dropped.

    Args:
        form: `request.form`.
        files: `request.files`, for browsers without JavaScript: uploads are stored for `actor`; a refused one
            leaves its message in the raw values and is told at the next check.
    """
    raw = read_entries(definition, form)
    if files is not None and actor is not None:
        for name in files:
            if name.startswith(UPLOAD):
                _take_files(definition, raw, name[len(UPLOAD) :], files.getlist(name), actor)
    return raw


def _take_files(
    definition: FormDefinition, raw: dict[str, Any], path: str, uploads: list[FileStorage], actor: Actor
) -> None:
    component = component_at(definition, path)
    chosen = [upload for upload in uploads if upload.filename]
    if component is None or component.type != "filepicker" or not chosen:
        return
    try:
        add_uploads(component, raw, path, chosen, actor)
    except Invalid as error:
        raw.setdefault(REFUSED, {})[path] = str(error)


def validate_submission(
    definition: FormDefinition,
    values: Mapping[str, Any],
    *,
    context: Mapping[str, Any],
    actor: Actor,
) -> dict[str, Any]:
    """Check what was entered and return the values to keep.

    Args:
        values: raw values (`parse_form_data`, a draft) or typed ones (API, scenarios).
        context: the variables that the task sees, `form` (the context that prefills, if any) and `outcome`.

    Returns:
        One value per visible field, read-only, prefilled and computed ones from the server; hidden and unknown
        fields are dropped; sign-off fields hold the signature.

    Raises:
        Invalid: `errors` maps field paths (`rows.2.title`) to messages in the reader's language.
    """
    return checked(definition, values, context, actor)
