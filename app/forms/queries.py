"""Find deployed forms. A form version never changes, so parsed definitions are kept in the process."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.forms import people_sources  # noqa: F401 - registers the pickers of people
from app.forms.definition import FormDefinition
from app.forms.models import Form
from app.forms.reading import read_form
from app.kernel.db import db
from app.kernel.errors import NotFound

_definitions: dict[int, FormDefinition] = {}
db.remembered(_definitions.clear)


def form(key: int) -> FormDefinition:
    """The form version of that key.

    Raises:
        NotFound: there is none.
    """
    found = _definitions.get(key)
    if found is None:
        row = db.session.get(Form, key)
        if row is None:
            raise NotFound(_l("There is no such form."))
        found = definition_of(row)
    return found


def form_by(
    form_id: str,
    *,
    binding: str = "latest",
    deployment_key: int | None = None,
    version_tag: str | None = None,
) -> FormDefinition:
    """The form version that a model means.

    Args:
        form_id: as in `zeebe:formDefinition formId`.
        binding: `latest`, `deployment` (needs `deployment_key`) or `versionTag` (needs `version_tag`).

    Raises:
        NotFound: no such form, or not in that deployment or with that tag.
    """
    query = select(Form.key).where(Form.form_id == form_id)
    if binding == "deployment":
        query = query.where(Form.deployment_key == deployment_key)
    elif binding == "versionTag":
        query = query.where(Form.version_tag == version_tag)
    key = db.session.scalar(query.order_by(Form.version.desc()).limit(1))
    if key is None:
        raise NotFound(_l("There is no form “%(form)s”.", form=form_id), form_id=form_id)
    return form(key)


def definition_of(row: Form) -> FormDefinition:
    """The parsed form of a row, kept for the next call."""
    found = _definitions.get(row.key)
    if found is None:
        parsed = _parsed(row.source)
        found = FormDefinition(
            key=row.key,
            form_id=row.form_id,
            version=row.version,
            version_tag=row.version_tag,
            deployment_key=row.deployment_key,
            title=row.title,
            sha256=row.sha256,
            schema=parsed.schema,
            components=parsed.components,
        )
        if len(_definitions) > 2000:
            _definitions.clear()
        _definitions[row.key] = found
    return found


@lru_cache(maxsize=512)
def _parsed(source: str) -> FormDefinition:
    definition, findings = read_form(source.encode())
    if definition is None:  # it was checked when it was deployed
        raise ValueError(str([finding.message for finding in findings]))
    return definition
