"""Words and colours of the register, for pages and Excel files."""

from __future__ import annotations

from decimal import Decimal

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.web import shell

from .. import policies
from ..queries.membership import GroupView
from ..rules import shares
from .blueprint import blueprint

LOCATION = {"городской округ": _l("town"), "сельская местность": _l("countryside")}
SHARE = {
    "single_parent": _l("from single-parent families"),
    "both_parents_higher_ed": _l("both parents with higher education"),
    "registered": _l("registered for behaviour"),
    "non_native_russian": _l("Russian is not the native language"),
}
VARIANT = {
    "computed": _l("computed from data of schools"),
    "federal": _l("federal list"),
    "municipal": _l("municipal list"),
}
STATE = {
    "draft": (_l("being made"), "orange"),
    "approved": (_l("approved"), "green"),
    "closed": (_l("put away"), "secondary"),
}
CHANGE = {"added": (_l("new"), "blue"), "kept": (_l("remains"), "secondary"), "left": (_l("left"), "green")}
OBJECTION = {
    "include": _l("asks to include"),
    "exclude": _l("asks to exclude"),
    "agreed": _l("agreed"),
    "silent": _l("no answer in time: agreed"),
}
FIGURE = {
    "schools": _l("Schools"),
    "rural_pct": _l("share of the countryside"),
    "urban_pct": _l("share of towns"),
}
_COLOURS = {"shnor": "red", "shnsu": "orange", "risk_zone": "yellow"}


def location(value: str | None) -> object:
    """Town or countryside."""
    return LOCATION.get(value or "", "—")


@blueprint.app_template_filter("school_location")
def _location(value: str | None) -> object:
    return location(value)


@blueprint.app_template_filter("group_colour")
def group_colour(group: GroupView) -> str:
    """Colour of a group's badge."""
    return _COLOURS.get(group.code, "blue")


@blueprint.app_template_filter("one_decimal")
def one_decimal(value: Decimal | None) -> str:
    """A percentage or index with one decimal: `58,1`."""
    return shares.shown(value)


@blueprint.app_context_processor
def _sections() -> dict[str, object]:
    return {"school_sections": sections, "share_labels": SHARE}


@blueprint.app_template_global("address_of")
def address_of(endpoint: str, **values: object) -> str | None:
    """Address of a page of another feature; None while there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]


def sections() -> list[tuple[object, str, bool, None]]:
    """Tabs of the register, as the reader sees them."""
    actor, here = shell.current_actor(), request.endpoint or ""
    shown = (
        (_l("Schools"), "schools.index", policies.may_see_schools(actor)),
        (_l("Lists of schools"), "schools.lists_page", policies.may_see_lists(actor)),
        (_l("Groups of schools"), "schools.groups_page", policies.may_see_schools(actor)),
    )
    return [(label, url_for(endpoint), here == endpoint, None) for label, endpoint, visible in shown if visible]


record_words.register(
    subjects={
        "school_group": _l("group of schools"),
        "school_context": _l("context data of a school"),
        "school_index": _l("calculation of the index"),
        "school_list": _l("list of schools"),
    },
    verbs={
        "compute": _l("calculated"),
        "open": _l("begun"),
        "report_figure": _l("reported figure noted"),
        "approve": _l("approved by order"),
        "put_in": _l("school taken in"),
        "take_out": _l("school taken out"),
        "go_on_without": _l("gone on without a school"),
        "record": _l("data written down"),
    },
    fields={
        "variant": _l("how the list is made"),
        "schools": _l("schools"),
        "year": _l("for which year"),
        "since": _l("since"),
        "school": _l("school"),
    },
    values=VARIANT | {code: words for code, (words, _colour) in STATE.items()},
)
