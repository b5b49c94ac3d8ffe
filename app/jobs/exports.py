"""Excel files of long lists: the page's own address is asked again by a worker, for the same person, and kept."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.http import parse_options_header

from app.kernel.errors import Conflict
from app.web import excel, shell

from . import kinds, operations
from .run import Run

KIND = "export"


@excel.on_large
def make_later(title: str) -> ResponseReturnValue:
    """Start the export that this request asks for, and show its progress."""
    path = request.full_path.rstrip("?")
    words = _("“%(list)s” to Excel", list=title)
    key = operations.start(shell.current_actor(), KIND, {"path": path}, title=words, once=f"export:{path}")
    return shell.go("background.job", key=key)


@kinds.handler(KIND, label=_l("Export to Excel"), at_once=2)
def export(run: Run) -> Iterator[None]:
    """Run the page's view for the person, as their roles are today, and keep its file."""
    run.message = _l("The file is being made.")
    yield
    with current_app.test_request_context(run.payload["path"]):
        g.actor, g.in_background = run.actor, True
        response = current_app.make_response(_view())
        response.direct_passthrough = False
        _kind, options = parse_options_header(response.headers.get("Content-Disposition"))
        if response.mimetype != excel.MIME:
            raise Conflict(_l("This list can no longer be exported."))
        run.attach(options.get("filename") or "export.xlsx", response.get_data())
    run.message = _l("The file is ready.")


def _view() -> ResponseReturnValue:
    assert request.endpoint is not None  # the page that asked for it had one
    view = current_app.ensure_sync(current_app.view_functions[request.endpoint])
    return view(**(request.view_args or {}))  # type: ignore[no-any-return]
