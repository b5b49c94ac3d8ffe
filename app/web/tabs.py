"""Bars of tabs that several features share: the profile and the administration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g, request, url_for

from app.kernel.actor import Actor

PROFILE, ADMIN = "profile", "admin"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: lazy label, endpoint, who sees it, where it stands."""

    label: object
    endpoint: str
    visible: Callable[[Actor], bool]
    order: int


_bars: dict[str, dict[str, Tab]] = {PROFILE: {}, ADMIN: {}}


def profile_item(
    label: object, endpoint: str, *, visible: Callable[[Actor], bool] = lambda actor: True, order: int = 50
) -> None:
    """Add a page to the tabs of the profile; its template includes `profile_tabs.html`."""
    _bars[PROFILE][endpoint] = Tab(label, endpoint, visible, order)


def admin_item(
    label: object, endpoint: str, *, visible: Callable[[Actor], bool] = lambda actor: True, order: int = 50
) -> None:
    """Add a page to the tabs of the administration; its template includes `admin_tabs.html`."""
    _bars[ADMIN][endpoint] = Tab(label, endpoint, visible, order)


def tab_links(bar: str) -> list[tuple[object, str, bool, None]]:
    """The tabs of a bar for this reader: label, address, whether it is the current page (or lies above it)."""
    actor: Actor = g.actor
    known = [tab for tab in _bars[bar].values() if tab.endpoint in current_app.view_functions and tab.visible(actor)]
    addresses = {tab.endpoint: url_for(tab.endpoint) for tab in known}
    under = [address for address in addresses.values() if f"{request.path}/".startswith(f"{address}/")]
    current = max(under, key=len, default="")
    shown = sorted(known, key=lambda tab: tab.order)
    return [(tab.label, addresses[tab.endpoint], addresses[tab.endpoint] == current, None) for tab in shown]
