"""Items from a file, in two steps: the file is checked and reported row by row, then its good rows are taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.files import operations as files
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key
from app.web.spreadsheets import Problem

from ..models import Item, ItemBank, ItemImport
from ..queries import banks as queries
from ..rules import archives, checking, content, excel, gift, items
from ..rules.archives import Upload
from ..rules.drafts import Draft, tidy
from ..rules.items import Content
from ..rules.reading import Reading, Row
from . import banks

NEW, CHANGE = "new", "change"
PICTURE_MEGABYTES = 5


@dataclass(slots=True)
class _Judged:
    """Rows that may be taken, problems, and how many rows the bank holds already."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0


class _Pictures:
    """Pictures of the upload, stored when a row first shows them."""

    def __init__(self, actor: Actor, upload: Upload) -> None:
        self.actor, self.upload = actor, upload
        self.keys: dict[str, int] = {}
        self.refusals: dict[str, object] = {}

    def placed(self, text: str) -> str:
        """The text with its pictures in the file store; unknown ones keep their names."""
        return content.with_sources(text, self._source)

    def refusal(self, draft: Draft) -> tuple[str, object] | None:
        """The first field with a picture that the file store refused, and why."""
        for name, text in _texts(draft):
            for picture in content.pictures(text):
                if picture.source in self.refusals:
                    return name, self.refusals[picture.source]
        return None

    def _source(self, source: str) -> str:
        name = archives.picture_name(source)
        if name not in self.upload.pictures or source in self.refusals:
            return source
        if name not in self.keys:
            try:
                stream = BytesIO(self.upload.pictures[name])
                kinds = [each.removeprefix(".") for each in archives.PICTURES]
                file = files.store_file(self.actor, name, stream, extensions=kinds, max_megabytes=PICTURE_MEGABYTES)
                self.keys[name] = file.key
            except Invalid as refusal:
                self.refusals[source] = refusal.message
                return source
        return f"{content.FILE}{self.keys[name]}"


def upload_items(actor: Actor, bank_code: str, file_name: str, body: bytes, *, key: int | None = None) -> ItemImport:
    """Read a file and keep its report; nothing is in the bank yet.

    Args:
        file_name: as the browser named it.
        body: an Excel file, a GIFT text, or a ZIP archive of one of them with pictures.
        key: of the import, where it was promised before.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
        Invalid: the file as a whole cannot be read.
    """
    bank = queries.bank_to_edit(actor, bank_code)
    upload = archives.read(body, file_name)
    reading = (
        excel.read(upload.content, upload.name) if upload.is_sheet else gift.read(archives.decoded(upload.content))
    )
    if not reading.rows and not reading.problems:
        raise Invalid(_l("The file holds no questions."), {"file": [_l("The file holds no questions.")]})
    judged = _judge(actor, bank, reading, _Pictures(actor, upload))
    shown = [_as_problem(problem, False) for problem in judged.problems]
    shown += [_as_problem(note, True) for note in reading.notes]
    run = ItemImport(
        key=key or next_key(),
        bank_key=bank.key,
        file_name=file_name[-120:],
        sha256=hashlib.sha256(body).hexdigest(),
        rows=judged.rows,
        problems=sorted(shown, key=lambda problem: (problem["sheet"], problem["row"])),
        same=judged.same,
        uploaded_by=actor.login,
        uploaded_at=clock.now(),
        taken_count=0,
    )
    db.session.add(run)
    db.session.flush()
    return run


def take_items(actor: Actor, bank_code: str, key: int) -> ItemImport:
    """Take the good rows of an uploaded file into the bank, once; what the bank has got meanwhile is not doubled.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change, or has no such import.
        Conflict: the file was taken already.
    """
    bank, run = begin_taking(actor, bank_code, key)
    take_rows(actor, bank, run, run.rows)
    record_taken(actor, bank, run)
    return run


def begin_taking(actor: Actor, bank_code: str, key: int) -> tuple[ItemBank, ItemImport]:
    """Lock the bank and an uploaded file that nobody takes a second time.

    Raises:
        NotFound, Forbidden: as `take_items`.
        Conflict: the file was taken already.
    """
    bank, run = held_import(actor, bank_code, key)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    run.taken_at = clock.now()
    return bank, run


def held_import(actor: Actor, bank_code: str, key: int) -> tuple[ItemBank, ItemImport]:
    """The bank and an uploaded file, both locked.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change, or has no such import.
    """
    bank = banks.hold_bank(queries.bank_to_edit(actor, bank_code))
    run = queries.import_run(bank.key, key)
    db.session.refresh(run, with_for_update=True)
    return bank, run


def record_taken(actor: Actor, bank: ItemBank, run: ItemImport) -> None:
    """Keep in the bank's history that a file was taken."""
    facts = {"file": run.file_name, "sha256": run.sha256, "items": run.taken_count}
    audit.record_event(actor, banks.BANK, bank.code, "import_items", details=facts)


def take_rows(actor: Actor, bank: ItemBank, run: ItemImport, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write some rows of a file: new and changed items; rows that say what the bank holds are left out."""
    digests = set(db.session.scalars(select(Item.digest).where(Item.bank_key == bank.key)))
    codes = [row["code"] for row in rows if row["code"]]
    known = db.session.scalars(select(Item).where(Item.bank_key == bank.key, Item.code.in_(codes)))
    by_code = {item.code: item for item in known}
    number = banks.next_number(bank)
    written: list[Item] = []
    for row in rows:
        if row["digest"] in digests:
            continue
        code = row["code"]
        if not code:
            code, number = banks.numbered(number), number + 1
        item = by_code.get(code) or banks.new_item(bank, code)
        said = Content(row["topic"], row["kind"], Decimal(row["points"]), row["body"])
        banks.write(actor, item, said, row["digest"])
        digests.add(row["digest"])
        written.append(item)
    banks.remember(actor, written)
    run.taken_count += len(written)
    db.session.flush()


def _judge(actor: Actor, bank: ItemBank, reading: Reading, pictures: _Pictures) -> _Judged:
    """What can be done with every row."""
    query = select(Item.code, Item.digest).where(Item.bank_key == bank.key)
    known: dict[str, str] = {row.code: row.digest for row in db.session.execute(query)}
    digests = set(known.values())
    judged = _Judged(problems=list(reading.problems))
    by_digest: dict[str, int] = {}
    by_code: dict[str, int] = {}
    for row in reading.rows:
        said = _said(actor, row, pictures, judged)
        if said is None:
            continue
        code = tidy(row.draft).code
        digest = banks.digest_of(actor, said) if banks.picture_keys(said.body) else items.digest(said)
        if digest in by_digest:
            message = _l("The same question stands in row %(row)s already.", row=by_digest[digest])
            judged.problems.append(row.problem("prompt", message))
        elif code in by_code:
            message = _l("This code stands in row %(row)s already.", row=by_code[code])
            judged.problems.append(row.problem("code", message))
        elif digest in digests:
            judged.same += 1
        else:
            judged.rows.append(_stored(row, said, digest, code, CHANGE if code in known else NEW))
        by_digest.setdefault(digest, row.row)
        if code:
            by_code.setdefault(code, row.row)
    return judged


def _said(actor: Actor, row: Row, pictures: _Pictures, judged: _Judged) -> Content | None:
    """What a row says; its problems are added when it cannot be taken."""
    draft = tidy(row.draft)
    draft.prompt = pictures.placed(draft.prompt)
    draft.choices = [pictures.placed(text) for text in draft.choices]
    draft.pairs = [pictures.placed(text) for text in draft.pairs]
    refusal = pictures.refusal(draft)
    said, problems = checking.checked(draft)
    if refusal is not None:
        problems = {**problems, refusal[0]: refusal[1]}
    elif said is not None:
        problems = _foreign_pictures(actor, draft, pictures)
    judged.problems += [row.problem(name, message) for name, message in problems.items()]
    return None if problems else said


def _foreign_pictures(actor: Actor, draft: Draft, pictures: _Pictures) -> checking.Problems:
    """Pictures named by a key of the store (`file:…`) that are not of this upload: only the actor's own are taken."""
    keys = {picture.key for _name, text in _texts(draft) for picture in content.pictures(text)}
    return banks.picture_problems(actor, draft) if keys - set(pictures.keys.values()) else {}


def _texts(draft: Draft) -> list[tuple[str, str]]:
    return [
        ("prompt", draft.prompt),
        *((f"choice.{number}", text) for number, text in enumerate(draft.choices, start=1)),
        *((f"pair.{number}", text) for number, text in enumerate(draft.pairs, start=1)),
    ]


def _stored(row: Row, said: Content, digest: str, code: str, does: str) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "code": code,
        "topic": said.topic,
        "kind": said.kind,
        "points": items.plain(said.points),
        "body": said.body,
        "digest": digest,
        "does": does,
    }


def _as_problem(problem: Problem, note: bool) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "message": str(problem.message),
        "note": note,
    }
