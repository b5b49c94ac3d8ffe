"""The editor of a definition: lists to choose from, the value before it is saved, what changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid
from app.people import queries as people
from app.people.models import Organisation
from app.web import shell
from app.web.forms import FormState

from .. import operations, policies, queries, sources
from ..queries import definitions, values
from ..queries.definitions import Found
from ..rules import definition as rules
from ..rules import loading, periods, reading
from ..rules.definition import Definition
from ..rules.figures import Figure
from . import draft, words
from .blueprint import blueprint


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """An empty form, or a copy of another indicator (`?like=`)."""
    actor = shell.current_actor()
    _demand_editor()
    like = request.args.get("like", "")
    body = dict(queries.indicator(actor, like).row.current.body) if like else {"unit": rules.PERCENT}
    return _page(
        None, FormState(values=draft.form_of({**body, "code": "", "amber_share": body.get("amber_share", 0.8)}))
    )


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Show the value of what was entered, or save it."""
    _demand_editor()
    return _entered(None)


@blueprint.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    """The newest version in the form."""
    found = _editable(code)
    return _page(found, FormState(values=draft.form_of(found.row.current.body)))


@blueprint.post("/<code>/edit")
def change(code: str) -> ResponseReturnValue:
    """Show value and differences of what was entered, or save it as a new version."""
    return _entered(_editable(code))


def _demand_editor() -> None:
    if not policies.may_edit_any(shell.current_actor()):
        raise Forbidden(_l("Definitions are kept by coordinators."))


def _editable(code: str) -> Found:
    actor = shell.current_actor()
    found = queries.indicator(actor, code)
    if not policies.may_edit(actor, found.row.organisation):
        raise Forbidden(_l("Definitions are kept by coordinators."))
    return found


def _entered(found: Found | None) -> ResponseReturnValue:
    actor, form, act = shell.current_actor(), request.form, request.form.get("act", "preview")
    state = FormState(values=form)
    if act == "refresh":
        return _page(found, state)
    try:
        data = draft.body_of(form)
        if found is not None:
            data["code"] = found.row.code
        if act == "save":
            base = form.get("base", "")
            number = int(base) if base.isdecimal() and len(base) < 10 else None
            row = operations.save(actor, data, base=number if found else None, reason=form.get("reason", ""))
            return shell.go("indicators.indicator", code=row.code, message=_("The indicator is saved."))
        return _page(found, state, operations.check(actor, data))
    except Invalid as error:
        state.errors.update(draft.errors_of(error.errors))
        if not error.errors:
            state.general.append(error.message)
        shown = {name for name in state.errors if name in form or name in draft.PLAIN}
        state.general += [text for name, text in state.errors.items() if name not in shown]
        return _page(found, state), 422
    except (Conflict, Forbidden) as error:
        state.general.append(error)
        return _page(found, state), error.status


def _page(found: Found | None, state: FormState, preview: Definition | None = None) -> str:
    before = loading.load(found.row.current.body) if found else None
    page: str = shell.render(
        "indicators/edit.html",
        part="editor",
        found=found,
        state=state,
        sides=[_side(state.values, side) for side in draft.SIDES],
        sources=[(source.code, str(source.label)) for source in _offered()],
        counts=list(rules.COUNTS.items()),
        operators=list(rules.OPERATORS.items()),
        units=[(unit, unit) for unit in rules.UNITS],
        periods=list(periods.KINDS.items()),
        owners=_owners(),
        hints=_hints(state.values),
        preview=preview,
        figure=_value(preview) if preview else None,
        place=_place(preview) if preview else None,
        counted=words.counted(preview.numerator) if preview else [],
        out_of=words.counted(preview.denominator) if preview and preview.denominator else [],
        differences=words.differences(before, preview) if preview and before else [],
    )
    return page


def _offered() -> list[sources.Source]:
    """Sources over which the editor may know numbers."""
    actor = shell.current_actor()
    return [each for each in sources.everything() if each.counted is None or each.counted(actor)]


def _side(form: Mapping[str, Any], side: str) -> dict[str, Any]:
    source = sources.find(str(form.get(f"{side}_source") or ""))
    fields = []
    if source is not None:
        fields = [(name, str(field.label)) for name, field in source.fields.items()]
        fields += [(name, str(field.label)) for name, field in reading.ALWAYS.items()]
    return {"name": side, "source": source, "fields": fields, "lines": draft.lines(form, side)}


def _owners() -> list[tuple[str, str]]:
    """Organisations whose indicators the reader keeps."""
    actor = shell.current_actor()
    query = select(Organisation.code, Organisation.short_name).where(
        Organisation.active, policies.organisations_in_sight(actor), Organisation.level.in_(("region", "municipality"))
    )
    found = db.session.execute(query.order_by(Organisation.path))
    return [(code, name) for code, name in found if policies.may_edit(actor, code)]


def _hints(form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What may stand for a value beside plain texts: words of the context, groups, values of the chosen fields."""
    known = list(words.context_titles().items())
    known += [(f"{rules.GROUP}{code}", title) for code, title in words.groups()]
    chosen = {str(form.get(f"{side}_source") or "") for side in draft.SIDES}
    for source in filter(None, map(sources.find, sorted(chosen))):
        for field in source.fields:
            known += sources.named(source.code, field).items()
    return list(dict(known).items())


def _place(definition: Definition) -> str:
    actor = shell.current_actor()
    return definition.organisation or values.home(actor)


def _value(definition: Definition) -> Figure | None:
    """The value that the definition would have now."""
    period = periods.period(definition.period, clock.today().year)
    try:
        return values.compute(definition, period, people.organisation(_place(definition)).code)
    except AppError:
        return None


@blueprint.get("/<code>/versions")
def versions(code: str) -> ResponseReturnValue:
    """What each version changed."""
    actor = shell.current_actor()
    found = definitions.indicator(actor, code)
    rows = list(queries.versions(actor, code))
    ready = [loading.load(row.body) for row in rows]
    changes = [
        words.differences(ready[place + 1] if place + 1 < len(ready) else None, each)
        for place, each in enumerate(ready)
    ]
    names = people.person_names([row.saved_by for row in rows])
    return shell.render(
        "indicators/versions.html", found=found, versions=list(zip(rows, changes, strict=True)), names=names
    )


@blueprint.post("/<code>/retire")
def retire(code: str) -> ResponseReturnValue:
    """Take an indicator out of use, or back into it."""
    back = request.form.get("back") == "1"
    operations.retire(shell.current_actor(), code, back=back)
    text = _("The indicator is in use again.") if back else _("The indicator is out of use. Its values are kept.")
    return shell.go("indicators.indicator", code=code, message=text)
