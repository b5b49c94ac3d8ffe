"""Refused calls are told to whoever keeps the access log, after the refused transaction is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, NotFound
from app.kernel.log import logger

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A caller met 403 or 404: what the access log keeps (the same facts as the page shell's).

    Attributes:
        outcome: `denied` or `notfound`.
        action: method and endpoint, as `POST v2-user-tasks.complete`.
        path: the address asked for, without its query.
    """

    actor: Actor
    outcome: str
    action: str
    path: str
    address: str | None
    request_id: str


Recorder = Callable[[Refusal], object]
_recorders: list[Recorder] = []


def on_refusal(recorder: Recorder) -> Recorder:
    """Register what keeps refusals (audit). It runs after the call, in its own transaction."""
    if recorder not in _recorders:
        _recorders.append(recorder)
    return recorder


def tell(actor: Actor | None, error: AppError) -> None:
    """Tell the recorders of a refusal. A failing one is logged and does not change the answer."""
    if actor is None:
        return
    refusal = Refusal(
        actor=actor,
        outcome="notfound" if isinstance(error, NotFound) else "denied",
        action=f"{request.method} {request.endpoint}",
        path=request.path,
        address=request.remote_addr,
        request_id=g.get("request_id", ""),
    )
    for recorder in _recorders:
        try:
            with db.unit_of_work():
                recorder(refusal)
        except Exception as failure:
            log.error("a refusal was not recorded", path=request.path, exc_info=failure)
