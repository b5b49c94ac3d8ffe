"""The demo region, and browsers in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.demo.region import load_region
from app.kernel.db import db
from app.people import memory

from .browsing import Browser


class Open(Protocol):
    """Opens a browser, signed in when a login is given."""

    def __call__(self, login: str = "", password: str = "demo") -> Browser: ...


@pytest.fixture
def region(connection: Connection) -> Iterator[None]:
    """Organisations and people of the demo region; every password is `demo`."""
    memory.forget()
    with db.unit_of_work():
        load_region("demo")
    yield
    memory.forget()


@pytest.fixture
def browse(app: Flask, region: None) -> Open:
    """Open a browser in the demo region."""

    def opened(login: str = "", password: str = "demo") -> Browser:
        return Browser(app, login, password)

    return opened
