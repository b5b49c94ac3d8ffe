"""Definitions from a file (YAML or Excel): read and reported row by row first, taken after a look, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from .. import policies
from ..models import Indicator, IndicatorImport
from ..rules import definition as rules
from ..rules import files
from .definitions import check, save


def upload(actor: Actor, file_name: str, content: bytes) -> IndicatorImport:
    """Read a file; nothing is taken yet.

    Raises:
        Forbidden: the actor keeps no definitions.
        Invalid: it cannot be read at all, or holds nothing.
    """
    if not policies.may_edit_any(actor):
        raise Forbidden(_l("Definitions are kept by coordinators."))
    good: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for row, data in files.read(content, file_name):
        _judge(actor, row, data, seen, good, problems)
    run = IndicatorImport(
        key=next_key(),
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=good,
        problems=problems,
        uploaded_by=actor.login,
        uploaded_at=clock.now(),
        taken_at=None,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _judge(
    actor: Actor,
    row: int,
    data: Mapping[str, Any] | str,
    seen: dict[str, int],
    good: list[dict[str, Any]],
    problems: list[dict[str, Any]],
) -> None:
    code = str(data.get("code") or "") if isinstance(data, Mapping) else ""
    for message in _faults(actor, data, code, seen):
        problems.append({"row": row, "code": code[:100], "message": str(message)[:1000]})
        return
    assert isinstance(data, Mapping)
    seen[code.strip()] = row
    body = rules.dump(check(actor, data))
    known = db.session.get(Indicator, body["code"])
    same = known is not None and known.current.body == body and known.retired_at is None
    good.append({"row": row, "data": body, "base": known.version if known else None, "same": same})


def _faults(actor: Actor, data: Mapping[str, Any] | str, code: str, seen: Mapping[str, int]) -> Iterator[object]:
    """What is wrong with a row, if anything."""
    if isinstance(data, str):
        yield data
        return
    if code.strip() in seen:
        yield _l("The code «%(code)s» stands in row %(row)s already.", code=code.strip(), row=seen[code.strip()])
        return
    try:
        found = check(actor, data)
        known = db.session.get(Indicator, found.code)
        if known is not None and not policies.may_edit(actor, known.organisation):
            yield _l("The indicator «%(code)s» is kept by others.", code=found.code)
    except Invalid as error:
        yield "; ".join(str(each) for messages in error.errors.values() for each in messages) or error
    except AppError as error:
        yield error


def find(actor: Actor, key: int) -> IndicatorImport:
    """One upload with its report, for who made it.

    Raises:
        NotFound: there is none of the actor's.
    """
    run = db.session.get(IndicatorImport, key) if policies.may_edit_any(actor) else None
    if run is None or run.uploaded_by != actor.login:
        raise NotFound(_l("There is no such import."))
    return run


def take(actor: Actor, key: int) -> int:
    """Take the good rows: new indicators and new versions. Returns how many.

    Raises:
        NotFound: as `find`.
        Conflict: it was taken already, or somebody has changed one of the indicators meanwhile.
    """
    find(actor, key)
    run = db.session.get_one(IndicatorImport, key, with_for_update=True)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already."))
    changed = [row for row in run.rows if not row["same"]]
    for row in changed:
        save(actor, row["data"], base=row["base"], reason=run.file_name)
    run.taken_at, run.taken_count = clock.now(), len(changed)
    db.session.flush()
    return len(changed)
