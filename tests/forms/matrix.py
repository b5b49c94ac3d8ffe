"""The address for uploads: everybody may upload; whether a form may be sent is checked where it is sent."""

from __future__ import annotations

from app.forms import operations
from tests.web.matrix import YES, Row, World, roles

_FORM = b'{"id": "matrix_upload", "components": [{"type": "filepicker", "id": "f", "key": "files", "label": "F"}]}'


def build(world: World) -> None:
    """A form with a file field."""
    world["upload form"] = operations.deploy_form(_FORM, 1).key


ROWS = [
    Row("forms.upload", "POST", own=roles(YES), at=lambda world, scope: {"key": world["upload form"], "path": "files"}),
]
