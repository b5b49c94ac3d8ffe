"""Whose pictures of items are: keepers and readers of the bank, and the listener in whose variant the item stands."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.files import access
from app.kernel.actor import Actor
from app.kernel.db import db

from . import policies
from .models import Attempt, Item, ItemBank, Response
from .operations.banks import ITEM_FILES


def _may_see_picture(actor: Actor, key: str) -> bool:
    """Whether an item's pictures are shown to the actor."""
    if not key.isdecimal():
        return False
    if policies.may_open_banks(actor):
        query = select(ItemBank.key).join(Item, Item.bank_key == ItemBank.key)
        if db.session.scalar(query.where(Item.key == int(key), policies.banks_in_scope(actor))) is not None:
            return True
    own = exists().where(
        Response.item_key == int(key), Response.attempt_key == Attempt.key, Attempt.login == actor.login
    )
    return bool(actor.login) and bool(db.session.scalar(select(own)))


access.register(ITEM_FILES, _may_see_picture)
