"""Specifications of tests of a bank."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.errors import Conflict, Invalid
from app.web import shell
from app.web.forms import FormState

from ..models import ItemBank
from ..operations import specifications as operations
from ..operations.specifications import SpecificationDraft
from ..queries import banks as queries
from ..rules.drawing import Quota
from .banks import frame
from .blueprint import blueprint


@blueprint.get("/banks/<code>/tests")
def bank_tests(code: str) -> ResponseReturnValue:
    """The specifications of a bank."""
    found = queries.bank(shell.current_actor(), code)
    rows = queries.specifications(found.key)
    return shell.render("assessment/bank_tests.html", **frame(found, "assessment.bank_tests"), rows=rows)


@blueprint.get("/banks/<code>/tests/new")
def new_bank_test(code: str) -> ResponseReturnValue:
    """The form of a new specification."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    return _form(found, FormState(values={"active": "1"}), {})


@blueprint.post("/banks/<code>/tests/new")
def create_bank_test(code: str) -> ResponseReturnValue:
    """Add a specification."""
    return _submitted(queries.bank_to_edit(shell.current_actor(), code), "")


@blueprint.get("/banks/<code>/tests/<test>")
def bank_test(code: str, test: str) -> ResponseReturnValue:
    """One specification: quotas beside what the bank holds."""
    found = queries.bank(shell.current_actor(), code)
    shown = queries.specification(found.key, test)
    have = {topic.title: topic.count for topic in queries.topics(found.key)}
    quotas = [Quota(row["topic"], row["count"]) for row in shown.quotas]
    return shell.render(
        "assessment/bank_test.html",
        **frame(found, ""),
        test=shown,
        have=have,
        total=sum(quota.count for quota in quotas),
        lacking=[quota.topic for quota in quotas if have.get(quota.topic, 0) < quota.count],
        scarce=operations.scarce_topics(found, quotas),
    )


@blueprint.get("/banks/<code>/tests/<test>/edit")
def edit_bank_test(code: str, test: str) -> ResponseReturnValue:
    """The form of a specification."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    shown = queries.specification(found.key, test)
    values = {
        "title": shown.title,
        "time_limit_min": shown.time_limit_min,
        "active": "1" if shown.active else "",
        "version": shown.version,
    }
    return _form(found, FormState(values=values), {row["topic"]: str(row["count"]) for row in shown.quotas}, test)


@blueprint.post("/banks/<code>/tests/<test>/edit")
def change_bank_test(code: str, test: str) -> ResponseReturnValue:
    """Save a specification."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    queries.specification(found.key, test)
    return _submitted(found, test)


def _submitted(found: ItemBank, test: str) -> ResponseReturnValue:
    form, state = request.form, FormState(values=request.form)
    counts = dict(zip(form.getlist("topic"), (count.strip() for count in form.getlist("count")), strict=False))
    version = form.get("version", "")
    try:
        saved = operations.save_specification(
            shell.current_actor(),
            found.code,
            _draft(form, counts),
            code=test,
            version=int(version) if version.isdecimal() else None,
        )
    except Invalid as error:
        state.refuse(error)
        return _form(found, state, counts, test), 422
    except Conflict as error:
        state.general.append(error.message)
        return _form(found, state, counts, test), 409
    scarce = operations.scarce_topics(found, [Quota(row["topic"], row["count"]) for row in saved.quotas])
    text = _("The test is saved.")
    if scarce:
        text += " " + _("For a different repeat variant add questions on: %(topics)s.", topics=", ".join(scarce))
    kind = "warning" if scarce else "success"
    return shell.go("assessment.bank_test", code=found.code, test=saved.code, message=text, kind=kind)


def _draft(form: Any, counts: dict[str, str]) -> SpecificationDraft:
    """What the form says; a count that is no number is refused by its topic.

    Raises:
        Invalid: counts or minutes are no whole numbers.
    """
    errors: dict[str, list[object]] = {
        f"quota.{topic}": [_("A whole number is expected.")]
        for topic, count in counts.items()
        if count and not (count.isdecimal() and len(count) < 5)
    }
    minutes = form.get("time_limit_min", "").strip()
    if minutes and not (minutes.isdecimal() and len(minutes) < 5):
        errors["time_limit_min"] = [_("A whole number is expected.")]
    if errors:
        raise Invalid(_("Please check the marked fields."), errors)
    return SpecificationDraft(
        code=form.get("code", "").strip(),
        title=" ".join(form.get("title", "").split())[:200],
        quotas=[Quota(topic, int(count)) for topic, count in counts.items() if count and int(count)],
        time_limit_min=int(minutes) if minutes else None,
        active=form.get("active") == "1",
    )


def _form(found: ItemBank, state: FormState, counts: dict[str, str], test: str = "") -> str:
    """The form: topics of the test in their order, then the others."""
    have = {topic.title: topic.count for topic in queries.topics(found.key)}
    titles = [*(title for title in counts if counts[title]), *(title for title in have if not counts.get(title))]
    rows = [(title, have.get(title, 0), counts.get(title, "")) for title in titles]
    return shell.render("assessment/bank_test_form.html", **frame(found, ""), state=state, rows=rows, test=test)
