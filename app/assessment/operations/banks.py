"""Banks and their items: every change of an item is a new version, and the versions before stay as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, cast, func, select

from app.audit import operations as audit
from app.files import operations as files
from app.files import queries as stored
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import next_key

from .. import policies
from ..models import Item, ItemBank, ItemVersion
from ..queries import banks as queries
from ..rules import checking, content, items
from ..rules.drafts import Draft, tidy
from ..rules.items import Body, Content

ITEM_FILES = "item"
"""Kind of use under which the file store keeps the pictures of items."""
BANK, ITEM = "item_bank", "item"
CODE = re.compile(r"(?!new\Z)[\w.\-]{2,40}")
"""Codes of banks and specifications; `new` is an address."""
_DIGITS = 6
"""Numbers of items without a code of their own have at most so many digits."""


def create_bank(actor: Actor, code: str, subject: str, title: str) -> ItemBank:
    """Add a bank to the actor's institute.

    Raises:
        Forbidden: the actor prepares no tests.
        Invalid: code, subject or title is missing or not allowed.
        Conflict: the code is taken.
    """
    if not policies.may_create_banks(actor):
        raise Forbidden(_l("Only the institute's staff who prepare tests change a bank."))
    errors: dict[str, list[object]] = {}
    if not CODE.fullmatch(code):
        errors["code"] = [_l("From 2 to 40 letters, digits, hyphens and full stops, no spaces.")]
    errors |= {
        name: [_l("Please fill this in.")] for name, text in (("subject", subject), ("title", title)) if not text
    }
    if not errors and db.session.scalar(select(ItemBank.key).where(ItemBank.code == code)) is not None:
        errors["code"] = [_l("This code is taken.")]
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)
    bank = ItemBank(
        key=next_key(),
        code=code,
        subject=subject,
        title=title,
        organisation=min(actor.organisations(*policies.AUTHORS), default=""),
        created_at=clock.now(),
        created_by=actor.login,
    )
    db.session.add(bank)
    audit.record_event(actor, BANK, code, "create", details={"subject": subject, "title": title})
    db.session.flush()
    return bank


def save_item(actor: Actor, bank_code: str, draft: Draft, *, item_code: str = "", version: int | None = None) -> Item:
    """Add an item, or change one: its next version.

    Args:
        draft: as it was written; its `code` names a new item, empty for the next number.
        item_code: of the item that is changed; empty for a new one.
        version: the version that was shown; None skips the check.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
        Invalid: what is wrong, by field.
        Conflict: somebody else changed the item, or the bank holds the same item already.
    """
    bank = hold_bank(queries.bank_to_edit(actor, bank_code))
    draft = tidy(draft)
    said = checked(actor, draft)
    digest = digest_of(actor, said)
    same = select(Item.code).where(Item.bank_key == bank.key, Item.digest == digest, Item.code != item_code)
    known = db.session.scalar(same.limit(1))
    if known is not None:
        raise Conflict(_l("The bank holds this question already: %(code)s.", code=known))
    if item_code:
        item = queries.item(bank.key, item_code)
        _demand_version(item, version)
        if item.digest == digest:
            return item
    else:
        item = new_item(bank, _free_code(bank, draft.code))
    write(actor, item, said, digest)
    remember(actor, [item])
    audit.record_event(actor, ITEM, f"{bank.code}/{item.code}", "change" if item_code else "create")
    return item


def retire_item(actor: Actor, bank_code: str, item_code: str, *, retired: bool) -> Item:
    """Draw an item no more, or again. Attempts keep it.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
    """
    bank = hold_bank(queries.bank_to_edit(actor, bank_code))
    item = queries.item(bank.key, item_code)
    if item.retired != retired:
        item.retired, item.changed_at, item.changed_by = retired, clock.now(), actor.login
        remember(actor, [item])
        audit.record_event(actor, ITEM, f"{bank.code}/{item.code}", "retire" if retired else "restore")
    return item


def hold_bank(bank: ItemBank) -> ItemBank:
    """Lock the bank's row: whoever adds or changes items of a bank waits for the other."""
    return db.session.execute(
        select(ItemBank).where(ItemBank.key == bank.key).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


def checked(actor: Actor, draft: Draft) -> Content:
    """What a draft says.

    Raises:
        Invalid: what is wrong, by field; a picture that is not the actor's to use counts as missing.
    """
    said, problems = checking.checked(draft)
    if said is not None:
        problems = picture_problems(actor, draft)
    if said is None or problems:
        raise Invalid(_l("Please check the marked fields."), {name: [text] for name, text in problems.items()})
    return said


def picture_problems(actor: Actor, draft: Draft) -> checking.Problems:
    """Fields whose pictures are missing, are no pictures, or are not the actor's to use."""
    fields = {"prompt": draft.prompt}
    fields |= {f"choice.{number}": text for number, text in enumerate(draft.choices, start=1)}
    fields |= {f"pair.{number}": text for number, text in enumerate(draft.pairs, start=1)}
    wanted = {name: [picture.key for picture in content.pictures(text)] for name, text in fields.items()}
    keys = {key for each in wanted.values() for key in each if key is not None}
    known = {key for key, file in stored.readable(actor, keys).items() if file.content_type.startswith("image/")}
    message = _l("There is no such picture: add it with the button below.")
    return {name: message for name, each in wanted.items() if any(key not in known for key in each)}


def picture_keys(body: Body) -> set[int]:
    """Keys of all pictures that an item shows."""
    found = (picture.key for text in items.texts_of(body) for picture in content.pictures(text))
    return {key for key in found if key is not None}


def digest_of(actor: Actor, said: Content) -> str:
    """The hash of what an item says, pictures by their bytes."""
    found = stored.readable(actor, picture_keys(said.body))
    return items.digest(said, {str(key): file.sha256 for key, file in found.items()})


def new_item(bank: ItemBank, code: str) -> Item:
    """An empty item, not yet written."""
    return Item(key=next_key(), bank_key=bank.key, code=code, retired=False)


def write(actor: Actor, item: Item, said: Content, digest: str) -> None:
    """Let an item say this; `remember` keeps it as a version."""
    item.topic, item.kind, item.points, item.body = said.topic, said.kind, said.points, said.body
    item.digest, item.words = digest, content.plain_words(f"{said.body['prompt']} {item.code}").casefold()
    item.changed_at, item.changed_by = clock.now(), actor.login
    db.session.add(item)


def remember(actor: Actor, changed: Iterable[Item]) -> None:
    """Write the present state of items as versions of their own, and let their readers see their pictures."""
    changed = list(changed)
    db.session.flush()
    db.session.add_all(
        ItemVersion(
            item_key=item.key,
            version=item.version,
            topic=item.topic,
            kind=item.kind,
            points=item.points,
            body=item.body,
            changed_at=item.changed_at,
            changed_by=actor.login,
        )
        for item in changed
    )
    db.session.flush()
    for item in changed:
        keys = picture_keys(item.body)
        if keys:
            files.attach(keys, ITEM_FILES, item.key)


def next_number(bank: ItemBank) -> int:
    """The number of the next item without a code of its own."""
    number = cast(Item.code, Integer)
    plain = Item.code.op("~")(f"^[0-9]{{1,{_DIGITS}}}$")
    return 1 + (db.session.scalar(select(func.max(number)).where(Item.bank_key == bank.key, plain)) or 0)


def numbered(number: int) -> str:
    """The code made of a number."""
    return f"{number:04d}"


def _free_code(bank: ItemBank, code: str) -> str:
    if not code:
        return numbered(next_number(bank))
    if db.session.scalar(select(Item.key).where(Item.bank_key == bank.key, Item.code == code)) is not None:
        raise Invalid(_l("Please check the marked fields."), {"code": [_l("This code is taken.")]})
    return code


def _demand_version(item: Item, version: int | None) -> None:
    if version is not None and item.version != version:
        raise Conflict(
            _l("Somebody else has changed this while you were editing. Compare, and save again if yours is right.")
        )
