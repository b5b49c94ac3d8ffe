"""A person at the inbox: finds tasks by name, fills them in, presses buttons."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from tests.web.browsing import Browser, field

HTMX = {"HX-Request": "true"}
FILLED = {"f.topic": "Дроби", "f.kind": "usual", "f.question": "Как объяснить?", "f.pupils": "25"}
"""A right entry of the form `request`."""


def start(browser: Browser, process: str = "request") -> TestResponse:
    """Start a process by its page; returns the answer of the button."""
    page = browser.get(f"/processes/start/{process}")
    assert page.status_code == 200, page.text
    return browser.post(f"/processes/start/{process}", token=field(page.text, "token"))


def tasks(browser: Browser, query: str = "") -> dict[int, str]:
    """Tasks in the list: key -> name."""
    page = browser.get(f"/tasks{query}")
    assert page.status_code == 200, page.text
    rows = re.findall(r'class="[^"]*task-row[^"]*"[^>]*href="/tasks/(\d+)[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return {int(key): unescape(re.search(r"<strong>(.*?)</strong>", row, re.DOTALL)[1]) for key, row in rows}  # type: ignore[index]


def task(browser: Browser, name: str) -> int:
    """Key of the one task of that name in the list."""
    (key,) = [key for key, found in tasks(browser).items() if found == name]
    return key


def complete(browser: Browser, key: int, outcome: str = "submit", **values: Any) -> TestResponse:
    """Press a button of a task."""
    browser.get(f"/tasks/{key}")
    return browser.post(f"/tasks/{key}/complete", outcome=outcome, **values)


def asked(browser: Browser) -> int:
    """Start a request, fill it in and send it; returns the key of the process."""
    location = start(browser).location
    key = int(re.search(r"/tasks/(\d+)", location)[1])  # type: ignore[index]
    answer = complete(browser, key, **FILLED)
    assert answer.status_code == 303, answer.text
    return process_of(browser, key)


def process_of(browser: Browser, key: int) -> int:
    """Key of the process of a task."""
    page = browser.get(f"/tasks/{key}")
    return int(re.search(r'href="/processes/(\d+)"', page.text)[1])  # type: ignore[index]


def main_of(page: TestResponse) -> str:
    """The main part of a page as plain text."""
    html = page.text.partition("<main")[2].partition("</main>")[0] or page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
