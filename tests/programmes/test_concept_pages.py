"""Concept documents on their pages: written down, refused in words, read by schools."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.kernel import clock
from app.kernel.db import db
from app.people import memory
from app.programmes.rules import concepts as rules
from tests.conftest import MONDAY
from tests.web.browsing import Browser


@pytest.fixture
def ground(app: Flask, populated: Connection) -> Iterator[Flask]:
    """The demo region; everything a test does is undone."""
    savepoint = populated.begin_nested()
    db.bind(populated)
    memory.forget()
    with clock.frozen(MONDAY):
        try:
            yield app
        finally:
            db.bind(None)
            savepoint.rollback()
            memory.forget()


def test_a_document_is_written_down_on_its_page_and_read_by_schools(ground: Flask) -> None:
    keeper = Browser(ground, "region_coordinator")
    given = {"organisation": "region", "kind": rules.STATUTE, "title": "Положение", "text": "1. Общее\n2. Сроки"}
    refused = keeper.post("/programmes/documents/new", **given, order_number="4", order_on="вчера")
    assert refused.status_code == 422
    assert "Введите дату" in refused.text
    assert "2. Сроки" in refused.text
    kept = keeper.post("/programmes/documents/new", **given, order_number="4", order_on="2021-04-12")
    assert kept.status_code == 303
    page = Browser(ground, "school_head").get(kept.location)
    assert "Сроки" in page.text
    assert "приказ № 4" in page.text
    listed = Browser(ground, "school_head").get("/programmes/documents")
    assert "Положение" in listed.text
    assert "Внести документ" not in listed.text
