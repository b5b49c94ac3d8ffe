"""Finding every page of the site: readers follow the links that they are shown, over HTTP."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.documents.models import Document
from app.engine.models import UserTask
from app.kernel.db import db

from .page import Page
from .world import World

READERS = (
    "course_leader", "course_leader2", "teacher", "teacher2", "school_head", "iro_methodist",
    "attestation_commission_member", "iro_head", "cmoko_attestation", "mms_methodist", "mouo_head",
    "cmoko_analyst", "region_coordinator", "municipal_coordinator", "admin", "designer",
    "auditor",
)  # fmt: skip
"""Who walks; each opens what nobody before has seen, so those who act come first."""
_KEEPERS = {
    "assessment.bank": "iro_methodist",
    "designer.": "designer",
    "indicators.": "region_coordinator",
    "programmes.": "region_coordinator",
    "schools.list": "municipal_coordinator",
}
"""Pages that others open too, but from which only their keeper finds the way on: by the beginning of the endpoint."""
_MACHINES = (
    "/v2",
    "/api/v1",
    "/cluster",
    "/static",
    "/documents/static",
    "/metrics",
    "/healthz",
    "/readyz",
    "/openapi.json",
)
"""Addresses that nobody opens in a tab."""
_FIRST = ("task", "overview")
"""Tabs that are open when none is named."""
Kind = tuple[str, ...]
"""What makes a page one of its own: endpoint, tab, and which of the things that look different it shows."""


@dataclass(frozen=True)
class Place:
    """A page as one of its readers finds it."""

    kind: Kind
    path: str
    login: str


class Walk:
    """All kinds of pages of a world, each with the first reader who found it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._map = world.app.url_map.bind("localhost")
        self._things = _things()
        self._seen: set[Kind] = set()
        self.places: list[Place] = []
        for login in READERS:
            self._follow(login)

    def unreached(self) -> set[str]:
        """Endpoints of pages to which no link led."""
        reached = {kind[0] for kind in self._seen}
        return {rule.endpoint for rule in self._rules()} - reached

    def _follow(self, login: str) -> None:
        """Let a reader open what is still unknown: links from page to page, and addresses without a parameter."""
        begin = self.world[login].get("/")
        ways = deque([begin.path, *_links(begin), *(rule.rule for rule in self._rules() if not rule.arguments)])
        while ways:
            path = ways.popleft()
            kind = self._kind(path)
            if not kind or kind in self._seen or _kept_by_another(kind[0], login):
                continue
            page = self.world[login].get(path)
            if page.status != 200:
                continue
            if urlsplit(unquote(path)).path != page.path:
                ways.append(page.path)  # it leads on
                continue
            self._seen.add(kind)
            if page.type == "text/html" and page.root.xpath("//main"):
                self.places.append(Place(kind, path, login))
                ways.extend(_links(page))

    def _kind(self, path: str) -> Kind:
        """What page an address leads to; () for what is none of this site's pages."""
        parts = urlsplit(path)
        if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(_MACHINES):
            return ()
        try:
            endpoint, values = self._map.match(unquote(parts.path), "GET")
        except HTTPException:
            return ()
        tab = [each for each in parse_qs(parts.query).get("tab", ()) if each not in _FIRST]
        return (endpoint, *(tab or self._looks(endpoint, values)))

    def _looks(self, endpoint: str, values: Mapping[str, Any]) -> Iterator[str]:
        """Tasks look as their element says, documents and records as their kind, courses as far as they have come; the
        programme of a school offers less than that of a region or district."""
        if endpoint in ("inbox.task", "documents.document"):
            yield self._things.get(values["key"], "")
        if endpoint in ("programmes.programme", "programmes.calendar"):
            yield "of a district" if values["code"].isupper() else "of a school"
        if endpoint.startswith("designer."):
            return  # the same page for every process
        names = ("kind", "process_id", *(("code",) if endpoint == "courses.course" else ()))
        yield from (str(values[name]) for name in names if name in values)

    def _rules(self) -> list[Any]:
        found = self.world.app.url_map.iter_rules()
        return [each for each in found if "GET" in (each.methods or ()) and not each.rule.startswith(_MACHINES)]


def _kept_by_another(endpoint: str, login: str) -> bool:
    return any(endpoint.startswith(prefix) and login != keeper for prefix, keeper in _KEEPERS.items())


def _things() -> dict[int, str]:
    """Element of every task and kind of every document by key."""
    with db.unit_of_work() as session:
        tasks = session.execute(select(UserTask.key, UserTask.element_id))
        documents = session.execute(select(Document.key, Document.kind))
        return {row[0]: row[1] for row in (*tasks, *documents)}


def _links(page: Page) -> list[str]:
    """Addresses that a page leads to."""
    found: list[HtmlElement] = page.root.xpath("//a[@href and not(@download)]")
    return [each.get("href") for each in found]
