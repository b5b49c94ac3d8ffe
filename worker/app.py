"""The Celery application of the workers: one task, which does a round of a lane."""

from __future__ import annotations

from collections.abc import Mapping

from celery import Celery

from app.kernel import broker, outbox

from .work import Lane


def make(redis_url: str, lanes: Mapping[str, Lane]) -> Celery:
    """The application with its task."""
    app = broker.celery_app(redis_url)

    def work_off(lane: str = outbox.ACTIONS) -> int:
        """A round of the lane; nothing when it is unknown (a nudge of another version)."""
        return lanes[lane]() if lane in lanes else 0

    app.task(name=broker.TASK)(work_off)
    return app
