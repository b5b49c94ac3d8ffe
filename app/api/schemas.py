"""The shapes every call shares: camelCase names, keys as strings, problems, pages of a search."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate
from marshmallow.types import StrSequenceOrSet

from app.api.names import LARGEST_KEY, camel

DEFAULT_LIMIT = 100
LARGEST_PAGE = 10_000
DEEPEST_OFFSET = 10_000
CURSOR = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=)?$"
DEFAULT_TENANT = "<default>"


class ApiSchema(Schema):
    """Python names inside, camelCase outside; a name that nobody knows is bad input, not noise."""

    class Meta:
        unknown = RAISE

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """The first line of the docstring is the schema's description in the API document."""
        super().__init_subclass__(**kwargs)
        about = (cls.__doc__ or "").strip().partition("\n")[0]
        cls.Meta = type("Meta", (cls.Meta,), {"description": about})  # type: ignore[assignment,misc]

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field in camelCase unless it names itself."""
        if field_obj.data_key is None:
            field_obj.data_key = camel(field_name)


class Key(fields.Field[int]):
    """A 64-bit key, written as a string of digits."""

    default_error_messages = {"invalid": "A key is a whole number written as a string."}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not text.removeprefix("-").isdecimal() or not text.isascii():
            raise self.make_error("invalid")
        if len(text) > 25 or abs(int(text)) > LARGEST_KEY:
            raise self.make_error("invalid")
        return int(text)


class Moment(fields.AwareDateTime):
    """A moment: ISO 8601, UTC outside; one without a zone counts as UTC."""

    def __init__(self, **kwargs: Any) -> None:
        from datetime import UTC

        super().__init__(format="iso", default_timezone=UTC, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        from datetime import UTC

        return (
            None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )


class Tenant(fields.String):
    """There is one tenant: `<default>`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf([DEFAULT_TENANT], error="There is one tenant: {choices}."), **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        return DEFAULT_TENANT

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        """The value need not exist on the object."""
        return DEFAULT_TENANT


class ProblemDetail(Schema):
    """An error (RFC 9457)."""

    type = fields.String(metadata={"example": "about:blank"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"description": "The path that was called."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Messages by field path, for bad input."},
    )


class PageRequest(ApiSchema):
    """Which part of a search's result: an offset, or a cursor from an earlier answer."""

    from_ = fields.Integer(data_key="from", validate=validate.Range(min=0, max=DEEPEST_OFFSET), strict=True)
    limit = fields.Integer(validate=validate.Range(min=1, max=LARGEST_PAGE), strict=True)
    after = fields.String(validate=validate.Regexp(CURSOR))
    before = fields.String(validate=validate.Regexp(CURSOR))


class PageResponse(ApiSchema):
    """Where a page of a search stands; counting stops at 10,000."""

    total_items = fields.Integer(required=True)
    has_more_total_items = fields.Boolean(required=True)
    start_cursor = fields.String(required=True, allow_none=True)
    end_cursor = fields.String(required=True, allow_none=True)


def result_of(item: type[Schema], name: str) -> type[Schema]:
    """The schema of a search's answer: a page of `item`."""
    members = {
        "items": fields.List(fields.Nested(item), required=True),
        "page": fields.Nested(PageResponse, required=True),
        "__doc__": f"A page of {item.__name__}.",
    }
    return type(name, (ApiSchema,), members)


def sort_of(names: StrSequenceOrSet, prefix: str) -> type[Schema]:
    """The schema of one sort criterion over camelCase field names."""
    members = {
        "field": fields.String(required=True, validate=validate.OneOf(sorted(names))),
        "order": fields.String(load_default="ASC", validate=validate.OneOf(["ASC", "DESC", "asc", "desc"])),
        "__doc__": "One sort criterion; the first counts most.",
    }
    return type(f"{prefix}Sort", (ApiSchema,), members)


def query_of(filters: type[Schema], sorts: StrSequenceOrSet, prefix: str) -> type[Schema]:
    """The schema of a search's body: filter, sort, page."""
    members = {
        "filter": fields.Nested(filters, load_default=dict, allow_none=True),
        "sort": fields.List(fields.Nested(sort_of(sorts, prefix)), load_default=list, validate=validate.Length(max=5)),
        "page": fields.Nested(PageRequest, load_default=dict),
        "__doc__": "A search: everything is optional.",
    }
    return type(f"{prefix}Query", (ApiSchema,), members)
