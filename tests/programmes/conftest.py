"""The demo region with its programmes, undone after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.demo.region import load_region
from app.kernel import clock
from app.kernel.db import db
from tests.conftest import MONDAY
from tests.web.conftest import populated

__all__ = ["populated"]


@pytest.fixture
def region(app: Flask, connection: Connection) -> Iterator[Connection]:
    """Organisations and people, on the Monday of the tests; a unit of work is open."""
    with app.test_request_context(), clock.frozen(MONDAY):
        db.forget()
        with db.unit_of_work():
            load_region("demo-password")
        with db.unit_of_work():
            yield connection
        db.forget()
