"""What both background processes do first and last."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from flask import Flask

from app.kernel import broker, log
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.servers import with_servers
from app.main import create_app, load_background


def prepare(settings: Settings | None = None, *, pool_size: int = 8) -> Settings:
    """Read the settings, load every feature's handlers, open the database and the broker."""
    settings = with_servers(settings or Settings.from_env())
    log.configure(settings)
    load_background()
    assert settings.database_url is not None  # `with_servers` gives one
    db.connect(settings.database_url, pool_size=pool_size)
    broker.connect(settings.redis_url)
    return settings


def application(settings: Settings) -> Flask:
    """The application whose catalogues and settings the work needs (texts in the language of each reader)."""
    return create_app(settings, connect=False)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped
