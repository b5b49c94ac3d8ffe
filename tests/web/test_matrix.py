"""The policy matrix: every address × every role × own and foreign scope, against the table of `matrix.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import pytest
from flask import Flask, url_for
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from app.kernel import clock
from app.kernel.db import db
from app.people import memory
from app.web.translations_check import texts

from . import matrix, reading
from .browsing import Browser
from .matrix import FOREIGN, HIDDEN, LOGIN, NO, OWN, ROLES, YES, Row, World

_CHANGING = re.compile(r'content="[^"]{40,}"|value="[^"]*"|[0-9a-f]{32}')


@dataclass
class Ground:
    """The demo region with everything the parts added, and a signed-in browser per role."""

    app: Flask
    connection: Connection
    world: World
    browsers: dict[str, Browser]

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens inside is rolled back; what the process remembers of people is what it was before."""
        savepoint = self.connection.begin_nested()
        remembered = [(each, dict(each._kept)) for each in memory._memories]
        try:
            yield
        finally:
            savepoint.rollback()
            for each, kept in remembered:
                each.clear()
                each._kept.update(kept)

    @contextmanager
    def unchanged(self, row: Row) -> Iterator[None]:
        """Around the requests of a row that reads: what they note in passing is rolled back at their end, together."""
        with self.undone() if row.method == "GET" else nullcontext():
            yield

    def send(self, browser: Browser, row: Row, scope: str, *, whole: bool = False) -> TestResponse:
        """One request of a row, undone afterwards (one that reads: with its row); refusals come as pieces of pages
        unless `whole` (they cost less)."""
        with self.app.test_request_context():
            path = url_for(row.endpoint, _method=row.method, **row.at(self.world, scope))
        form = {"csrf_token": browser.token, **(row.form(self.world, scope) if row.form else {})}
        body = {"json": row.json(self.world, scope)} if row.json else {"data": form} if row.method != "GET" else {}
        headers = {"X-CSRFToken": browser.token} | ({} if whole else {"HX-Request": "true"})
        with self.undone() if row.method != "GET" else nullcontext(), browser.unchanged():
            return browser.client.open(path, method=row.method, headers=headers, buffered=True, **body)


@pytest.fixture(scope="module")
def ground(app: Flask, populated: Connection) -> Iterator[Ground]:
    db.bind(populated)
    memory.forget()
    try:
        world = World()
        with app.app_context(), db.unit_of_work():
            matrix.build(world)
        nobody = Browser(app)
        nobody.get("/login")
        with clock.frozen(clock.now()):  # what is remembered of people does not grow old meanwhile
            yield Ground(app, populated, world, {role: Browser(app, role) for role in ROLES} | {"": nobody})
    finally:
        db.bind(None)
        memory.forget()


def outcome(response: TestResponse) -> str:
    """What the answer means."""
    status = response.status_code
    if status == 401 or (status in (302, 303) and response.location.startswith("/login")):
        return LOGIN
    if status == 403:
        return NO
    if status == 404:
        return HIDDEN
    return YES if status < 400 or status in (400, 409, 422) else f"status {status}"


TABLE = matrix.rows()


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_each_role_gets_what_the_table_says(ground: Ground, row: Row) -> None:
    asked = [
        (scope, role, wanted)
        for scope, expected in ((OWN, {**row.own, "": row.anonymous}), (FOREIGN, row.foreign or {}))
        for role, wanted in expected.items()
    ]
    with ground.unchanged(row):
        found = [outcome(ground.send(ground.browsers[role], row, scope)) for scope, role, _wanted in asked]
    wrong = [
        f"{scope}, {role or 'nobody'}: {got}, not {wanted}"
        for (scope, role, wanted), got in zip(asked, found, strict=True)
        if got != wanted
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_address_and_no_other(app: Flask) -> None:
    declared = {(row.endpoint, row.method) for row in TABLE}
    registered = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert registered - declared == set(), "addresses without a row in tests/<feature>/matrix.py"
    assert declared - registered == set(), "rows without an address"


def test_no_address_has_two_rows() -> None:
    names = [row.name for row in TABLE]
    assert sorted(names) == sorted(set(names))


def test_what_is_hidden_looks_like_what_never_existed(ground: Ground) -> None:
    """BPM-07: the 404 page gives no hint that the object exists."""
    compared = 0
    for row in TABLE:
        hidden_from = [role for role, wanted in (row.foreign or {}).items() if wanted == HIDDEN]
        if not hidden_from or row.method != "GET":
            continue
        browser = ground.browsers[hidden_from[0]]
        with ground.unchanged(row):
            found = ground.send(browser, row, FOREIGN, whole=True)
        if found.mimetype != "text/html":
            continue
        never = browser.client.get("/no/such/page")
        assert _comparable(found) == _comparable(never), row.name
        compared += 1
    assert compared > 0


def test_russian_pages_hold_no_english(ground: Ground) -> None:
    """A text that is a msgid was not translated; two Latin words in a row are English, unless they are data."""
    msgids = {text if isinstance(text, str) else text[0] for text, _place in texts()}
    english = {text for text in msgids if re.search("[a-z]{3}", text)}
    words = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b")
    wrong: dict[str, str] = {}
    for row in TABLE:
        role = next((role for role, wanted in row.own.items() if wanted == YES), None)
        if role is None or row.method != "GET" or row.data:
            continue
        with ground.unchanged(row):
            answer = ground.send(ground.browsers[role], row, OWN, whole=True)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found = [text for text in reading.texts(answer.text) if words.search(text) or text in english]
            wrong.update(dict.fromkeys(found, row.name))
    assert wrong == {}


def _comparable(response: TestResponse) -> tuple[int, str]:
    here = r' active| aria-current="page"|<span class="visually-hidden"> \(вы здесь\)</span>'
    text = re.sub(here, "", response.text)
    return response.status_code, _CHANGING.sub("", text)
