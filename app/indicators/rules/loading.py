"""A definition out of its own body in the table: it was checked when it was saved."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .definition import Condition, Definition, Measure, Rows


def load(body: Mapping[str, Any]) -> Definition:
    """The definition that `definition.dump` wrote."""
    owner = body.get("organisation")
    return Definition(
        code=body["code"],
        title=body["title"],
        unit=body["unit"],
        numerator=load_measure(body["numerator"], owner),
        denominator=load_measure(body["denominator"], owner) if body.get("denominator") else None,
        target=Decimal(str(body["target"])) if body.get("target") is not None else None,
        amber_share=Decimal(str(body["amber_share"])),
        period=body["period"],
        organisation=owner,
        programme=body.get("programme", ""),
        origin=body.get("origin", ""),
        note=body.get("note", ""),
    )


def load_measure(body: Mapping[str, Any], owner: str | None = None) -> Measure:
    """Numerator or denominator of an owner's indicator."""
    return Measure(body["count"], (_rows(body), *(_rows(each) for each in body.get("also", ()))), owner)


def _rows(body: Mapping[str, Any]) -> Rows:
    where = tuple(Condition(one["field"], one["operator"], _value(one["value"])) for one in body.get("where", ()))
    return Rows(body["source"], where, body.get("field"))


def _value(value: Any) -> Any:
    return _rows(value) if isinstance(value, Mapping) else value
