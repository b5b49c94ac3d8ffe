"""Banks, items and specifications as their keepers and readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, NotFound

from .. import policies
from ..models import Item, ItemBank, ItemImport, ItemVersion, TestSpecification
from ..rules.content import clean

ACTIVE, RETIRED = "active", "retired"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a bank: how many items can be drawn from it, by kind and in all."""

    title: str
    count: int
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank of the list with its counts."""

    bank: ItemBank
    items: int
    topics: int
    specifications: int


def demand_sight(actor: Actor) -> None:
    """Refuse everybody for whom there are no banks.

    Raises:
        NotFound: the actor has no work with banks.
    """
    if not policies.may_open_banks(actor):
        raise NotFound()


def bank(actor: Actor, code: str) -> ItemBank:
    """One bank.

    Raises:
        NotFound: there is none, or it is not for the actor.
    """
    query = select(ItemBank).where(ItemBank.code == code, policies.banks_in_scope(actor))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such bank."))
    return found


def bank_to_edit(actor: Actor, code: str) -> ItemBank:
    """One bank that the actor may change.

    Raises:
        NotFound: there is none, or it is not for the actor.
        Forbidden: the actor only reads it.
    """
    found = bank(actor, code)
    if not policies.may_edit(actor, found):
        raise Forbidden(_l("Only the institute's staff who prepare tests change a bank."))
    return found


def banks(actor: Actor) -> list[BankRow]:
    """All banks of the actor with their counts, by subject.

    Raises:
        NotFound: the actor has no work with banks.
    """
    demand_sight(actor)
    here = Item.bank_key == ItemBank.key
    drawable = here & Item.retired.is_(False)
    items = select(func.count()).where(drawable).scalar_subquery()
    topics = select(func.count(Item.topic.distinct())).where(drawable).scalar_subquery()
    tests = select(func.count()).where(TestSpecification.bank_key == ItemBank.key).scalar_subquery()
    query = select(ItemBank, items, topics, tests).where(policies.banks_in_scope(actor))
    return [BankRow(*row) for row in db.session.execute(query.order_by(ItemBank.subject, ItemBank.title))]


def topics(bank_key: int) -> list[Topic]:
    """Topics of a bank with what can be drawn from them."""
    query = (
        select(Item.topic, Item.kind, func.count())
        .where(Item.bank_key == bank_key, Item.retired.is_(False))
        .group_by(Item.topic, Item.kind)
        .order_by(Item.topic, Item.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for topic, kind, count in db.session.execute(query):
        found.setdefault(topic, {})[kind] = count
    return [Topic(title, sum(kinds.values()), kinds) for title, kinds in found.items()]


def item_select(bank_key: int, *, search: str = "", topic: str = "", kind: str = "", state: str = "") -> Select[Any]:
    """Items of a bank, as a statement for a list.

    Args:
        search: words of the question or a part of the code.
        state: `active`, `retired`, or empty for both.
    """
    query = select(Item).where(Item.bank_key == bank_key).order_by(Item.topic, Item.code)
    for word in clean(search).casefold().split():
        pattern = f"%{_literal(word)}%"
        query = query.where(or_(Item.words.like(pattern), func.lower(Item.code).like(pattern)))
    if topic:
        query = query.where(Item.topic == topic)
    if kind:
        query = query.where(Item.kind == kind)
    if state:
        query = query.where(Item.retired.is_(state == RETIRED))
    return query


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def item(bank_key: int, code: str) -> Item:
    """One item of a bank that is in sight.

    Raises:
        NotFound: the bank holds none with this code.
    """
    found = db.session.scalars(select(Item).where(Item.bank_key == bank_key, Item.code == code)).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such question."))
    return found


def versions(item_key: int) -> Sequence[ItemVersion]:
    """All versions of an item, the newest first."""
    query = select(ItemVersion).where(ItemVersion.item_key == item_key).order_by(ItemVersion.version.desc())
    return db.session.scalars(query).all()


def specifications(bank_key: int) -> Sequence[TestSpecification]:
    """Specifications of a bank, the ones in use first."""
    query = select(TestSpecification).where(TestSpecification.bank_key == bank_key)
    return db.session.scalars(query.order_by(TestSpecification.active.desc(), TestSpecification.title)).all()


def specification(bank_key: int, code: str) -> TestSpecification:
    """One specification of a bank that is in sight.

    Raises:
        NotFound: the bank has none with this code.
    """
    query = select(TestSpecification).where(TestSpecification.bank_key == bank_key, TestSpecification.code == code)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such test."))
    return found


def imports(bank_key: int) -> Sequence[ItemImport]:
    """The latest files uploaded into a bank."""
    query = select(ItemImport).where(ItemImport.bank_key == bank_key)
    return db.session.scalars(query.order_by(ItemImport.uploaded_at.desc()).limit(20)).all()


def import_run(bank_key: int, key: int) -> ItemImport:
    """One uploaded file with its report.

    Raises:
        NotFound: there is none of this bank.
    """
    found = db.session.get(ItemImport, key)
    if found is None or found.bank_key != bank_key:
        raise NotFound(_l("There is no such import."))
    return found
