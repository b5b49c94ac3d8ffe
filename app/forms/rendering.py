"""Forms as HTML: for filling in, for reading, and as a comparison of two submissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.forms.definition import FormDefinition
from app.kernel.actor import Actor

Mode = Literal["edit", "read", "frozen"]


def render_form(
    definition: FormDefinition,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    context: Mapping[str, Any],
    errors: Mapping[str, list[object]] | None = None,
    readonly: bool = False,
    mode: Mode = "edit",
    refresh_url: str | None = None,
) -> Markup:
    """The fields of a form, to be put inside a page's `<form method="post" novalidate enctype="multipart/form-data">`.

    Args:
        data: what was entered or submitted so far; the rest is prefilled from `context`.
        context: the variables that the task sees; `form` in it prefills fields by key.
        errors: as `Invalid.errors` of `validate_submission`.
        readonly: show everything as text (review, history); same as `mode="read"`.
        mode: `frozen` is `read` without links and controls, for documents.
        refresh_url: where the page takes posted fields to save the draft and answer with `render_updates`.
    """
    raise NotImplementedError


def render_updates(
    definition: FormDefinition,
    data: Mapping[str, Any],
    posted: MultiDict[str, str],
    *,
    actor: Actor,
    context: Mapping[str, Any],
    refresh_url: str,
) -> Markup:
    """The parts of a form that change after an entry, as htmx out-of-band swaps; nothing else is touched.

    Args:
        data: `parse_form_data(definition, posted)`.
        posted: `request.form` of the refresh request.
    """
    raise NotImplementedError


def render_changes(
    definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: Actor
) -> Markup:
    """A table of the fields that differ between two submissions: label, before, after."""
    raise NotImplementedError
