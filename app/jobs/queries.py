"""Jobs to look at."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.files import queries as files
from app.files.models import File
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, NotFound

from . import policies
from .models import UNFINISHED
from .models import BackgroundJob as Job
from .models import BackgroundNote as JobNote


def job(actor: Actor, key: int, *, lock: bool = False) -> Job:
    """One job.

    Raises:
        NotFound: there is none, or it is not for this actor.
    """
    found = db.session.get(Job, key, with_for_update=lock)
    if found is None or not policies.may_see(actor, found):
        raise NotFound(_l("There is no such work."))
    return found


def own_jobs(actor: Actor) -> Select[Any]:
    """The actor's jobs, newest first, as a statement to page through."""
    return select(Job).where(Job.login == actor.login).order_by(Job.created_at.desc(), Job.key.desc())


def all_jobs(actor: Actor, *, state: str = "", kind: str = "", q: str = "") -> Select[Any]:
    """Everybody's jobs, newest first.

    Raises:
        Forbidden: the actor does not look after the installation.
    """
    if not policies.may_oversee(actor):
        raise Forbidden()
    statement = select(Job)
    if state:
        statement = statement.where(Job.state == state)
    if kind:
        statement = statement.where(Job.kind == kind)
    if q:
        statement = statement.where(Job.login.icontains(q, autoescape=True))
    return statement.order_by(Job.created_at.desc(), Job.key.desc())


def unfinished(actor: Actor, kind: str, payload: dict[str, Any] | None = None) -> Job | None:
    """The actor's newest waiting or running job of a kind (whose payload holds these facts), if any."""
    statement = own_jobs(actor).where(Job.kind == kind, Job.state.in_(UNFINISHED))
    if payload:
        statement = statement.where(Job.payload.contains(payload))
    found: Job | None = db.session.scalars(statement.limit(1)).first()
    return found


def notes(actor: Actor, found: Job) -> Select[Any]:
    """The remarks of a job in their order; none for who may not read them."""
    statement = select(JobNote).where(JobNote.job_key == found.key).order_by(JobNote.number)
    return statement if policies.may_read_report(actor, found) else statement.where(JobNote.number < 0)


def note_count(found: Job) -> int:
    """How many remarks there are."""
    count = select(func.count()).select_from(JobNote).where(JobNote.job_key == found.key)
    return db.session.scalar(count) or 0


def result_files(actor: Actor, found: Job) -> list[File]:
    """The files that a job made, for who may read them."""
    if not policies.may_read_report(actor, found):
        return []
    readable = files.readable(actor, found.results)
    return [readable[key] for key in found.results if key in readable]
