"""Documents of Camunda's API: the file store. A reference goes into a variable; who sees it there may read the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, NoReturn, cast

from flask import Flask, Response, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields
from werkzeug.datastructures import FileStorage

from app.api import Blueprint, NotOffered, current_actor, no_content, register_blueprint
from app.api.schemas import ApiSchema, Moment
from app.files import operations, queries, store
from app.files.models import File
from app.kernel.actor import Actor
from app.kernel.errors import AppError, Invalid, NotFound

blueprint = Blueprint("documents-api", __name__, url_prefix="/v2/documents", description="Files.")
MOST_FILES = 20


class DocumentMetadata(ApiSchema):
    """What is known about a file."""

    content_type = fields.String(required=True)
    file_name = fields.String(required=True)
    expires_at = Moment(required=True, allow_none=True)
    size = fields.Integer(required=True)
    process_definition_id = fields.Constant(None, required=True, allow_none=True)
    process_instance_key = fields.Constant(None, required=True, allow_none=True)
    custom_properties: fields.Field[Any] = fields.Constant({}, required=True)


class DocumentReference(ApiSchema):
    """A file as variables refer to it."""

    camunda_document_type = fields.Constant("camunda", required=True, data_key="camunda.document.type")
    store_id = fields.String(required=True)
    document_id = fields.String(required=True)
    content_hash = fields.String(required=True)
    metadata = fields.Nested(DocumentMetadata, required=True)


class DocumentFailure(ApiSchema):
    """A file that was not taken, and why."""

    file_name = fields.String(required=True)
    status = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)


class DocumentBatch(ApiSchema):
    """What became of several files."""

    failed_documents = fields.List(fields.Nested(DocumentFailure), required=True)
    created_documents = fields.List(fields.Nested(DocumentReference), required=True)


def register(app: Flask) -> None:
    """Add the calls to the application."""
    register_blueprint(app, blueprint)


def _reference(file: File) -> dict[str, Any]:
    """A file as `DocumentReference` writes it."""
    metadata = {"content_type": file.content_type, "file_name": file.name, "expires_at": None, "size": file.size}
    return {
        "store_id": queries.STORE_ID,
        "document_id": str(file.key),
        "content_hash": file.sha256,
        "metadata": metadata,
    }


@blueprint.route("", methods=["POST"])
@blueprint.response(201, DocumentReference)
def create_document() -> dict[str, Any]:
    """Upload a document

    Multipart: the part `file`, and `metadata` with its `fileName`. The store names it.
    """
    _own_store()
    if request.args.get("documentId"):
        raise NotOffered("'documentId' of the caller's choice")
    upload = request.files.get("file")
    if upload is None:
        _refuse("file", _("The part “file” is missing."))
    return _reference(_kept(current_actor(), upload, _metadata(request.form.get("metadata"))))


@blueprint.route("/batch", methods=["POST"])
@blueprint.response(201, DocumentBatch)
def create_documents() -> tuple[dict[str, Any], int]:
    """Upload several documents

    Those that cannot be taken are told with the reason; then the status is 207.
    """
    _own_store()
    uploads = request.files.getlist("files")
    if not 0 < len(uploads) <= MOST_FILES:
        _refuse("files", _("Send 1 to %(most)s files.", most=MOST_FILES))
    created, failed = [], []
    for upload in uploads:
        try:
            created.append(_reference(_kept(current_actor(), upload, {})))
        except AppError as error:
            failed.append(
                {"file_name": upload.filename or "", "status": 400, "title": "Bad Request", "detail": str(error)}
            )
    return {"created_documents": created, "failed_documents": failed}, 207 if failed else 201


def _kept(actor: Actor, upload: FileStorage, metadata: Mapping[str, Any]) -> File:
    name = metadata.get("fileName") or upload.filename or ""
    return operations.store_file(actor, str(name), cast(BinaryIO, upload.stream))


def _metadata(text: str | None) -> Mapping[str, Any]:
    """The part `metadata`.

    Raises:
        Invalid: it is no JSON object. NotOffered: it wants something that the store does not keep.
    """
    if text is None and "metadata" in request.files:
        text = request.files["metadata"].stream.read(100_000).decode(errors="replace")
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        _refuse("metadata", _("“metadata” is not a JSON object."))
    for name in ("expiresAt", "customProperties"):
        if found.get(name):
            raise NotOffered(f"'{name}' of a document")
    return found


def _own_store() -> None:
    if request.args.get("storeId", queries.STORE_ID) != queries.STORE_ID:
        raise NotFound(_l("There is no such document store."))


def _file(document_id: str) -> File:
    _own_store()
    if not document_id.isdecimal() or len(document_id) > 19:
        raise NotFound(_l("There is no such file."))
    file = queries.file_for(current_actor(), int(document_id))
    if request.args.get("contentHash", file.sha256) != file.sha256:
        _refuse("contentHash", _("The file has another hash."))
    return file


def _refuse(name: str, message: str) -> NoReturn:
    raise Invalid(message, {name: [message]})


@blueprint.route("/<document_id>")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def get_document(document_id: str) -> Response:
    """Download a document"""
    file = _file(document_id)
    path = store.blob(file.sha256)
    if not path.exists():
        raise NotFound(_l("The file is missing from the store."))
    response = send_file(path, mimetype=file.content_type, as_attachment=True, download_name=file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.route("/<document_id>", methods=["DELETE"])
@blueprint.response(204)
def delete_document(document_id: str) -> Response:
    """Delete a document

    By who uploaded it, while nothing refers to it; else 409.
    """
    operations.delete_file(current_actor(), _file(document_id).key)
    return no_content()
