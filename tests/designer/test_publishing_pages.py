"""The pages before and after publishing: two versions of one process, a note that is asked for, versions compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from app.designer import operations
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people.queries import actor_for
from tests.web.browsing import marked
from tests.web.conftest import Open

from .test_publishing import OTHER, changed, probe, reviewed

Made = TypeVar("Made")


def apart(app: Flask, act: Callable[[], Made]) -> Made:
    """Do something in a unit of work of its own; pages are asked outside of it."""
    with app.app_context(), db.unit_of_work():
        return act()


def designers() -> tuple[Actor, Actor]:
    """Both of them."""
    return actor_for("designer"), actor_for("designer2")


def two_drafts() -> tuple[int, int]:
    """A draft of the first designer and its file; the second one has published another version meanwhile."""
    first, second = designers()
    engine.deploy(PLATFORM, [Resource("probe.bpmn", probe())], internal=True)
    mine = changed(first)
    theirs, _file = changed(second, OTHER)
    operations.publishing.publish(second, reviewed(theirs, second, first), "Другая задача")
    return mine


def test_the_pages_show_both_versions_and_refuse_without_a_note(app: Flask, browse: Open) -> None:
    mine, my_file = apart(app, two_drafts)
    designer = browse("designer")
    page = designer.get(f"/designer/drafts/{mine}/changes")
    assert "За это время опубликована версия 2" in page.text
    assert "срок 5 рабочих дней вместо 3" in page.text
    assert "этого шага" not in page.text
    kept = designer.post(f"/designer/drafts/{mine}/files/{my_file}/base", choice="mine")
    assert kept.status_code == 303
    assert "За это время" not in designer.get(kept.location).text
    apart(app, lambda: reviewed(mine, *designers()))
    refused = designer.post(f"/designer/drafts/{mine}/publish", note="")
    assert refused.status_code == 422
    assert marked(refused.text, "note")
    done = designer.post(f"/designer/drafts/{mine}/publish", note="Срок длиннее")
    assert "Опубликовано." in designer.get(done.location).text
    told = designer.get("/designer/processes/probe/compare?from=1&to=3")
    assert "срок 5 рабочих дней вместо 3" in told.text
    assert designer.get("/designer/processes/probe/compare?from=1&to=9").status_code == 404
    back = designer.post("/designer/processes/probe/versions/1/restore")
    assert back.location.startswith("/designer/drafts/")
