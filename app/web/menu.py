"""The main menu: single entries, and groups of entries that open downwards.

A feature adds an entry through the shell::

    shell.nav_item(_l("Roadmaps"), "programmes.roadmaps", group=shell.Menu.PROGRAMMES, order=20)

Without a group an entry always stands in the bar: only what people open many times a day. A group of which a reader
sees one entry only is shown as that entry, and who sees few entries altogether sees no groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor

FLAT = 5
"""So many entries fit into the bar side by side."""


class Menu(Enum):
    """The groups of the menu, from left to right."""

    PROGRAMMES = "programmes"
    SCHOOLS = "schools"
    LEARNING = "learning"
    OBSERVATION = "observation"
    MANAGEMENT = "management"


LABELS = {
    Menu.PROGRAMMES: _l("Programmes"),
    Menu.SCHOOLS: _l("Schools"),
    Menu.LEARNING: _l("Learning"),
    Menu.OBSERVATION: _l("Observation"),
    Menu.MANAGEMENT: _l("Management"),
}
_GROUPS = list(Menu)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu.

    Attributes:
        label: lazy text.
        endpoint: Flask endpoint, as `inbox.index`.
        visible: whether this actor sees it.
        badge: a count to show beside it; 0 shows nothing.
        order: smaller stands further left, or further up in its group.
        paths: beginnings of the addresses for which it is marked as current; its own address when empty.
        group: where it stands; none: in the bar itself.
    """

    label: object
    endpoint: str
    visible: Callable[[Actor], bool]
    badge: Callable[[Actor], int] | None
    order: int
    paths: tuple[str, ...] = ()
    group: Menu | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as this reader sees it: text, address, count beside it, whether it holds the current page."""

    label: object
    address: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the bar: one entry without a heading, or a group with its heading (and its id for the page)."""

    label: object
    code: str
    links: list[Link]

    @property
    def here(self) -> bool:
        """Whether the current page is one of its entries."""
        return any(link.here for link in self.links)

    @property
    def count(self) -> int:
        """What waits in its entries together."""
        return sum(link.count for link in self.links)


_items: dict[str, NavItem] = {}


def nav_item(
    label: object,
    endpoint: str,
    *,
    visible: Callable[[Actor], bool] = lambda actor: True,
    badge: Callable[[Actor], int] | None = None,
    order: int = 50,
    paths: tuple[str, ...] = (),
    group: Menu | None = None,
) -> None:
    """Add an entry to the main menu (again for the same endpoint: replaces it)."""
    _items[endpoint] = NavItem(label, endpoint, visible, badge, order, paths, group)


def navigation(actor: Actor) -> list[Section]:
    """The menu of this reader on this page; made once per request."""
    if "navigation" not in g:
        known = [item for item in _items.values() if item.endpoint in current_app.view_functions]
        shown = sorted((item for item in known if item.visible(actor)), key=_place)
        g.navigation = _sections(shown, _links(actor, shown))
    found: list[Section] = g.navigation
    return found


def _place(item: NavItem) -> tuple[int, int]:
    return (_GROUPS.index(item.group) if item.group else -1, item.order)


def _links(actor: Actor, shown: list[NavItem]) -> list[Link]:
    current = _current(shown)
    return [
        Link(item.label, url_for(item.endpoint), item.badge(actor) if item.badge else 0, item is current)
        for item in shown
    ]


def _sections(shown: list[NavItem], links: list[Link]) -> list[Section]:
    groups: dict[str, Section] = {}
    for item, link in zip(shown, links, strict=True):
        if item.group is None or len(shown) <= FLAT:
            groups[item.endpoint] = Section(link.label, item.endpoint, [link])
        else:
            place = groups.setdefault(item.group.value, Section(LABELS[item.group], item.group.value, []))
            place.links.append(link)
    return list(groups.values())


def _current(items: list[NavItem]) -> NavItem | None:
    """The entry whose path is the longest beginning of the current one."""
    best: tuple[int, NavItem | None] = (0, None)
    for item in items:
        for path in item.paths or (url_for(item.endpoint),):
            if (request.path == path or request.path.startswith(path.rstrip("/") + "/")) and len(path) > best[0]:
                best = (len(path), item)
    return best[1]
