"""Forms as HTML: for filling in, for reading, and as a comparison of two submissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.files.rules import described_extensions
from app.forms.changes import changes_between
from app.forms.definition import FormDefinition
from app.forms.entries import FIELD
from app.forms.nodes import Node, walk
from app.forms.resolution import resolve
from app.forms.rows import IDENTITY
from app.forms.shown import show_size
from app.forms.values import dotted, texts
from app.forms.view_building import Views
from app.forms.views import View
from app.kernel.actor import Actor

Mode = Literal["edit", "read", "frozen"]
LIVE = "_live"
"""Name of the hidden inputs that say what a live part shows now."""


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

    The page adds the CSRF token and its own buttons. With `refresh_url` the fields post themselves there after every
    change (and after three seconds of typing): the page saves the draft and answers with `render_updates`. Without
    JavaScript the row and file buttons post there too: save the draft and redirect back to the page.

    Args:
        data: what was entered or submitted so far; the rest is prefilled from `context`.
        context: the variables that the task sees; `form` in it prefills fields by key.
        errors: as `Invalid.errors` of `validate_submission`.
        readonly: show everything as text (review, history); same as `mode="read"`.
        mode: `frozen` is `read` without links, for documents.
        refresh_url: where the page takes posted fields.
    """
    display = readonly or mode != "edit"
    state = resolve(definition, data, context, actor, display=display)
    shown_as = mode if mode != "edit" else "read" if display else "edit"
    views = Views(state, actor, data, errors or {}, shown_as)
    lines = views.lines(state.nodes)
    if display:
        return Markup(render_template("forms/read.html", lines=lines, frozen=mode == "frozen"))
    return _written(definition, refresh_url, lines=lines, problems=_problems(lines, errors or {}) if errors else [])


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
    state = resolve(definition, data, context, actor)
    views = Views(state, actor, data, {}, "edit")
    now = dict(entry.rpartition("=")[::2] for entry in posted.getlist(LIVE))
    updates = list(_changed(views.lines(state.nodes), now))
    return _written(definition, refresh_url, updates=updates) if updates else Markup("")


def render_file_field(
    definition: FormDefinition,
    data: Mapping[str, Any],
    path: str,
    *,
    actor: Actor,
    refresh_url: str,
    errors: Mapping[str, list[object]],
) -> Markup:
    """One file picker after an upload, to take the place of the old one; empty when the form has none there."""
    state = resolve(definition, data, {}, actor)
    views = Views(state, actor, data, errors, "edit")
    found = [node for node in walk(state.nodes, hidden=True) if dotted(node.path) == path]
    if not found or found[0].component.type != "filepicker":
        return Markup("")
    found[0].hidden = found[0].readonly = False
    return _written(definition, refresh_url, updates=[(views.view(found[0]), False)])


def render_changes(
    definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: Actor
) -> Markup:
    """A table of the fields that differ between two submissions: label, before, after."""
    changes = changes_between(definition, before, after, actor)
    return Markup(render_template("forms/changes.html", changes=changes))


def _written(definition: FormDefinition, refresh_url: str | None, **parts: Any) -> Markup:
    return Markup(
        render_template(
            "forms/fields.html",
            refresh_url=refresh_url,
            upload_url=_upload_url(definition, refresh_url),
            carried=carried,
            show_size=show_size,
            describe_kinds=described_extensions,
            **parts,
        )
    )


def _upload_url(definition: FormDefinition, refresh_url: str | None) -> Callable[[str], str] | None:
    if not definition.key or not refresh_url:
        return None
    return lambda path: url_for("forms.upload", key=definition.key, path=path, refresh=refresh_url)


def _changed(lines: Sequence[Sequence[View]], now: Mapping[str, str]) -> Iterator[tuple[View, bool]]:
    """Live parts that show something else than the page does; parts inside such a part come with it.

    Yields:
        the view, and whether only the answers of its search changed.
    """
    for line in lines:
        for view in line:
            if view.live and now.get(view.part) != view.signature:
                yield view, False
                continue
            if view.search is not None and not view.node.hidden and now.get(f"{view.part}-found") != view.answers:
                yield view, True
            if not view.node.hidden:
                yield from _changed(view.lines, now)
                for row in view.rows:
                    yield from _changed(row.lines, now)


def _problems(lines: Sequence[Sequence[View]], errors: Mapping[str, list[object]]) -> list[tuple[str, object, object]]:
    """Links to what must be corrected, in the order of the page; messages without a field come last."""
    found = list(_marked(lines, ""))
    if len(found) >= len(errors):
        return found
    told = {message for _id, _name, message in found}
    rest = [("process-form", path, messages[0]) for path, messages in errors.items() if messages[0] not in told]
    return found + rest


def _marked(lines: Sequence[Sequence[View]], prefix: str) -> Iterator[tuple[str, object, object]]:
    for line in lines:
        for view in line:
            if view.errors:
                yield view.id, prefix + (view.label or view.name), view.errors[0]
            if not view.node.hidden:
                yield from _marked(view.lines, prefix)
                for row in view.rows:
                    number = _("row %(number)s", number=row.number)
                    yield from _marked(row.lines, f"{prefix}{view.label}, {row.heading or number}: ")


def carried(node: Node) -> list[tuple[str, str]]:
    """Names and texts of what was entered in a part that is hidden now, so that it is there when it shows again."""
    found: list[tuple[str, str]] = []
    for one in walk([node], hidden=True):
        name = FIELD + dotted(one.path)
        if one.component.type == "dynamiclist" and one.entered:
            found.append((name, ""))
            found += [(f"{name}.{index}.{IDENTITY}", row.identity) for index, row in enumerate(one.rows)]
        elif one.entered:
            entered = one.raw if isinstance(one.raw, list) else [one.raw]
            given = [item for item in entered if not isinstance(item, Mapping)]  # files and signatures are the server's
            found += [(name, text) for text in ("", *texts(given))]
    return found
