"""DOCX templates: checked, versioned, found. The newest version counts for every document that is written from now on,
whatever deployment its process came with: a letterhead is no part of a model.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from flask import current_app, has_app_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, text, tuple_

from app.documents.models import DocumentTemplate
from app.documents.renditions import limited
from app.documents.renditions.defects import Defect
from app.documents.renditions.kinds import kind_of, sample
from app.forms import queries as forms
from app.kernel import clock
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key

SUFFIX = ".docx"
_NAME = re.compile(r"[a-z0-9_-]{1,80}")


def check(name: str, content: bytes) -> list[Defect]:
    """What is wrong with a template: its file, its tags, fields that its kind of document does not have.

    Args:
        name: name of the template, which is its kind of document (`order`); unknown ones may use the general fields
            and those of the form of that name.
    """
    kind = kind_of(name)
    return limited.check(content, kind.root(_form_keys(name)), sample(kind))


def deploy(name: str, content: bytes, *, deployment_key: int = 0, login: str = "") -> DocumentTemplate:
    """Store a new version of a template that was checked. The content of the newest version makes no new one.

    Raises:
        Invalid: not a proper name.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(_l("The document template “%(name)s” has no proper name or is too large.", name=name))
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"docx {name}"})
    newest, digest = latest(name), hashlib.sha256(content).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return newest
    row = DocumentTemplate(
        key=next_key(),
        name=name,
        version=newest.version + 1 if newest else 1,
        format="docx",
        deployment_key=deployment_key,
        deployed_by=login,
        content=content,
        sha256=digest,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def latest(name: str) -> DocumentTemplate | None:
    """The newest stored version, None when none is."""
    query = select(DocumentTemplate).where(*_named(name)).order_by(DocumentTemplate.version.desc())
    return db.session.scalars(query.limit(1)).first()


def stored(name: str, sha256: str) -> DocumentTemplate | None:
    """The version with this content, the newest if several: a file that was deployed once does not come back over
    what the office changed since."""
    query = select(DocumentTemplate).where(*_named(name), DocumentTemplate.sha256 == sha256)
    return db.session.scalars(query.order_by(DocumentTemplate.version.desc()).limit(1)).first()


def by_key(key: int) -> DocumentTemplate | None:
    """One stored version of either format."""
    return db.session.get(DocumentTemplate, key)


def for_document(name: str) -> DocumentTemplate | None:
    """The template that a document is written with from now on: the newest stored, else the one that comes with the
    program, which is stored by that (a document names the version that wrote it)."""
    name = name.removesuffix(SUFFIX)
    if not _NAME.fullmatch(name):
        return None
    found = latest(name)
    if found is not None:
        return found
    path = _folder() / f"{name}{SUFFIX}"
    return deploy(name, path.read_bytes()) if path.is_file() else None


def newest() -> Sequence[DocumentTemplate]:
    """The newest stored version of every template."""
    docx = DocumentTemplate.format == "docx"
    last = select(DocumentTemplate.name, func.max(DocumentTemplate.version)).where(docx).group_by(DocumentTemplate.name)
    named = tuple_(DocumentTemplate.name, DocumentTemplate.version)
    return db.session.scalars(select(DocumentTemplate).where(docx, named.in_(last))).all()


def versions(name: str) -> Sequence[DocumentTemplate]:
    """All versions of a template, newest first."""
    return db.session.scalars(
        select(DocumentTemplate).where(*_named(name)).order_by(DocumentTemplate.version.desc())
    ).all()


def shipped() -> list[str]:
    """Names of the templates that come with the program."""
    return sorted(path.stem for path in _folder().glob(f"*{SUFFIX}"))


def _named(name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DocumentTemplate.name == name, DocumentTemplate.format == "docx"


def _folder() -> Path:
    settings = current_app.extensions["marshrut"] if has_app_context() else Settings.from_env()
    return Path(settings.root) / "forms" / "documents"


def _form_keys(name: str) -> frozenset[str] | None:
    """Keys of the form of that name, None when there is no such form (then any key may follow `форма.`)."""
    try:
        return frozenset("_".join(one.path) for one in forms.form_by(name).walk() if one.path)
    except NotFound:
        return None
