"""What people tell the workers: who acts for whom a job runs."""

from __future__ import annotations

from app.jobs import kinds

from .queries import actor_for

kinds.actor_source(actor_for)
