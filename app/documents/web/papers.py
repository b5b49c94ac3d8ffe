"""Pages of the papers of a document: their state while they are made, a new try, scans of what was signed by hand."""

from __future__ import annotations

from io import BytesIO

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.documents import paperwork
from app.documents.papers import papers_of
from app.kernel.errors import Conflict, Invalid
from app.web import shell
from app.web.forms import FormState

from .blueprint import blueprint
from .facts import document_facts, paper_facts


@blueprint.get("/documents/<int:key>/papers")
def papers(key: int) -> ResponseReturnValue:
    """The card of a document's files as it stands now; reloads the page that watches it when they are there."""
    found = papers_of(shell.current_actor(), key)
    text = shell.render("documents/_papers.html", **paper_facts(key))
    if request.args.get("watching") != "1" or found.rendition is None or found.rendition.state == "preparing":
        return text
    return text, {"HX-Refresh": "true"}


@blueprint.post("/documents/<int:key>/papers")
def make_again(key: int) -> ResponseReturnValue:
    """Try once more to make the files of a document whose template failed."""
    paperwork.again(shell.current_actor(), key)
    return shell.go("documents.document", key=key, message=_("The files are being made again."))


@blueprint.post("/documents/<int:key>/scans")
def attach_scan(key: int) -> ResponseReturnValue:
    """Attach a scan of the paper signed by hand."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    file = request.files.get("scan")
    try:
        name, stream = (file.filename or "", file.stream) if file is not None else ("", BytesIO())
        paperwork.attach_scan(actor, key, name, stream, request.form.get("note", ""))
    except Invalid as error:
        state.errors["scan"] = error.errors["scan"][0] if "scan" in error.errors else error.message
        return shell.render("documents/document.html", **document_facts(key, state)), 422
    except Conflict as error:
        state.errors["scan"] = error.message
        return shell.render("documents/document.html", **document_facts(key, state)), 409
    return shell.go("documents.document", key=key, message=_("The scan is attached."))
