"""What templates may name: the fields of every kind of document, with labels for people and examples for previews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

GENERIC = "document"
"""The kind whose fields a template of an unknown name may use."""
_FILE = Path(__file__).with_name("kinds.yaml")


@dataclass(frozen=True, slots=True)
class Field:
    """One name that a template may use.

    Attributes:
        fields: what stands below it (`учитель.фио`); empty for a text.
        many: a list, to be gone through by `for`.
        form: any key of the document's form may follow (`форма.subject`).
        example: a text, or in a list one text per row.
    """

    name: str
    label: str
    fields: tuple[Field, ...] = ()
    many: bool = False
    form: bool = False
    example: str | tuple[str, ...] = ""

    def child(self, name: str) -> Field | None:
        """The field of that name below this one; below `form` every name is one."""
        if self.form:
            return Field(name, name)
        return next((one for one in self.fields if one.name == name), None)

    def to_json(self) -> list[Any]:
        """For the child process."""
        return [self.name, self.label, [one.to_json() for one in self.fields], self.many, self.form]

    @classmethod
    def from_json(cls, row: list[Any]) -> Field:
        """The counterpart of `to_json`; examples do not travel."""
        name, label, fields, many, form = row
        return cls(name, label, tuple(cls.from_json(one) for one in fields), many, form)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document with the names that its templates may use."""

    name: str
    title: str
    fields: tuple[Field, ...]

    def root(self, form_keys: frozenset[str] | None = None) -> Field:
        """All names as one field without a name; with `form_keys` only these may follow `форма.`."""
        if form_keys is None:
            return Field("", "", self.fields)
        known = tuple(Field(key, key) for key in sorted(form_keys))
        return Field("", "", tuple(Field(one.name, one.label, known) if one.form else one for one in self.fields))


def kind_of(name: str) -> Kind:
    """The kind that a template of that name belongs to; for an unknown name the general one."""
    known = kinds()
    return known.get(name) or known[GENERIC]


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """All kinds, by the name of their template."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    common = tuple(_fields(data["common"], data["shared"]))
    return {
        name: Kind(name, row["title"], (*common, *_fields(row["fields"], data["shared"])))
        for name, row in data["kinds"].items()
    }


def _fields(rows: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Field]:
    for name, row in rows.items():
        if isinstance(row, list):
            label, example = row
            yield Field(name, label, example=tuple(example) if isinstance(example, list) else example)
            continue
        below = shared[row["is"]] if "is" in row else row.get("fields", {})
        many, form = row.get("many", False), row.get("form", False)
        yield Field(name, row["label"], tuple(_fields(below, shared)), many, form)


def sample(kind: Kind) -> dict[str, Any]:
    """Facts made of the examples: what a preview without a real document shows."""
    return {field.name: _sample(field, 0) for field in kind.fields}


def _sample(field: Field, row: int) -> Any:
    if field.many:
        count = max((len(one.example) for one in field.fields if isinstance(one.example, tuple)), default=1)
        return [{one.name: _sample(one, index) for one in field.fields} for index in range(count)]
    if field.fields or field.form:
        return {one.name: _sample(one, row) for one in field.fields}
    return field.example[row] if isinstance(field.example, tuple) else field.example
