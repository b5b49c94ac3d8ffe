"""Certificates of one order: how far they are, on the page of the course, for who leads it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.courses.models import Course
from app.documents.models import DocumentRendition
from app.jobs import batches
from app.jobs.models import BackgroundBatch
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from tests.courses.calling import call
from tests.courses.factories import admit, make_course, make_listener
from tests.inbox.work import main_of
from tests.web.conftest import Open, browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]
LISTENERS = [f"listener{number}" for number in range(6)]


@pytest.fixture
def issued(app: Flask, monday: object, region: object) -> Course:
    """Four certificates and two study notes by one order of a course of the demo's course leader."""
    with app.app_context(), db.unit_of_work():
        course = make_course(leader="course_leader")
        for login in LISTENERS:
            admit(make_listener(course, login, "lebedyan-1"))
        order = {"number": "7", "date": "2026-05-15", "document_id": "1"}
        kept = {"course_id": course.code, "kind": "certificates", **order, "listeners": LISTENERS}
        call("course.record-order", kept, by=PLATFORM)
        rows = [{"listener_id": login, "certificate_entitled": login < "listener4"} for login in LISTENERS]
        call("certificate.issue", {"course_id": course.code, "rows": rows, "order": order}, by=PLATFORM)
        return course


def _key() -> int:
    return db.session.scalars(select(BackgroundBatch.key)).one()


def test_the_leader_sees_them_and_stops_and_goes_on(app: Flask, browse: Open, issued: Course) -> None:
    leader = browse("course_leader")
    page = leader.get(f"/courses/{issued.code}/papers")
    assert "готово 0 из 6" in main_of(page)
    found = re.search(r'href="(/jobs/batches/\d+)"', page.text)
    assert found
    address = found[1]
    assert "Удостоверения и справки по приказу № 7" in main_of(leader.get(address))
    assert address in leader.get("/jobs").text
    refused = leader.post(f"{address}/stop", reason=" ")
    assert refused.status_code == 422
    assert "Укажите причину" in main_of(refused)
    leader.post(f"{address}/stop", reason="Ошибка в приказе")
    page = leader.get(address)
    assert "остановлено: 6" in main_of(page)
    assert "Причина: Ошибка в приказе" in main_of(page)
    part = leader.get(f"{address}/progress?watching=1", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert "<html" not in part.text
    with db.unit_of_work() as session:
        key = session.scalars(select(DocumentRendition.document_key)).first()
    paper = leader.get(f"/documents/{key}")
    assert "Файлы не подготовлены: работу остановили" in main_of(paper)
    assert leader.post(f"/documents/{key}/papers").status_code == 303
    assert "остановлено: 5" in main_of(leader.get(address))
    leader.post(f"{address}/again", state="cancelled")
    assert "готово 0 из 6" in main_of(leader.get(address))
    assert "Причина" not in main_of(leader.get(address))


def test_auditors_look_other_leaders_see_nothing(app: Flask, browse: Open, issued: Course) -> None:
    with db.unit_of_work():
        address = f"/jobs/batches/{_key()}"
        assert batches.unfinished_about(people.actor_for("teacher"), f"course:{issued.code}") == []
    auditor = browse("auditor")
    page = auditor.get(address)
    assert page.status_code == 200
    assert "Остановить остальное" not in main_of(page)
    assert auditor.post(f"{address}/stop", reason="Ошибка").status_code == 403
    assert address not in auditor.get("/jobs").text
    assert browse("teacher").get(address).status_code == 404
    assert address in browse("admin").get("/admin/jobs").text
