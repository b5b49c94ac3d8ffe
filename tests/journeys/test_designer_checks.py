"""Files of other tools in Chromium: they open, what cannot run is named, a change keeps everything foreign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import expect

from app.designer import queries
from app.kernel.db import db
from app.people.queries import actor_for
from tests.designer import building

from . import drawing
from .browser import Desk, findings, shoot
from .test_browser import seated
from .world import World

pytestmark = pytest.mark.browser
FOREIGN = Path(building.__file__).parent / "foreign"
OTHERS = ("http://camunda.org/schema/1.0/bpmn", "http://camunda.org/schema/modeler/1.0")


@pytest.fixture
def desk(people: World) -> Iterator[Desk]:
    """A desk among the people of the region."""
    yield from seated(people)


def begun(desk: Desk, name: str) -> tuple[int, int]:
    """A draft with a file of another tool: its key and the file's."""

    def begin() -> tuple[int, int]:
        with desk.world.app.app_context(), db.unit_of_work():
            key = building.draft(name=name, content=(FOREIGN / name).read_bytes())
            return key, queries.drafts.draft(actor_for("designer"), key).files[0].key

    return desk.apart(begin)


def stored(desk: Desk, file: int) -> bytes:
    """What the server has."""

    def read() -> bytes:
        with desk.world.app.app_context(), db.unit_of_work():
            return queries.drafts.content(actor_for("designer"), file)

    return desk.apart(read)


def foreign(content: bytes) -> list[tuple[str, str, str]]:
    """Everything of other tools: (element, attribute or extension, value)."""
    found = []
    for node in etree.fromstring(content).iter(etree.Element):
        owner = node.get("id") or ""
        for name, value in node.attrib.items():
            if etree.QName(name).namespace in OTHERS:
                found.append((owner, str(name), str(value)))
        if etree.QName(node).namespace in OTHERS:
            found.append((owner, str(node.tag), str(sorted(node.attrib.items()))))
    return sorted(found)


def test_a_file_of_camunda_7_opens_says_what_to_change_and_keeps_what_is_foreign(desk: Desk) -> None:
    key, file = begun(desk, "camunda7.bpmn")
    came = (FOREIGN / "camunda7.bpmn").read_bytes()
    page = desk.sit("designer", (1600, 1000))
    page.goto(f"/designer/drafts/{key}")
    expect(page.locator("#h-checks")).to_be_visible()
    shoot(page, "checks_draft")
    assert findings(page) == []
    page.get_by_role("link", name="camunda7.bpmn, «Согласовать»").first.click()
    drawing.ready(page)
    expect(drawing.shape(page, "agree")).to_have_class(drawing.SELECTED)
    listed = page.get_by_label("Замечания")
    expect(listed.get_by_text("нарисуйте отдельную задачу там, где слушатель срабатывал")).to_be_visible()
    assert stored(desk, file) == came  # looking changes nothing
    drawing.choose(page, "agree")
    shoot(page, "checks_modeler_before")
    drawing.unfold(page, "Главное")
    drawing.write(page, "Название", "Согласовать отпуск")
    drawing.saved(page)
    changed = stored(desk, file)
    assert "Согласовать отпуск".encode() in changed
    assert foreign(changed) == foreign(came)
    shoot(page, "checks_modeler")
    phone = desk.sit("designer", (390, 844))
    phone.goto(f"/designer/drafts/{key}")
    expect(phone.locator("#h-checks")).to_be_visible()
    shoot(phone, "checks_draft_390")
    assert findings(phone) == []
