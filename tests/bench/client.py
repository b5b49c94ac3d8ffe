"""A small HTTP client on one kept-alive connection: nothing of it shows in the figures."""

from __future__ import annotations

import http.client
import json
import re
import urllib.parse
from typing import Any


class Client:
    """One signed-in person with a session cookie."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers: dict[str, str] = {}

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """One request. Returns status and body; keeps cookies."""
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = kind
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._keep(name, value)
        return response.status, content

    def _keep(self, name: str, value: str) -> None:
        cookies = dict(part.split("=", 1) for part in self.headers.get("Cookie", "").split("; ") if part)
        cookies[name] = value
        self.headers["Cookie"] = "; ".join(f"{key}={cookies[key]}" for key in cookies)

    def sign_in(self, login: str, password: str) -> None:
        """Sign in by the login page, as a browser does.

        Raises:
            RuntimeError: it was refused.
        """
        _, page = self.send("GET", "/login")
        form = {"csrf_token": csrf_token(page), "login": login, "password": password}
        body = urllib.parse.urlencode(form).encode()
        status, answer = self.send("POST", "/login", body, "application/x-www-form-urlencoded")
        if status not in (302, 303):
            raise RuntimeError(f"signing in answered {status}: {answer[:300]!r}")
        status, page = self.send("GET", "/profile")
        self.headers["X-CSRFToken"] = csrf_token(page)

    def post(self, path: str, body: Any = None) -> Any:
        """POST JSON.

        Raises:
            RuntimeError: the answer is no success.
        """
        status, content = self.send("POST", path, json.dumps(body if body is not None else {}).encode())
        if status >= 300:
            raise RuntimeError(f"{path} answered {status}: {content[:300]!r}")
        return json.loads(content) if content else None

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def csrf_token(page: bytes) -> str:
    """The CSRF token of a page.

    Raises:
        RuntimeError: the page has none.
    """
    found = re.search(rb'name="csrf[-_]token"[^>]*(?:content|value)="([^"]+)"', page)
    if found is None:
        raise RuntimeError("no CSRF token in the page")
    return found.group(1).decode()
