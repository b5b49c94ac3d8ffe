"""Words for what the record holds: kinds of subjects, verbs and fields, registered by the features that record them."""

from __future__ import annotations

from collections.abc import Mapping

_subjects: dict[str, object] = {}
_verbs: dict[str, object] = {}
_fields: dict[str, object] = {}
_values: dict[str, object] = {}


def register(
    *,
    subjects: Mapping[str, object] | None = None,
    verbs: Mapping[str, object] | None = None,
    fields: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
) -> None:
    """Name kinds of subjects, verbs, fields and codes that stand as values with lazy texts."""
    _subjects.update(subjects or {})
    _verbs.update(verbs or {})
    _fields.update(fields or {})
    _values.update(values or {})


def subject_words(kind: str) -> str:
    """A kind of subject in the reader's language; the kind itself when nobody named it."""
    return str(_subjects.get(kind, kind))


def verb_words(verb: str) -> str:
    """What was done, in the reader's language."""
    return str(_verbs.get(verb, verb))


def field_words(name: str) -> str:
    """A field's label."""
    return str(_fields.get(name, name))


def value_words(value: object) -> object:
    """A code in words; anything else as it is."""
    return str(_values[value]) if isinstance(value, str) and value in _values else value
