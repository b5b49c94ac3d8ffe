"""What features use of the page shell.

A feature's `web.py`::

    from app.web import shell

    blueprint = Blueprint("courses", __name__, template_folder="templates", url_prefix="/courses")
    shell.nav_item(_l("Courses"), "courses.index", group=shell.Menu.LEARNING, order=30)  # see app/web/menu.py

    @blueprint.get("/")
    def index():
        return shell.render("courses/index.html", courses=courses_for(shell.current_actor()))

Every page needs a login unless its view is marked `@shell.public`. The request is one unit of work; raise the kernel's
errors (`NotFound`, `Forbidden`, `Conflict`, …) and the shell answers and records. A refused form:
`return shell.render(…), 422` — nothing of that request is committed.
Every new address must get its rows in `tests/web/matrix.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden

from .application import afterwards, keep_changes, refused
from .menu import Menu, NavItem, nav_item, navigation
from .security import authenticator, gate, on_refusal, public, safe_next
from .tabs import admin_item, profile_item, tab_links

__all__ = [
    "Menu",
    "NavItem",
    "admin_item",
    "afterwards",
    "authenticator",
    "current_actor",
    "flash",
    "gate",
    "go",
    "go_to",
    "is_part",
    "keep_changes",
    "nav_item",
    "on_language",
    "on_refusal",
    "profile_item",
    "public",
    "refused",
    "render",
    "safe_next",
    "start_page",
]


_start_pages: list[tuple[int, str, Callable[[Actor], bool]]] = []
_language_listeners: list[Callable[[Actor, str], object]] = []


def init_app(app: Flask) -> None:
    """Offer the layout's facts to every template."""
    from .pages import blueprint

    app.register_blueprint(blueprint)
    app.context_processor(_layout_facts)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def current_actor() -> Actor:
    """The signed-in person of this request.

    Raises:
        Forbidden: nobody is signed in (a public page asked for the actor).
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise Forbidden()
    return actor


def start_page(endpoint: str, *, visible: Callable[[Actor], bool] = lambda actor: True, order: int = 50) -> None:
    """Offer a page as what `/` opens; the visible one with the smallest order wins."""
    _start_pages.append((order, endpoint, visible))


def start_page_of(actor: Actor) -> str:
    """Endpoint that `/` opens for an actor."""
    for _order, endpoint, visible in sorted(_start_pages, key=lambda page: page[0]):
        if endpoint in current_app.view_functions and visible(actor):
            return endpoint
    return "people.profile"


def on_language(listener: Callable[[Actor, str], object]) -> Callable[[Actor, str], object]:
    """Register what keeps a signed-in person's choice of language (people)."""
    _language_listeners.append(listener)
    return listener


def language_chosen(actor: Actor, locale: str) -> None:
    """Tell the listeners that this person chose a language."""
    for listener in _language_listeners:
        listener(actor, locale)


def is_part() -> bool:
    """Whether htmx asks for a piece of the page (not a boosted link, not a step back in history)."""
    headers = request.headers
    return bool(
        headers.get("HX-Request") and not headers.get("HX-Boosted") and not headers.get("HX-History-Restore-Request")
    )


def render(template: str, *, part: str | None = None, **context: Any) -> str:
    """Render a template inside the layout; with `part`, only that block when htmx asks for a piece.

    Args:
        template: name, as `courses/index.html`; it extends `layout.html`.
        part: name of the block that a partial request gets.
        context: variables of the template.
    """
    if part is None or not is_part():
        return render_template(template, **context)
    found = current_app.jinja_env.get_template(template)
    values = dict(context)
    current_app.update_template_context(values)
    page = found.new_context(values)
    whole = found.root_render_func(page)
    next(whole, None)  # runs the template's imports, which its blocks use, up to the layout's first words
    text = "".join(page.blocks[part][0](page))
    whole.close()  # type: ignore[attr-defined]
    return text


def go(endpoint: str, *, message: object = "", kind: str = "success", **values: object) -> ResponseReturnValue:
    """Redirect after a change, with a message on the next page (htmx follows as a whole page).

    Args:
        kind: `success`, `warning` or `danger`; the last tells a refusal, and nothing of this request is kept.
    """
    return go_to(url_for(endpoint, **values), message=message, kind=kind)  # type: ignore[arg-type]


def go_to(target: str, *, message: object = "", kind: str = "success") -> ResponseReturnValue:
    """Like `go`, to a path (from a form: through `safe_next` first)."""
    if kind == "danger":
        refused()
    if message:
        flash(str(message), kind)
    if request.headers.get("HX-Request"):
        response: Response = make_response("", 204)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)


def _layout_facts() -> dict[str, object]:
    actor: Actor | None = g.get("actor")
    return {
        "actor": actor,
        "navigation": lambda: navigation(actor) if actor else [],
        "is_part": is_part,
        "tab_links": tab_links,
    }
