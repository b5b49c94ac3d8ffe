"""Files of drafts to take away, alone or together, and their history."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.designer import operations, policies, queries
from app.designer.models import DRAFT
from app.designer.rules import layout
from app.designer.rules.naming import stem
from app.engine.views import Resource
from app.people import queries as people
from app.web import shell

from . import blueprint
from .answers import key_of
from .labels import STAGES

_EPOCH = (2020, 1, 1, 0, 0, 0)
"""Every file of an archive has one date: the same files give the same archive."""


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/download")
def download(key: int, file_key: int) -> ResponseReturnValue:
    """One file, byte for byte; `?revision=` a row of its history."""
    actor = shell.current_actor()
    file, row = queries.drafts.file(actor, key, file_key), key_of(request.args.get("revision", ""))
    if row is not None:
        name = f"{stem(file.name)}-{row}{file.name.removeprefix(stem(file.name))}"
        return _file(name, queries.drafts.revision_content(actor, file_key, row))
    return _file(file.name, queries.drafts.content(actor, file_key))


@blueprint.get("/drafts/<int:key>/files.zip")
def archive(key: int) -> ResponseReturnValue:
    """All files of a draft, laid out as a folder for Git."""
    actor = shell.current_actor()
    found = queries.drafts.draft(actor, key)
    return _file(f"draft-{key}.zip", _zip([*queries.drafts.everything(actor, found.key)]))


@blueprint.get("/deployed.zip")
def deployed_archive() -> ResponseReturnValue:
    """Everything that is deployed, in its newest version, laid out as a folder for Git."""
    return _file("workflows.zip", _packed(queries.folder.placed(shell.current_actor())))


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/history")
def history(key: int, file_key: int) -> ResponseReturnValue:
    """Who changed a file, and when."""
    actor = shell.current_actor()
    file, draft = queries.drafts.file(actor, key, file_key), queries.drafts.draft(actor, key)
    rows = queries.drafts.history(actor, file_key)
    return shell.render(
        "designer/history.html",
        draft=draft,
        file=file,
        rows=rows,
        stages=STAGES,
        names=people.person_names(row.author for row in rows),
        may_change=policies.may_design(actor) and draft.stage == DRAFT,
    )


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/history/<int:row>/changes")
def changes_since(key: int, file_key: int, row: int) -> ResponseReturnValue:
    """What a file has become since a row of its history."""
    actor = shell.current_actor()
    file, draft = queries.drafts.file(actor, key, file_key), queries.drafts.draft(actor, key)
    return shell.render(
        "designer/changes_since.html",
        draft=draft,
        file=file,
        difference=queries.differing.since_revision(actor, key, file_key, row),
        row=next(each for each in queries.drafts.history(actor, file_key) if each.key == row),
        addresses=[
            url_for("designer.download", key=key, file_key=file_key, revision=row),
            url_for("designer.content", key=key, file_key=file_key),
        ],
    )


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/history/<int:row>/restore")
def restore_row(key: int, file_key: int, row: int) -> ResponseReturnValue:
    """The file becomes what it was; that is a change like any other."""
    actor = shell.current_actor()
    file = queries.drafts.file(actor, key, file_key)
    policies.demand_designing(actor)
    content = queries.drafts.revision_content(actor, file_key, row)
    note = _("Restored from the history")
    operations.drafts.save(actor, file_key, content, file.revision, note=note)
    return shell.go("designer.history", key=key, file_key=file_key, message=_("The file is as it was then."))


def _file(name: str, content: bytes) -> Response:
    """Bytes to save; never shown in the browser (a foreign XML may hold scripts)."""
    answer: Response = send_file(
        BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )
    return answer


def _zip(resources: Sequence[Resource]) -> bytes:
    return _packed({path: each.content for path, each in layout.folders(resources).items()})


def _packed(files: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
