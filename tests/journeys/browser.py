"""People at Chromium: the pages with their scripts, over a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TypeVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from .task import PASSWORD
from .world import ROOT, World

WIDE, PHONE = (1280, 900), (390, 844)
SHOTS = ROOT / "var" / "shots"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_REFUSAL = re.compile(r"status of 4\d\d")
"""What Chromium says of every refused request: the tests look at these pages themselves."""
_STICKS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""
Result = TypeVar("Result")
expect.set_options(timeout=30_000)  # a loaded machine is slow, not wrong


class Desk:
    """Tabs for people of a world; no script may fail in them.

    From the first tab on this thread runs an event loop, in which FEEL refuses to work: what else has to happen
    meanwhile goes through `apart`.
    """

    def __init__(self, world: World, address: str) -> None:
        self.world, self.address = world, address
        self.failures: list[str] = []
        self._playwright: Playwright | None = None
        self._beside = ThreadPoolExecutor(1)

    @cached_property
    def chromium(self) -> Browser:
        """Debian's Chromium."""
        self._playwright = sync_playwright().start()
        return self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_ARGUMENTS))

    def apart(self, act: Callable[..., Result], *arguments: object) -> Result:
        """Do something in another thread and wait for it."""
        return self._beside.submit(act, *arguments).result()

    def sit(self, login: str, size: tuple[int, int] = WIDE, language: str = "ru") -> Page:
        """A signed-in person at a tab of a browser of their own. (Another language is chosen on a wide screen.)"""
        page = self.context(size, language).new_page()
        page.goto(f"{self.address}/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_url(lambda url: "/login" not in url)
        if page.locator("html").get_attribute("lang") != language:
            page.click(f"header [name=locale][value={language}]")
            page.locator(f"html[lang={language}]").wait_for()
        return page

    def context(self, size: tuple[int, int] = WIDE, language: str = "ru") -> BrowserContext:
        """A browser with its own cookies, whose complaints are collected."""
        locale = {"ru": "ru-RU", "en": "en-GB"}[language]
        found = self.chromium.new_context(
            reduced_motion="reduce", base_url=self.address, locale=locale, viewport=_viewport(size)
        )
        found.on("weberror", lambda failure: self.failures.append(str(failure.error)))
        found.on("console", self._listen)
        return found

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not _REFUSAL.search(said.text):
            self.failures.append(f"{said.page.url if said.page else ''}: {said.text}")

    def leave(self) -> None:
        """Close everything."""
        self._beside.shutdown()
        if self._playwright is not None:
            self.chromium.close()
            self._playwright.stop()


def _viewport(size: tuple[int, int]) -> dict[str, int]:
    return {"width": size[0], "height": size[1]}


@contextmanager
def desk_in(world: World) -> Iterator[Desk]:
    """A desk on a served world."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Desk(world, f"http://127.0.0.1:{server.server_port}")
    try:
        yield found
    finally:
        found.leave()
        server.shutdown()
        thread.join()
        server.server_close()


def resize(page: Page, size: tuple[int, int]) -> None:
    """Make the window wider or narrower, and let the page follow: its styles may still be those of the old width."""
    page.set_viewport_size(_viewport(size))  # type: ignore[arg-type]
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and whether it is wider than the window."""
    return accessibility(page) + overflow(page)


def accessibility(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Whether the page is wider than the window, and what sticks out."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{wide} px wider than the window: {page.evaluate(_STICKS_OUT)}"] if wide > 0 else []


def shoot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in `var/shots`."""
    path = SHOTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path


def open_task(page: Page, name: str) -> None:
    """Choose a task of the list."""
    page.goto("/tasks")
    page.locator(".task-row", has_text=name).first.click()
    page.get_by_role("heading", name=name).wait_for()
