"""The engine's figures for Prometheus."""

from __future__ import annotations

from sqlalchemy import func, select

from app.api.metrics import gauge
from app.engine.models import Incident, Timer
from app.kernel import clock
from app.kernel.db import db


def register() -> None:
    """Add the engine's gauges."""
    gauge("open_incidents", "Incidents that nobody has resolved", _incidents)
    gauge("timer_lateness_seconds", "How late the latest due timer is", _lateness)


def _incidents() -> float:
    query = select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None))
    return float(db.session.execute(query).scalar_one())


def _lateness() -> float:
    first = db.session.execute(select(func.min(Timer.due_at))).scalar_one()
    return max(0.0, (clock.now() - first).total_seconds()) if first else 0.0
