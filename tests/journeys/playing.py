"""The sandbox, ready before somebody at a browser waits for it."""

from __future__ import annotations

from app.designer.sandbox import asking
from tests.designer.sandbox_models import files

from .browser import Desk


def warm(desk: Desk) -> None:
    """Start the sandbox's child on the desk's database: a new one makes its schema first, longer than a page waits."""

    def play() -> None:
        with desk.world.app.test_request_context("/"):
            asking.ask(files(), "start: {as: teacher}", "help_request")

    desk.apart(play)
