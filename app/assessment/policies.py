"""Who may see and change item banks (roles.md §2, §3 «Item-level test answers»).

Banks are kept by the staff of an institute who prepare tests: coordinator, methodists, developers of programmes. Course
leaders of the institute and auditors read them. For everybody else banks, items and keys do not exist.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from app.kernel.actor import Actor

from .models import ItemBank

AUTHORS = ("iro_coordinator", "iro_methodist", "programme_developer")
READERS = (*AUTHORS, "course_leader")


def may_open_banks(actor: Actor) -> bool:
    """Whether the pages of the banks exist for the actor."""
    return actor.system or actor.has_role("auditor", *READERS)


def may_create_banks(actor: Actor) -> bool:
    """Whether the actor may add a bank to the own institute."""
    return actor.system or actor.has_role(*AUTHORS)


def banks_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Banks that the actor may read: those of the own institute, all for auditors."""
    if actor.system or actor.has_role("auditor"):
        return true()
    codes = actor.organisations(*READERS) if actor.has_role(*READERS) else frozenset()
    return ItemBank.organisation.in_(codes) if codes else false()


def may_edit(actor: Actor, bank: ItemBank) -> bool:
    """Whether the actor may change items and specifications of a bank, import and export."""
    return actor.system or (actor.has_role(*AUTHORS) and bank.organisation in actor.organisations(*AUTHORS))
