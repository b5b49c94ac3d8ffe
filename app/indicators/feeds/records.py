"""Registers as sources: documents, and the records of each kind with the fields of their form.

The source of a kind is `record_<kind>`. A feature that keeps more in the data than the form asks for names it with
`add_fields("course_report", Field("in_time", …))`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import SelectBase, select

from app.documents import access, scopes
from app.documents.models import Document, Record
from app.documents.titles import kind_title
from app.forms import queries as forms
from app.forms.definition import Component
from app.kernel.actor import Actor
from app.kernel.errors import NotFound

from .. import policies, sources
from ..sources import Field, Source, Type
from . import columns

PREFIX = "record_"
ANONYMOUS = 5
"""Questionnaires of which nobody sees single answers are counted from this many on."""
_COUNTED_ONLY = (
    *("monitor_motives", "monitor_satisfaction", "monitor_school_life", "survey_satisfaction", "student_risk"),
)
RESTRICTED = ("attestation_base_record", "recommendation")
"""Kinds of which even readers of every indicator need a right of their own to know how many there are."""
_COUNTING = {"all", "unit", "counts", "published"}
_COMMON = (
    Field("record_status", _l("State of the record"), "text"),
    Field("owner", _l("Whom it concerns"), "person"),
)
_TYPES: dict[str, Type] = {
    "number": "number",
    "checkbox": "boolean",
    "datetime": "date",
    "checklist": "list",
    "taglist": "list",
    "textfield": "text",
    "textarea": "text",
    "select": "text",
    "radio": "text",
}
_PICKED: dict[str, Type] = {"people": "person", "listeners": "person", "organisations": "organisation"}
_more: dict[str, tuple[Field, ...]] = {}


def add_fields(kind: str, *fields: Field) -> None:
    """Name what the data of a kind holds beside the fields of its form."""
    _more[kind] = fields


def source_of(kind: str) -> Source | None:
    """The records of a kind; None when nobody knows it."""
    if kind not in access.kinds() and kind not in _more:
        return None
    fields = {field.name: field for field in (*_form_fields(kind), *_more.get(kind, ()))}
    own = [field for name, field in fields.items() if name not in _TAKEN]

    def rows() -> SelectBase:
        return select(
            columns.text_key(Record.id).label("key"),
            Record.title.label("title"),
            columns.link(f"/records/{kind}/", Record.id).label("link"),
            Record.organisation.label("organisation"),
            Record.created_at.label("on"),
            Record.status.label("record_status"),
            Record.owner.label("owner"),
            *(columns.from_json(Record.data, field.name, field.type) for field in own),
        ).where(Record.current, Record.kind == kind)

    def visible(actor: Actor) -> SelectBase:
        return select(columns.text_key(Record.id)).where(Record.current, scopes.visible(actor, Record, kind))

    return sources.source(
        PREFIX + kind,
        label=_l("Register: %(kind)s", kind=kind_title(kind)),
        fields=(*_COMMON, *own),
        select=rows,
        visible=visible,
        counted=lambda actor: counts(actor, kind),
        min_group=ANONYMOUS if kind in _COUNTED_ONLY else 0,
    )


_TAKEN = {*sources.ALWAYS, *(field.name for field in _COMMON)}


def counts(actor: Actor, kind: str) -> bool:
    """Whether a person may know how many records of a kind there are (roles.md §3)."""
    if actor.system or (kind not in RESTRICTED and actor.has_role(*policies.ALL)):
        return True
    grants = (grant for held in actor.assignments for grant in access.grants_for(kind, held.role))
    return any(_COUNTING & set(grant.rules) for grant in grants)


def _form_fields(kind: str) -> Iterator[Field]:
    try:
        form = forms.form_by(kind)
    except NotFound:
        return
    yield from _fields(form.components)


def _fields(components: tuple[Component, ...]) -> Iterator[Field]:
    for one in components:
        if one.type == "group" and not one.path:
            yield from _fields(one.components)
        elif len(one.path) == 1 and (type_ := _type(one)) is not None:
            yield Field(one.path[0], one.label or one.path[0], type_)


def _type(one: Component) -> Type | None:
    picked = _PICKED.get(one.properties.get("source", ""))
    if picked and one.type not in ("checklist", "taglist"):
        return picked
    return _TYPES.get(one.type)


def kinds() -> list[str]:
    """Kinds that have a name for people: the editor offers no others."""
    return [kind for kind in {**access.kinds(), **_more} if kind_title(kind) != kind]


sources.register_family(PREFIX, source_of, kinds)
sources.table(
    "documents",
    label=_l("Documents"),
    key=Document.key,
    title=Document.title,
    link=columns.link("/documents/", Document.key),
    organisation=Document.organisation,
    on=Document.date,
    scope=lambda actor: scopes.fully_visible(actor, Document),
    fields=(
        Field("kind", _l("Kind of document"), "text", Document.kind),
        Field("number", _l("Number"), "text", Document.number),
        Field("register", _l("Register"), "text", Document.register),
        Field("status", _l("State"), "text", Document.status),
        Field("owner", _l("Whom it concerns"), "person", Document.owner),
    ),
)
