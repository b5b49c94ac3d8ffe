"""Files that people send: as they are, with a name that a draft can hold."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l

from app.engine.views import Resource
from app.kernel.errors import Invalid


def uploaded(field: str = "files") -> list[Resource]:
    """The files of the request, in their order.

    Raises:
        Invalid: there are none.
    """
    found = [
        Resource((each.filename or "").replace("\\", "/").rpartition("/")[2], each.read())
        for each in request.files.getlist(field)
        if each.filename
    ]
    if not found:
        words = _l("Choose one file or several.")
        raise Invalid(words, {field: [words]})
    return found
