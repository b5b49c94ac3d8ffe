"""The Celery application of the workers: one task, which looks for work in the database."""

from __future__ import annotations

from celery import Celery

from app.kernel import broker
from worker.work import work_off


def make(redis_url: str) -> Celery:
    """The application with its task."""
    app = broker.celery_app(redis_url)
    app.task(name=broker.TASK)(work_off)
    return app
