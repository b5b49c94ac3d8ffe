"""Saved views of the inbox and links to share them."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.errors import Invalid
from app.web import shell

from .. import operations, queries
from ..rules import View
from . import blueprint


@blueprint.post("/tasks/filters")
def save_filter() -> ResponseReturnValue:
    """Keep the view that is on the page under a name."""
    view = View.of(request.form)
    try:
        operations.save_filter(shell.current_actor(), request.form.get("filter_name", ""), view)
    except Invalid as error:
        return shell.go("inbox.index", message=error.message, kind="danger", **view.arguments())
    return shell.go("inbox.index", message=_("The filter is saved."), **view.arguments())


@blueprint.post("/tasks/filters/<int:key>/delete")
def delete_filter(key: int) -> ResponseReturnValue:
    """Forget a saved view."""
    operations.delete_filter(shell.current_actor(), key)
    return shell.go("inbox.index", message=_("The filter is deleted."))


@blueprint.get("/tasks/f/<code>")
def shared_filter(code: str) -> ResponseReturnValue:
    """Open a view that somebody shared: everybody sees their own tasks through it."""
    return redirect(url_for("inbox.index", **View.of(queries.shared_filter(code).params).arguments()))
