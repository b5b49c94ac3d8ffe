"""Who may do what with drafts (roles.md §3, «Models, forms, decisions, deployments»)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.engine import policies as engine
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound


def may_read(actor: Actor) -> bool:
    """Whether the actor reads models and drafts: designers, the region's coordinators, auditors, administrators."""
    return engine.may_read_models(actor)


def may_design(actor: Actor) -> bool:
    """Whether the actor changes models."""
    return engine.may_deploy(actor)


def demand_reading(actor: Actor) -> None:
    """Hide the designer from everybody else.

    Raises:
        NotFound: the actor does not read models.
    """
    if not may_read(actor):
        raise NotFound(_l("There is no such page."))


def demand_designing(actor: Actor) -> None:
    """Refuse who only reads.

    Raises:
        NotFound: the actor does not even read models.
        Forbidden: the actor reads only.
    """
    demand_reading(actor)
    if not may_design(actor):
        raise Forbidden(_l("Models are changed by process designers only."))


def may_approve(actor: Actor, author: str, editors: list[str] | tuple[str, ...]) -> bool:
    """Whether the actor may judge a draft: a designer who has changed nothing in it (nobody reviews their own work)."""
    return may_design(actor) and actor.login != author and actor.login not in editors
