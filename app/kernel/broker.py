"""The broker only wakes workers: what is to be done stands in the database, and workers look there anyway."""

from __future__ import annotations

import time
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from . import outbox
from .log import logger

log = logger(__name__)
TASK = "marshrut.work_off"
QUEUE = "marshrut"
_MARK = "marshrut:nudged"
_TOGETHER = 300
"""Milliseconds within which several nudges are one."""
_SILENCE = 10.0
"""Seconds for which a broker that does not answer is left alone."""


def celery_url(redis_url: str) -> str:
    """A Redis URL as Celery writes it: sockets have a scheme of their own."""
    scheme, _, rest = redis_url.partition("://")
    return f"redis+socket://{rest}" if scheme in ("unix", "redis+socket") else redis_url


def celery_app(redis_url: str) -> Celery:
    """The Celery application; the same settings for who sends and who works."""
    app = Celery("marshrut", broker=celery_url(redis_url))
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_acks_late=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 5},
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        timezone="UTC",
    )
    return app


def redis_client(redis_url: str) -> Redis:
    """A client of the broker's server."""
    scheme, _, rest = redis_url.partition("://")
    url = f"unix://{rest}" if scheme == "redis+socket" else redis_url
    options: dict[str, Any] = {} if url.startswith("unix:") else {"socket_connect_timeout": 0.3}
    return Redis.from_url(url, socket_timeout=1.0, **options)


class Nudge:
    """Wakes a worker of a lane after a commit that left work for it. A broker that is away costs nothing but time."""

    def __init__(self, redis_url: str) -> None:
        self._celery = celery_app(redis_url)
        self._redis = redis_client(redis_url)
        self._silent_until = 0.0

    def __call__(self, lane: str) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            if self._redis.set(f"{_MARK}:{lane}", 1, nx=True, px=_TOGETHER):
                self._celery.send_task(TASK, args=(lane,), expires=30, retry=False)
        except (RedisError, OperationalError, OSError) as error:
            self._silent(error)

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()
        self._celery.close()

    def _silent(self, error: Exception) -> None:
        self._silent_until = time.monotonic() + _SILENCE
        log.warning("the broker does not answer; workers will find the work by themselves", error=str(error))


def connect(redis_url: str | None) -> None:
    """Wake workers from this process."""
    if redis_url:
        outbox.on_enqueue(Nudge(redis_url))
