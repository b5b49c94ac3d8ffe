"""A deployed form as an answer."""

from __future__ import annotations

import json
from typing import Any

from app.api import no_content
from app.forms import queries as forms


def form_answer(form_key: int | None) -> Any:
    """The form of that key as `FormResult` writes it; 204 when there is none."""
    if form_key is None:
        return no_content()
    form = forms.form(form_key)
    return {
        "form_id": form.form_id,
        "schema": json.dumps(form.schema, ensure_ascii=False),
        "version": form.version,
        "form_key": str(form.key),
    }
