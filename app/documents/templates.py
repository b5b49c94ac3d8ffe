"""How documents are written for the screen: sandboxed HTML templates per kind, with facts of people and organisations.

Official documents are in Russian whatever language their reader prefers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import nh3
from flask import current_app, has_app_context
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from jinja2 import BaseLoader, ChainableUndefined, FileSystemLoader, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from sqlalchemy import ColumnElement, func, select, text

from app.documents.models import DocumentTemplate
from app.forms import formats, queries, rendering, signing, sources
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people

FOLDER = Path(__file__).with_name("templates") / "kinds"
GENERIC = "document"
MAX_BYTES = 200_000
_NAME = re.compile(r"[a-z0-9_-]{1,80}")
_TAGS = {
    "article", "header", "footer", "section", "h1", "h2", "h3", "h4", "p", "br", "hr", "div", "span", "strong", "b",
    "em", "i", "u", "s", "sub", "sup", "small", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "th", "td", "a", "time",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan", "data-label"},
    "a": {"href"},
    "time": {"datetime"},
    "ol": {"start"},
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template may write about."""

    kind: str
    title: str
    number: str
    date: date
    organisation: str | None
    data: Mapping[str, Any]
    signatures: Sequence[Mapping[str, Any]]
    form_key: int | None
    actor: Actor


def write(facts: Facts, *, template: str | None = None, deployment_key: int | None = None) -> str:
    """The document as clean HTML.

    Args:
        template: name of the template; the document's kind, else a general one, when None.
        deployment_key: the deployment whose own templates come first.

    Raises:
        NotFound: the template named does not exist.
        Invalid: the template fails on these facts.
    """
    source = _source(template or facts.kind, deployment_key)
    if source is None:
        if template:
            raise NotFound(_l("There is no document template “%(name)s”.", name=template))
        source = _source(GENERIC, None) or ""
    try:
        with force_locale("ru"):
            html = _environment().from_string(source).render(_context(facts))
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        raise Invalid(_l("The document template failed: %(error)s", error=str(error))) from error
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}).strip()


def deploy_template(name: str, source: bytes, deployment_key: int) -> DocumentTemplate:
    """Store a new version of a template that came with a deployment.

    Args:
        name: file name without `.html`.

    Raises:
        Invalid: it is no template, or too large.
    """
    if not _NAME.fullmatch(name) or len(source) > MAX_BYTES:
        raise Invalid(_l("The document template “%(name)s” has no proper name or is too large.", name=name))
    try:
        content = source.decode()
        _environment().from_string(content)
    except (UnicodeDecodeError, TemplateError) as error:
        raise Invalid(_l("The document template “%(name)s”: %(error)s", name=name, error=str(error))) from error
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"template {name}"})
    last = db.session.scalar(select(func.max(DocumentTemplate.version)).where(*_named(name)))
    row = DocumentTemplate(
        key=next_key(),
        name=name,
        version=(last or 0) + 1,
        format="html",
        deployment_key=deployment_key,
        deployed_by="",
        source=content,
        sha256=hashlib.sha256(source).hexdigest(),
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def latest(name: str) -> DocumentTemplate | None:
    """The newest deployed version of a template, None when none was deployed."""
    query = select(DocumentTemplate).where(*_named(name)).order_by(DocumentTemplate.version.desc())
    return db.session.scalars(query.limit(1)).first()


def _named(name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DocumentTemplate.name == name, DocumentTemplate.format == "html"


def exists(name: str) -> bool:
    """Whether a template of that name is deployed or comes with the program: for the check before a deployment."""
    return _source(name, None) is not None


def signatures_of(data: object, given: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The signatures given and those found anywhere in data, each once, in order of time."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for signature in (*given, *_signatures_in(data)):
        found.setdefault((str(signature["login"]), str(signature["signed_at"])), dict(signature))
    return sorted(found.values(), key=lambda signature: str(signature["signed_at"]))


def _signatures_in(value: object) -> Iterable[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if signing.is_signature(value):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from _signatures_in(child)


def _source(name: str, deployment_key: int | None) -> str | None:
    """A template's text: of the deployment, else the newest deployed, else beside the models, else our own."""
    name = name.removesuffix(".html")
    if not _NAME.fullmatch(name):
        return None
    query = select(DocumentTemplate.source).where(*_named(name))
    if deployment_key is not None:
        found = db.session.scalar(query.where(DocumentTemplate.deployment_key == deployment_key))
        if found is not None:
            return found
    found = db.session.scalar(query.order_by(DocumentTemplate.version.desc()).limit(1))
    if found is not None:
        return found
    settings = current_app.extensions["marshrut"] if has_app_context() else Settings.from_env()
    beside = sorted((settings.root / "workflows").glob(f"*/documents/{name}.html"))
    path = beside[0] if beside else FOLDER / f"{name}.html"
    return path.read_text() if path.is_file() else None


class _Sandbox(ImmutableSandboxedEnvironment):
    """No attributes that start with an underscore, no code; missing values are empty."""


@lru_cache(maxsize=1)
def _environment() -> _Sandbox:
    loader: BaseLoader = FileSystemLoader(FOLDER)
    environment = _Sandbox(
        loader=loader,
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "" if value is None else value,
    )
    environment.filters.update(
        day=formats.show_date,
        long_day=_long_day,
        moment=lambda value, zone="Europe/Moscow": formats.show_moment(value, zone),
        number=formats.show_number,
        score=lambda value: formats.show_number(value, truncate=True),
        yes_no=lambda value: "да" if value is True else "нет" if value is False else "",
        lines=_lines,
    )
    environment.globals.update(person=_person, place=_place, choice=_choice)
    return environment


def _context(facts: Facts) -> dict[str, Any]:
    def fields() -> Markup:
        """The fields of the document's form, as text."""
        if facts.form_key is None:
            return Markup("")
        form = queries.form(facts.form_key)
        return rendering.render_form(form, facts.data, actor=facts.actor, context={}, mode="frozen")

    return {
        "kind": facts.kind,
        "title": facts.title,
        "number": facts.number,
        "date": facts.date.isoformat(),
        "organisation": _place(facts.organisation),
        "data": facts.data,
        "signatures": facts.signatures,
        "fields": fields,
    }


_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def _long_day(value: object) -> str:
    """`6 апреля 2026 г.`"""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return "" if value is None else str(value)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year} г."


def _lines(value: object) -> Markup:
    """Text with its line ends kept."""
    return Markup("<br>").join(str(value or "").splitlines())


def _person(login: object) -> dict[str, str]:
    """Name, position and place of work of a person: `{{ person(data.teacher).name }}`."""
    try:
        found = people.person_by_login(str(login))
    except NotFound:
        return {"name": str(login or ""), "position": "", "place": ""}
    return {"name": found.name, "position": found.position, "place": _place(found.organisation)["name"]}


def _place(code: object) -> dict[str, str]:
    """Name and short name of an organisation."""
    try:
        found = people.organisation(str(code)) if code else None
    except NotFound:
        found = None
    if found is None:
        return {"code": str(code or ""), "name": str(code or ""), "short_name": str(code or "")}
    return {"code": found.code, "name": found.name, "short_name": found.short_name}


def _choice(source: str, value: object) -> str:
    """What a picker shows for a value: `{{ choice("courses", data.course) }}`; `source` as forms write it."""
    return sources.label_of(sources.names_of(source), value) if value else ""
