"""A process in words beside its diagram, for designers and for everybody who may know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from .browser import PHONE, Desk, findings, resize, shoot
from .test_browser import seated
from .world import World

pytestmark = pytest.mark.browser
ADDRESS = "/designer/processes/external_course/versions/1/description"


@pytest.fixture
def region_desk(region: World) -> Iterator[Desk]:
    """A desk at the stage `region`."""
    yield from seated(region)


def test_words_and_diagram_point_at_each_other(region_desk: Desk) -> None:
    page = region_desk.sit("designer")
    page.goto(ADDRESS)
    page.locator("[data-island=bpmn-view][data-ready=yes]").wait_for()
    page.locator("li[data-element=open_external]").hover()
    page.locator("g.step-spoken[data-element-id=open_external]").wait_for()
    page.locator("li[data-element=analyse] button").click()
    page.locator("g.step-spoken[data-element-id=analyse]").wait_for()
    page.locator("g[data-element-id=analyse] .djs-hit").first.hover()
    page.locator("li.step-spoken[data-element=analyse]").wait_for()
    assert findings(page) == []
    shoot(page, "description-1280")
    resize(page, PHONE)
    assert findings(page) == []
    shoot(page, "description-390")


def test_the_map_is_drawn_on_a_screen_and_listed_on_a_phone(region_desk: Desk) -> None:
    page = region_desk.sit("auditor")
    page.goto("/designer/map")
    page.locator(".process-map .map-box").first.wait_for()
    shoot(page, "map-1280")
    assert findings(page) == []
    drawing = page.locator(".process-map")
    assert drawing.evaluate("(map) => map.scrollWidth <= map.clientWidth")
    expect(page.locator(".process-map a").first).to_be_in_viewport()
    page.get_by_role("link", name="Крупно").click()
    page.wait_for_url("**/designer/map?size=large#box-*")
    assert drawing.evaluate("(map) => map.scrollWidth > map.clientWidth")
    expect(page.locator(".process-map a:target")).to_be_in_viewport()
    shoot(page, "map-large")
    assert findings(page) == []
    page.locator(".process-map a", has_text="внешней").first.click()
    page.get_by_role("heading", name="Версии").wait_for()
    page.goto("/designer/map?around=management_decision")
    resize(page, PHONE)
    assert page.locator(".process-map").is_hidden()
    shoot(page, "map-390")
    assert findings(page) == []
