"""Whose jobs one may see and touch."""

from __future__ import annotations

from app.kernel.actor import Actor

from .models import BackgroundJob as Job


def may_oversee(actor: Actor) -> bool:
    """Everybody's jobs, without their files: administrators, who keep the installation running."""
    return actor.has_role("admin")


def may_see(actor: Actor, job: Job) -> bool:
    """One's own, or as an administrator."""
    return actor.system or job.login == actor.login or may_oversee(actor)


def may_read_report(actor: Actor, job: Job) -> bool:
    """Remarks and files may hold personal data: only who started the job reads them."""
    return actor.system or job.login == actor.login
