"""Figures for Prometheus at /metrics: requests, actions, and gauges that features read from the database.

With several processes set `PROMETHEUS_MULTIPROC_DIR` to an empty folder before they start; the figures are then those
of all processes together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from app.kernel.db import db
from app.kernel.log import logger

log = logger(__name__)
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
REQUESTS = Histogram(
    "marshrut_request_seconds", "Time of a request by endpoint", ["method", "endpoint", "status"], buckets=BUCKETS
)
ACTIONS = Counter("marshrut_actions", "Committed actions on instances by verb", ["verb"])
blueprint = Blueprint("metrics", __name__)
Reading = Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Gauge:
    name: str
    help: str
    reading: Reading


def count_action(verb: str) -> None:
    """Count an action on an instance once its unit of work is committed."""
    db.after_commit(ACTIONS.labels(verb).inc)


_gauges: dict[str, _Gauge] = {}


def gauge(name: str, help_text: str, reading: Reading) -> None:
    """Add a figure that is read when Prometheus asks.

    Args:
        name: without prefix, as `open_incidents`.
        reading: runs in a unit of work.
    """
    _gauges[name] = _Gauge(f"marshrut_{name}", help_text, reading)


class _Readings:
    """The registered gauges, as a collector. One that fails is left out, the others are still told."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read every gauge."""
        for entry in _gauges.values():
            try:
                with db.unit_of_work():
                    value = entry.reading()
            except Exception as error:
                log.error("a gauge could not be read", gauge=entry.name, error=str(error)[:300])
                continue
            yield GaugeMetricFamily(entry.name, entry.help, value=value)


def init_app(app: Flask) -> None:
    """Time every request and add /metrics."""
    app.before_request(_start)
    app.after_request(_observe)
    app.register_blueprint(blueprint)
    gauge("outbox_depth", "Outbox entries still to do", lambda: _count("NOT failed"))
    gauge("outbox_failed", "Outbox entries that were given up", lambda: _count("failed"))


def _count(which: str) -> float:
    return float(db.session.execute(text(f"SELECT count(*) FROM outbox WHERE {which}")).scalar_one())


def _start() -> None:
    g.metrics_start = time.perf_counter()


def _observe(response: Response) -> Response:
    started = g.get("metrics_start")
    if started is not None and request.endpoint is not None:
        labels = REQUESTS.labels(request.method, request.endpoint, str(response.status_code))
        labels.observe(time.perf_counter() - started)
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """All figures in Prometheus' text format."""
    shared = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    registry = CollectorRegistry()
    if shared:
        MultiProcessCollector(registry, shared)  # type: ignore[no-untyped-call]
    registry.register(_Readings())
    own = b"" if shared else generate_latest(REGISTRY)
    return Response(own + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
