"""Shapes that several resources share."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.api.conditions import text_filter
from app.api.schemas import ApiSchema


class VariableValue(ApiSchema):
    """A filter on one variable by name; values are JSON text (`"approved"` with its quotes, `97`, `true`)."""

    name = fields.String(required=True)
    value = text_filter(required=True)


class Unknown(fields.Raw):
    """A member that the clients may send and this server does not offer; using it answers 501."""


class Empty(fields.Raw):
    """A member that the clients demand and nothing here fills: always an empty list or object."""

    def __init__(self, kind: type[list[Any]] | type[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> Any:
        """An empty one of its kind."""
        return self.kind()


class FormResult(ApiSchema):
    """A form: `schema` is form-js JSON as text."""

    tenant_id = fields.Constant("<default>", required=True)
    form_id = fields.String(required=True)
    schema = fields.String(required=True)
    version = fields.Integer(required=True)
    form_key = fields.String(required=True)
