"""A person at a browser, over Flask's test client: signs in, carries the CSRF token, posts forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g
from werkzeug.test import TestResponse

COOKIE = "marshrut"
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Browser:
    """One browser with its own cookies.

    `Browser(app, "teacher")` signs in at once; `Browser(app)` stays outside.
    """

    def __init__(self, app: Flask, login: str = "", password: str = "demo") -> None:
        self.client = app.test_client()
        self.token = ""
        if login:
            response = self.sign_in(login, password)
            assert response.status_code == 303, response.text
            self.get("/profile")

    def sign_in(self, login: str, password: str, **more: str) -> TestResponse:
        """Open the login page and send the form."""
        self.get("/login")
        return self.post("/login", login=login, password=password, **more)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; keeps its CSRF token."""
        response = self.client.get(path, **options)
        if response.mimetype == "text/html":
            found = _TOKEN.search(response.text)
            self.token = found[1] if found else self.token
        return response

    def post(self, path: str, *, headers: dict[str, str] | None = None, **form: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token, **form}, headers=headers)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Cookies that are set or deleted inside are forgotten."""
        before = self.client.get_cookie(COOKIE)
        try:
            yield
        finally:
            self.client.delete_cookie(COOKIE)
            if before is not None:
                self.client.set_cookie(COOKIE, before.value)


def field(html: str, name: str) -> str:
    """Value of an input as the main part of the page shows it.

    Raises:
        AssertionError: the page has no such field.
    """
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", html.partition("<main")[2]):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return found[1] if found else ""
    raise AssertionError(f"no field {name}")


def marked(html: str, name: str) -> bool:
    """Whether a field is marked as wrong and its message is tied to it."""
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", html):
        if f'name="{name}"' in tag and 'aria-invalid="true"' in tag:
            described = re.search(r'aria-describedby="([^"]+)"', tag)
            return described is not None and all(f'id="{each}"' in html for each in described[1].split())
    return False


class Visitor(Browser):
    """A browser inside the application context of the models' fixture: nothing of a request stays for the next one."""

    def get(self, path: str, **arguments: Any) -> TestResponse:
        """Open a page."""
        _forget_request()
        return super().get(path, **arguments)

    def post(self, path: str, **values: Any) -> TestResponse:
        """Send a form."""
        _forget_request()
        return super().post(path, **values)


def _forget_request() -> None:
    for name in list(g):
        g.pop(name)
