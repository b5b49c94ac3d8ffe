"""Parts of a school's page that other features show: its curator, agreements, programme, monitoring.

A higher feature registers in a module that its `web` imports::

    @schools.panels.register("agreements", order=30)
    def agreements(actor: Actor, school: str) -> Panel | None:
        ...
        return Panel(_l("Agreements"), "agreements/_school_panel.html", {"rows": rows})

It is called for readers who may see the school; what of its own the reader may see is the feature's to say. None:
nothing is shown. `facts` are given to the template beside `school` (code).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the page.

    Attributes:
        title: lazy text of its heading.
        template: a piece of a page, included with `facts`.
        facts: what the template is given.
        link: where all of it stands (address and lazy text), shown beside the heading.
    """

    title: object
    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    link: tuple[str, object] | None = None


Source = Callable[[Actor, str], Panel | None]
_panels: dict[str, tuple[int, Source]] = {}


def register(code: str, *, order: int = 50) -> Callable[[Source], Source]:
    """Offer a panel (again under the same code: replaces it).

    Args:
        code: names the panel; its anchor on the page.
        order: smaller stands further up.
    """

    def take(source: Source) -> Source:
        _panels[code] = (order, source)
        return source

    return take


def panels_for(actor: Actor, school: str) -> list[tuple[str, Panel]]:
    """Codes and panels of a school for a reader, in their order."""
    found = ((code, source(actor, school)) for code, (_order, source) in sorted(_panels.items(), key=lambda e: e[1][0]))
    return [(code, panel) for code, panel in found if panel is not None]
