"""A person at the pages, over HTTP: reads what a page shows, fills in what it asks, presses its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from .page import Page, classed, words
from .task import PASSWORD, Task

_TASK = re.compile(r"/tasks/(\d+)")
_PROCESS = re.compile(r"/processes/(\d+)")


@dataclass(frozen=True)
class Entry:
    """A task in the list: its key, its name, what it is about, the whole line."""

    key: int
    name: str
    about: str
    line: str


class Person:
    """Somebody at a browser: `Person(app, "teacher")` signs in when first asked to open something."""

    def __init__(self, app: Flask, login: str, password: str = PASSWORD) -> None:
        self.app, self.login, self.password = app, login, password
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str, *, query: Any = None) -> Page:
        """Open an address, signing in when asked to."""
        page = self._go("GET", path, query=query)
        if page.path == "/login" and not path.startswith("/login"):
            self.sign_in()
            page = self._go("GET", path, query=query)
        return page

    def post(self, path: str, data: Any) -> Page:
        """Send a form."""
        return self._go("POST", path, data=data)

    def sign_in(self) -> Page:
        """Sign in at the login page.

        Raises:
            AssertionError: refused.
        """
        form = Page(self, self.client.get("/login", follow_redirects=True)).form("password")
        form.enter("login", self.login)
        form.enter("password", self.password)
        page = form.press()
        assert page.path != "/login", page.said or page.text
        return page

    def inbox(self, **filters: str) -> list[Entry]:
        """The tasks in «Мои задачи», all of them."""
        found: list[Entry] = []
        address, query = "/tasks", filters or None
        while address:
            page = self.get(address, query=query)
            assert page.status == 200, page.text
            for row in classed(page.root, "task-row", "a"):
                about = words(next(iter(classed(row, "task-about")), None))
                key = int(_TASK.search(row.get("href"))[1])  # type: ignore[index]
                found.append(Entry(key, words(row.xpath(".//strong")[0]), about, words(row)))
            following = page.root.xpath("//a[@rel='next']/@href")
            address, query = (following[0] if following else ""), None
        return found

    def names(self) -> list[str]:
        """What is to be done, as the list calls it."""
        return sorted(each.name for each in self.inbox())

    def task(self, name: str, about: str = "") -> Task:
        """Open the one task of that name (about this).

        Raises:
            AssertionError: none, or several.
        """
        entries = self.inbox()
        found = [each for each in entries if each.name == name and about in each.line]
        assert len(found) == 1, f"{self.login} has {len(found)} «{name}» ({about}) among {[e.line for e in entries]}"
        return self.open(found[0].key)

    def open(self, key: int) -> Task:
        """Open a task by its key."""
        page = self.get(f"/tasks/{key}")
        assert page.status == 200, page.text
        return Task(page)

    def start(self, process: str) -> Task:
        """Press «Начать процесс» and land at the first task."""
        page = self.get("/processes/start")
        assert f"/processes/start/{process}" in page.links("/processes/start/"), page.text
        return Task(self.get(f"/processes/start/{process}").form("token").press())

    def process_of(self, task: Task | int) -> int:
        """Key of the process that a task belongs to."""
        page = task.page if isinstance(task, Task) else self.get(f"/tasks/{task}")
        found = next(filter(None, map(_PROCESS.match, page.links("/processes/"))))
        return int(found[1])

    def _go(self, method: str, path: str, *, query: Any = None, data: Any = None) -> Page:
        options: dict[str, Any] = {"query_string": query, "follow_redirects": True}
        if data is not None:
            options.update(data=data, headers={"Referer": "http://localhost/"})
        return Page(self, self.client.open(path, method=method, **options))
