"""The designer's page in Chromium: from its address until somebody can draw."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from app.designer import queries
from app.kernel.db import db
from app.people.queries import actor_for
from tests.bench.ground import LOGIN, PASSWORD, Ground
from tests.bench.gunicorn import serving
from tests.bench.measure import Goal, Row, at_most, timed
from tests.bench.web import environment
from tests.designer import building

WARM = 1
GOAL_S = 2


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """The modeler with a process that only begins; the first opening fills the browser's cache and does not count."""
    editor = _drafted()
    with (
        serving("app.wsgi:create()", environment(ground), "/healthz") as (port, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1600, "height": 1000})
        page.goto("/login")
        page.fill("[name=login]", LOGIN)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_url(lambda url: "/login" not in url)
        ready = timed((_opening(page, editor) for _ in range(WARM + (3 if quick else 10))), WARM)
        browser.close()
    return [Row("designer page until one can draw", ready)], [
        at_most("designer page ready, p95 in s", ready.p95 / 1000, GOAL_S)
    ]


def _drafted() -> str:
    """The address of a file of a new draft."""
    with db.unit_of_work():
        key = building.draft(LOGIN, content=building.drawn())
        return f"/designer/drafts/{key}/files/{queries.drafts.draft(actor_for(LOGIN), key).files[0].key}"


def _opening(page: Page, address: str) -> Callable[[], object]:
    def call() -> None:
        page.goto(address)
        page.locator("[data-island=modeler][data-ready=yes]").wait_for()

    return call
