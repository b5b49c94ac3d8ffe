"""Files in a form: which are attached to a field, and whether the field may have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.files import operations, queries, rules
from app.files.models import File
from app.forms.definition import Component
from app.forms.formats import read_number
from app.forms.nodes import Node
from app.forms.values import get_in, texts
from app.kernel.actor import Actor
from app.kernel.errors import Invalid

MAX_FILES = 20
"""Files in one field."""


def is_multiple(component: Component, extra: Mapping[str, Any]) -> bool:
    """Whether a file picker takes several files."""
    return (extra.get("multiple") if "multiple" in component.expressions else component.spec.get("multiple")) is True


def accepted(component: Component, extra: Mapping[str, Any]) -> tuple[str, ...]:
    """The extensions a file picker takes."""
    accept = extra.get("accept") if "accept" in component.expressions else component.spec.get("accept")
    return rules.accepted_extensions(accept if isinstance(accept, str) else None)


def max_megabytes(component: Component) -> float:
    """The size limit of one file of a file picker."""
    try:
        size = float(read_number(component.properties.get("maxSize", rules.MAX_MEGABYTES)))
    except ValueError:
        return rules.MAX_MEGABYTES
    return min(size, 30.0) if size > 0 else rules.MAX_MEGABYTES


def keys_in(raw: object) -> list[int]:
    """Keys of files in a raw or typed value, each once, in order."""
    found: list[int] = []
    for item in raw if isinstance(raw, list) else [raw]:
        text = str(item.get("documentId", "") if isinstance(item, Mapping) else item or "")
        if text.isdecimal() and len(text) < 20 and int(text) < 2**63:
            found.append(int(text))
    return list(dict.fromkeys(found))


def files_of(node: Node, actor: Actor) -> list[File]:
    """The files attached to a file picker that the actor may see, in their order."""
    keys = keys_in(node.raw)[:MAX_FILES]
    known = queries.readable(actor, keys)
    return [known[key] for key in keys if key in known]


def add_uploads(
    component: Component, raw: dict[str, Any], path: str, uploads: Sequence[FileStorage], actor: Actor
) -> None:
    """Store uploads and add their keys to the raw value at a dotted path; a single-file field keeps the last.

    Raises:
        Invalid: one of them is refused; those before it are kept.
    """
    parts = [int(part) if part.isdecimal() else part for part in path.split(".")]
    holder = get_in(raw, parts[:-1])
    if not isinstance(holder, dict):
        return
    found = texts(holder.get(str(parts[-1])))
    for upload in uploads:
        file = operations.store_file(
            actor,
            upload.filename or "",
            upload.stream,  # type: ignore[arg-type]
            extensions=accepted(component, {}),
            max_megabytes=max_megabytes(component),
        )
        found = [*found, str(file.key)] if is_multiple(component, {}) else [str(file.key)]
        holder[str(parts[-1])] = found[:MAX_FILES]


def checked_files(node: Node, actor: Actor) -> list[File]:
    """The files of a submission.

    Raises:
        Invalid: one is unknown or not this person's, too many, or of a type or size the field does not take.
    """
    keys = keys_in(node.raw)
    if len(keys) > (MAX_FILES if is_multiple(node.component, node.extra) else 1):
        raise Invalid(_l("Too many files."))
    found = files_of(node, actor)
    if len(found) != len(keys):
        raise Invalid(_l("A file is not there any more; please attach it again."))
    extensions, limit = accepted(node.component, node.extra), max_megabytes(node.component) * 1_000_000
    if any(rules.extension_of(file.name) not in extensions or file.size > limit for file in found):
        raise Invalid(_l("Accepted: %(kinds)s.", kinds=rules.described_extensions(extensions)))
    return found
