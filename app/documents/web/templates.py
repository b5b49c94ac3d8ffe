"""Administration: templates of official documents. Upload with check, versions, preview with sample or real facts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.documents import policies, template_operations
from app.documents.docx_templates import SUFFIX
from app.documents.titles import kind_title
from app.files import rules
from app.kernel.errors import Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .blueprint import blueprint

shell.nav_item(
    _l("Document templates"),
    "documents.templates",
    visible=lambda actor: actor.has_role("designer") and not actor.has_role("admin"),
    group=shell.Menu.MANAGEMENT,
    order=64,
)
shell.admin_item(_l("Document templates"), "documents.templates", visible=policies.may_see_templates, order=45)


@blueprint.get("/admin/documents")
def templates() -> ResponseReturnValue:
    """All templates with their newest version."""
    found = template_operations.overview(shell.current_actor())
    names = people.person_names(row.deployed_by for _name, row in found if row is not None and row.deployed_by)
    titled = sorted(((name, kind_title(name), row) for name, row in found), key=lambda item: str(item[1]))
    return shell.render("documents/templates.html", templates=titled, names=names)


@blueprint.get("/admin/documents/<name>")
def template(name: str) -> ResponseReturnValue:
    """One template: its versions, its fields, upload and preview."""
    return shell.render("documents/template.html", **_facts(name))


@blueprint.post("/admin/documents/<name>")
def upload_template(name: str) -> ResponseReturnValue:
    """Take a new version, if nothing is wrong with it; warnings are shown."""
    actor, state = shell.current_actor(), FormState()
    file = request.files.get("template")
    try:
        given, stream = (file.filename or "", file.stream) if file is not None else ("", BytesIO())
        row, warnings = template_operations.upload(actor, name, given, stream)
    except Invalid as error:
        problems = error.details.get("defects") or [error.message]
        return shell.render("documents/template.html", **_facts(name, state, problems)), 422
    for warning in warnings:
        shell.flash(warning, "warning")
    message = _(
        "Version %(number)s is in force: documents registered from now on are written with it.", number=row.version
    )
    return shell.go("documents.template", name=name, message=message)


@blueprint.get("/admin/documents/<name>/<int:version>")
def template_file(name: str, version: int) -> Response:
    """A version as DOCX."""
    row = template_operations.version(shell.current_actor(), name, version)
    return _download(row.content or b"", f"{name}-{version}{SUFFIX}", rules.TYPES["docx"])


@blueprint.get("/admin/documents/<name>/<int:version>/preview")
def preview_template(name: str, version: int) -> Response:
    """A version filled with sample facts, or with those of a real document (`document`), as PDF or DOCX (`format`)."""
    key = request.args.get("document", "")
    made = template_operations.preview(
        shell.current_actor(), name, version, document_key=int(key) if key.isdecimal() and len(key) < 19 else None
    )
    if request.args.get("format") == "docx":
        return _download(made.docx, f"{name}-{version}-preview.docx", rules.TYPES["docx"])
    response = send_file(BytesIO(made.pdf), mimetype="application/pdf", download_name=f"{name}-{version}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _download(content: bytes, name: str, kind: str) -> Response:
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _facts(name: str, state: FormState | None = None, problems: list[object] | None = None) -> dict[str, Any]:
    actor = shell.current_actor()
    found = template_operations.card(actor, name)
    return {
        "name": name,
        "title": kind_title(name),
        "card": found,
        "names": people.person_names(row.deployed_by for row in found.versions if row.deployed_by),
        "may_edit": policies.may_edit_templates(actor),
        "state": state or FormState(),
        "problems": problems or [],
    }
