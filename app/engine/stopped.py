"""Features hear that a process was cancelled: what it kept for them ends in the same transaction, with the reason."""

from __future__ import annotations

from collections.abc import Callable

from app.kernel.actor import Actor

Follower = Callable[[Actor, int, str], None]
"""Takes who cancelled, the key of the instance, the reason."""
_followers: dict[str, Follower] = {}


def on_stopped(process_id: str) -> Callable[[Follower], Follower]:
    """Register what follows when an instance of a process is cancelled: by its owner, or with what called it."""

    def register(follower: Follower) -> Follower:
        _followers[process_id] = follower
        return follower

    return register


def tell(actor: Actor, process_id: str, key: int, reason: str) -> None:
    """An instance was cancelled."""
    if follower := _followers.get(process_id):
        follower(actor, key, reason)
