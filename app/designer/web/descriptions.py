"""How a process works, in words beside its diagram; the same as a regulation (DOCX)."""

from __future__ import annotations

from io import BytesIO

from flask import Response, make_response, send_file, url_for
from flask.typing import ResponseReturnValue

from app.designer import queries, regulation
from app.engine import queries as engine
from app.engine.drawing import without_machinery
from app.kernel.actor import Actor
from app.web import shell

from . import blueprint
from .limits import in_time

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/processes/<process_id>/versions/<int:version>/description")
def description(process_id: str, version: int) -> ResponseReturnValue:
    """A deployed process in words, for everybody who may know how it works."""
    actor = shell.current_actor()
    found = queries.descriptions.of_version(actor, process_id, version)
    return shell.render(
        "designer/description.html",
        title=found.description.name,
        described=[found.description],
        whole=found.whole,
        definition=found.definition,
        deployed_at=engine.deployment(actor, found.definition.deployment_key).deployed_at,
        diagram=url_for("designer.version_diagram", process_id=process_id, version=version),
        versions=_versions(actor),
        draft=None,
    )


@blueprint.get("/processes/<process_id>/versions/<int:version>/diagram.bpmn")
def version_diagram(process_id: str, version: int) -> Response:
    """The drawing of a version without expressions."""
    actor = shell.current_actor()
    found = engine.explained(actor, process_id, version)
    response = make_response(without_machinery(engine.xml_of(actor, found.key)))
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@blueprint.get("/processes/<process_id>/versions/<int:version>/regulation.docx")
def version_regulation(process_id: str, version: int) -> ResponseReturnValue:
    """The regulation of a version, for who reads models."""
    content = regulation.write(shell.current_actor(), process_id, version)
    name = f"{process_id}-{version}.docx"
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/description")
@in_time
def file_description(key: int, file_key: int) -> ResponseReturnValue:
    """The processes of a file that is being changed, in words."""
    actor = shell.current_actor()
    file = queries.drafts.file(actor, key, file_key)
    content = queries.drafts.content(actor, file_key)
    return shell.render(
        "designer/description.html",
        title=file.name,
        described=queries.descriptions.of_file(content, queries.drafts.resources(actor, key)),
        whole=True,
        definition=None,
        deployed_at=None,
        diagram=url_for("designer.content", key=key, file_key=file_key),
        versions=_versions(actor),
        draft=queries.drafts.draft(actor, key),
        file=file,
    )


def _versions(actor: Actor) -> dict[str, int]:
    """The latest version of every process, for links to those that are called."""
    return {found.process_id: found.version for found in engine.definitions(actor)}
