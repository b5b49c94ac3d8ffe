"""Comments on work, and saved views of the inbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from app.engine import operations as engine_verbs
from app.engine import queries as engine
from app.files import operations as files
from app.files import queries as stored
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from . import policies
from .models import SavedFilter, TaskComment
from .rules import COMMENT_FILES, View, printable

MOST_FILTERS = 30
_LONGEST_COMMENT = 5000
_MOST_FILES = 10


def add_comment(
    actor: Actor,
    instance_key: int,
    text: str,
    uploads: Sequence[FileStorage] = (),
    *,
    task_key: int | None = None,
    on_behalf_of: str | None = None,
) -> TaskComment:
    """Say something on an instance, with files. Comments stay: nobody changes or deletes them.

    Raises:
        NotFound: the instance is out of scope.
        Forbidden: the actor only reads.
        Invalid: nothing is said, too much is said, or a file is refused.
    """
    engine.instance(actor, instance_key)
    if not policies.may_comment(actor):
        raise Forbidden()
    text = printable(text).strip()
    if not text and not uploads:
        raise Invalid(_l("Write something or attach a file."), {"text": [_l("Write something or attach a file.")]})
    if len(text) > _LONGEST_COMMENT:
        raise Invalid(_l("The comment is too long."), {"text": [_l("At most 5,000 characters.")]})
    if len(uploads) > _MOST_FILES:
        raise Invalid(_l("Too many files."), {"files": [_l("At most 10 files at once.")]})
    comment = TaskComment(
        key=next_key(),
        instance_key=instance_key,
        task_key=task_key,
        author=actor.login,
        on_behalf_of=on_behalf_of,
        text=text,
        files=_stored(actor, uploads),
        created_at=clock.now(),
    )
    db.session.add(comment)
    db.session.flush()
    files.attach_found(comment.files, COMMENT_FILES, instance_key)
    return comment


def _stored(actor: Actor, uploads: Sequence[FileStorage]) -> list[object]:
    kept: list[object] = []
    for upload in uploads:
        try:
            kept.append(stored.reference(files.store_file(actor, upload.filename or "", cast(BinaryIO, upload.stream))))
        except Invalid as error:
            raise Invalid(error.message, {"files": [error.message]}) from error
    return kept


@dataclass(frozen=True, slots=True)
class Completion:
    """One row of a sheet: see `app.engine.operations.complete_user_task`."""

    task_key: int
    values: Mapping[str, Any]
    outcome: str
    comment: str | None
    password: str | None


def complete_each(actor: Actor, rows: Sequence[Completion]) -> dict[int, object]:
    """Complete like tasks one by one; a refused one changes nothing and leaves the others alone.

    Returns:
        Task key -> what is wrong, for those that were refused.
    """
    problems: dict[int, object] = {}
    for row in sorted(rows, key=lambda row: row.task_key):  # one order for everybody: no deadlock
        try:
            with db.savepoint():
                engine_verbs.complete_user_task(
                    actor, row.task_key, row.values, outcome=row.outcome, comment=row.comment, password=row.password
                )
        except AppError as error:
            messages = [message for found in getattr(error, "errors", {}).values() for message in found]
            problems[row.task_key] = messages[0] if messages else error.message
    return problems


def save_filter(actor: Actor, name: str, view: View) -> SavedFilter:
    """Keep a view under a name; an existing name is replaced and keeps its share code.

    Raises:
        Invalid: no name, nothing narrowed, or too many saved already.
    """
    name = " ".join(printable(name).split())[:60]
    if not name:
        raise Invalid(_l("Give the filter a name."))
    if not view.narrows:
        raise Invalid(_l("Choose something first: this view shows everything."))
    saved = db.session.scalars(
        select(SavedFilter).where(SavedFilter.login == actor.login, SavedFilter.name == name)
    ).one_or_none()
    if saved is None:
        count = db.session.scalar(select(func.count()).where(SavedFilter.login == actor.login)) or 0
        if count >= MOST_FILTERS:
            raise Invalid(_l("You have saved 30 filters already: delete one first."))
        saved = SavedFilter(
            key=next_key(), login=actor.login, name=name, share_code=secrets.token_urlsafe(9), created_at=clock.now()
        )
        db.session.add(saved)
    saved.params = dict(view.arguments())
    db.session.flush()
    return saved


def delete_filter(actor: Actor, key: int) -> None:
    """Forget a saved filter of one's own; its shared link stops working.

    Raises:
        NotFound: none, or somebody else's.
    """
    saved = db.session.get(SavedFilter, key)
    if saved is None or saved.login != actor.login:
        raise NotFound(_l("There is no such filter."))
    db.session.delete(saved)
    db.session.flush()
