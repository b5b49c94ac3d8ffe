"""A form, filled in and sent."""

from __future__ import annotations

from typing import Any

import pytest

from app.forms import operations
from app.forms.definition import FormDefinition
from app.kernel.actor import Actor, Assignment
from app.kernel.errors import Invalid

from .conftest import read

ACTOR = Actor("teacher", "Иванова Мария", assignments=(Assignment("teacher", "s1", "school"),))


def submit(definition: FormDefinition, entries: dict[str, Any], **context: Any) -> dict[str, Any]:
    """The values of a submission."""
    return operations.validate_submission(definition, entries, context=context, actor=ACTOR)


def refusals(definition: FormDefinition, entries: dict[str, Any], **context: Any) -> dict[str, str]:
    """First message by field of a refused submission."""
    with pytest.raises(Invalid) as caught:
        submit(definition, entries, **context)
    return {path: str(messages[0]) for path, messages in caught.value.errors.items()}


def one(component: dict[str, Any], raw: Any, **context: Any) -> Any:
    """The value that one field makes of an entry."""
    definition = read([{"id": "c", "key": "x", "label": "X", **component}])
    return submit(definition, {"x": raw}, **context)["x"]
