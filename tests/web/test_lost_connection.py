"""A database that goes away for a moment."""

from __future__ import annotations

import psycopg
from flask import Flask
from sqlalchemy import make_url

from app.demo.region import load_region
from app.kernel.config import Settings
from app.kernel.db import db

from .browsing import Browser


def test_a_lost_connection_is_503_and_the_same_request_succeeds_after(
    app: Flask, committed: None, settings: Settings
) -> None:
    with db.unit_of_work():
        load_region("demo")
    browser = Browser(app, "region_head")
    assert browser.get("/people?q=Иванова").status_code == 200
    assert settings.database_url is not None
    plain = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    lost = browser.get("/people?q=Иванова")
    assert lost.status_code == 503
    assert "Повторите то же действие через минуту." in lost.text
    again = browser.get("/people?q=Иванова")
    assert again.status_code == 200
    assert "Иванова Марина Петровна" in again.text
