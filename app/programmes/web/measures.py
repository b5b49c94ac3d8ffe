"""A measure: occurrences, evidence, linked processes, plan and fact, moves; requests and changes."""

from __future__ import annotations

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.engine import operations as engine
from app.files.queries import readable, references_in
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .. import operations, policies, queries
from ..models.measures import OVER, RUNNING
from ..queries import parts
from ..rules import periods
from . import words
from .blueprint import blueprint
from .passports import place


@blueprint.get("/measures/<path:row_key>")
def measure(row_key: str) -> ResponseReturnValue:
    """Everything about one measure."""
    return _page(row_key, FormState(), FormState())


def _page(row_key: str, state: FormState, change: FormState) -> str:
    actor = shell.current_actor()
    found = queries.measure(actor, row_key)
    programme = found.roadmap.programme
    occurrences = queries.measures.occurrences_of([found.key]).get(found.key, [])
    facts = queries.facts_of(found.key)
    keys = {key for fact in facts for key in references_in(fact.evidence)}
    logins = {login for fact in facts for login in (fact.reported_by, fact.accepted_by)}
    logins |= {login for each in occurrences for move in each.moves for login in (move.proposed_by, move.decided_by)}
    logins |= {each.requested_by for each in occurrences}
    said = parts.answers([each.instance_key for each in occurrences if each.instance_key is not None])
    logins |= {each.by for rows in said.values() for each in rows if each.by}
    may_keep = policies.may_keep(actor, programme)
    may_request = (
        found.period_kind == periods.REQUEST
        and found.state == RUNNING
        and policies.may_request(actor, programme.kind, programme.organisation)
    )
    return shell.render(
        "programmes/measure.html",
        measure=found,
        programme=programme,
        occurrences=occurrences,
        parts=said,
        facts=facts,
        files=readable(actor, keys),
        names=people.person_names([login for login in logins if login]),
        judged=queries.judged(actor, found),
        groups=words.group_titles(found.groups),
        followed=queries.measures.followers(actor, found),
        place=place,
        school=_school,
        may_keep=may_keep,
        may_request=may_request,
        may_change=may_keep and found.roadmap.state == "approved" and found.state not in OVER,
        state=state,
        change=change,
    )


def _school(code: str) -> str:
    try:
        return place(code)
    except LookupError:
        return code


@blueprint.post("/measures/<path:row_key>/request")
def ask(row_key: str) -> ResponseReturnValue:
    """«Новый запрос»: a head asks for what is held on request (SOS-05)."""
    state, form = FormState(values=request.form), request.form
    actor = shell.current_actor()
    queries.measure(actor, row_key)
    try:
        wanted = date.fromisoformat(form["wanted"]) if form.get("wanted") else None
        count = int(form["people"]) if form.get("people", "").isdecimal() else None
        operations.ask(actor, row_key, form.get("title", "")[:300], wanted, count)
    except ValueError:
        state.refuse(Invalid(errors={"wanted": [_("Enter a date.")]}))
        return _page(row_key, state, FormState()), 422
    except Invalid as error:
        state.refuse(error)
        return _page(row_key, state, FormState()), 422
    return shell.go("programmes.measure", row_key=row_key, message=_("The request is sent to the executor."))


@blueprint.post("/measures/<path:row_key>/change")
def change_measure(row_key: str) -> ResponseReturnValue:
    """Propose a change of an approved row: the head agrees to it in `roadmap_planning`."""
    actor, form = shell.current_actor(), request.form
    found = queries.measure(actor, row_key)
    programme = found.roadmap.programme
    policies.demand_keeper(actor, programme)
    state = FormState(values=form)
    reason = form.get("reason", "").strip()
    if len(reason) < 5:
        state.refuse(Invalid(errors={"reason": [_("Please give the reason.")]}))
        return _page(row_key, FormState(), state), 422
    if found.state in OVER or found.roadmap.state != "approved":
        raise Conflict(_("A finished measure is not changed."))
    names = ("title", "result", "fixing_document", "executors")
    wanted = {name: form.get(name, "").strip()[:4000] for name in names}
    change = {
        "row_key": row_key,
        "title_before": found.title,
        "reason": reason,
        "exclude": form.get("exclude") == "1",
        **{name: value for name, value in wanted.items() if value and value != getattr(found, name)},
    }
    variables = {"programme": programme.code, "organisation": programme.organisation, "change": change}
    key = engine.start_instance(actor, "roadmap_planning", variables, internal=True)
    return shell.go_to(f"/instances/{key}", message=_("The head has got a task to agree to the change."))
