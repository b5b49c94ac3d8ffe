"""A bank as a file: Excel or Moodle GIFT, in a ZIP archive with its pictures when it has any. It holds the keys."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import select

from app.audit import operations as audit
from app.files import queries as stored
from app.files import store
from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import Item, ItemBank
from ..queries import banks as queries
from ..rules import content, gift_writing, workbook
from ..rules.drafts import Draft, draft_of
from ..rules.items import Content
from .banks import BANK, picture_keys

EXCEL, GIFT = "xlsx", "gift"
FORMATS = (EXCEL, GIFT)
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to save."""

    name: str
    content_type: str
    content: bytes


def export_bank(actor: Actor, bank_code: str, form: str) -> Exported:
    """All items of a bank that are in use, by topic and code; who took them out is recorded.

    Args:
        form: `xlsx` or `gift`.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
    """
    bank = queries.bank_to_edit(actor, bank_code)
    query = select(Item).where(Item.bank_key == bank.key, Item.retired.is_(False)).order_by(Item.topic, Item.code)
    found = db.session.scalars(query).all()
    pictures = _pictures(actor, found)
    drafts = [_draft(item, pictures) for item in found]
    audit.record_access(actor, "export", BANK, f"{bank.code}.{form}")
    suffix, body = _written(bank, drafts, form)
    if not pictures:
        return Exported(f"{bank.code}.{suffix}", _TYPES[suffix], body)
    return Exported(f"{bank.code}.zip", _TYPES["zip"], _packed(f"{bank.code}.{suffix}", body, pictures))


def _written(bank: ItemBank, drafts: Sequence[Draft], form: str) -> tuple[str, bytes]:
    if form == GIFT:
        return "txt", gift_writing.write(drafts, bank.title).encode()
    return "xlsx", workbook.write(drafts)


def _pictures(actor: Actor, found: Sequence[Item]) -> dict[int, tuple[str, str]]:
    """Name in the archive and hash of every picture, by key."""
    keys = {key for item in found for key in picture_keys(item.body)}
    return {
        key: (f"pictures/{file.sha256[:16]}.{_SUFFIXES.get(file.content_type, 'png')}", file.sha256)
        for key, file in stored.readable(actor, keys).items()
    }


def _draft(item: Item, pictures: dict[int, tuple[str, str]]) -> Draft:
    draft = draft_of(Content(item.topic, item.kind, item.points, item.body), item.code)

    def named(source: str) -> str:
        key = source.removeprefix(content.FILE)
        return pictures[int(key)][0] if key.isdecimal() and int(key) in pictures else source

    draft.prompt = content.with_sources(draft.prompt, named)
    draft.choices = [content.with_sources(text, named) for text in draft.choices]
    draft.pairs = [content.with_sources(text, named) for text in draft.pairs]
    return draft


def _packed(name: str, body: bytes, pictures: dict[int, tuple[str, str]]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
        for picture, sha256 in sorted(set(pictures.values())):
            archive.writestr(picture, store.blob(sha256).read_bytes())
    return target.getvalue()
