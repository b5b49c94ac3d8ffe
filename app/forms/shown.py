"""Values as people read them: dates, labels of choices, names, files, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.forms import sources
from app.forms.formats import decimals, read_number, show_date, show_moment, show_number
from app.forms.nodes import Node
from app.forms.signing import is_signature
from app.forms.values import is_empty

EMPTY = "—"


def shown(node: Node, zone: str, *, links: bool = True) -> Markup:
    """The value of a field as text or harmless HTML.

    Args:
        zone: the reader's zone.
        links: files as links; False in documents.
    """
    value, kind = node.value if node.value is not None else node.raw, node.component.type
    if kind == "checkbox":
        return _box(value, zone)
    if kind == "filepicker":
        return shown_files(value, links=links)
    if is_empty(value) and value is not False:
        return Markup(EMPTY)
    if kind in ("number", "expression"):
        return escape(_number(node, value))
    if kind == "datetime":
        return escape(_moment(str(node.component.spec.get("subtype", "date")), value, zone))
    if kind in ("radio", "select", "checklist", "taglist"):
        return escape(", ".join(labels(node, value)))
    return Markup("<br>").join(str(value).splitlines())


def labels(node: Node, value: Any) -> list[str]:
    """Labels of the chosen values."""
    chosen = value if isinstance(value, list) else [value]
    names = sources.names_of(node.component.properties.get("source", ""))
    if names:
        return [sources.label_of(names, one) for one in chosen]
    known = {str(option.value): option.label for option in node.options}
    return [known.get(str(one), str(one)) for one in chosen]


def _number(node: Node, value: Any) -> str:
    spec = node.component.spec
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(_number(node, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    adders = spec.get("appearance") or {}
    text = show_number(_readable(value), truncate=node.component.has("truncate"), digits=_digits(node, value))
    parts = (adders.get("prefixAdder"), text, adders.get("suffixAdder"))
    return " ".join(str(part) for part in parts if part and "{{" not in str(part))


def _readable(value: Any) -> Any:
    """A number kept as text (`serializeToString`) as a number; any other text as it is."""
    if isinstance(value, str):
        try:
            return read_number(value)
        except ValueError:
            return value
    return value


def _digits(node: Node, value: Any) -> int | None:
    """Computed numbers are not shown with fifteen decimals."""
    wanted = node.component.spec.get("decimalDigits")
    if isinstance(wanted, int):
        return wanted
    if isinstance(value, float) and decimals(read_number(value)) > 4:
        return 4
    return None


def _moment(subtype: str, value: Any, zone: str) -> str:
    if subtype == "time":
        return str(value)
    return show_moment(value, zone) if subtype == "datetime" else show_date(value)


def _box(value: Any, zone: str) -> Markup:
    if is_signature(value):
        return _signature(value, zone)
    return escape(_("yes") if value in (True, "true") else _("no"))


def _signature(value: Mapping[str, Any], zone: str) -> Markup:
    by = escape(value.get("name") or value["login"])
    at = escape(show_moment(value["signed_at"], zone))
    return Markup('<span class="signature">{} <span class="text-secondary">{}, {}</span></span>').format(
        _("signed: %(name)s", name=by), at, str(value["sha256"])[:12]
    )


def shown_files(value: Any, *, links: bool) -> Markup:
    """File references as a list of links (or of names)."""
    entries = [one for one in (value if isinstance(value, list) else []) if isinstance(one, Mapping)]
    if not entries:
        return Markup(EMPTY)
    return Markup("<br>").join(_file(entry, links=links) for entry in entries)


def _file(entry: Mapping[str, Any], *, links: bool) -> Markup:
    facts = entry.get("metadata") or {}
    name, size = str(facts.get("fileName") or entry.get("documentId")), show_size(facts.get("size"))
    text = f"{name} ({size})" if size else name
    key = str(entry.get("documentId", ""))
    if not links or not key.isdecimal():
        return escape(text)
    return Markup('<a href="{}">{}</a>').format(url_for("files.download", key=int(key)), text)


def show_size(size: object) -> str:
    """A file size as `1,2 МБ`."""
    if not isinstance(size, int | float) or isinstance(size, bool):
        return ""
    if size >= 1_000_000:
        return str(_("%(size)s MB", size=show_number(size / 1_000_000, digits=1)))
    return str(_("%(size)s kB", size=show_number(max(1, round(size / 1000)))))
