"""Words and figures of the monitoring in templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from babel.dates import get_month_names
from flask_babel import gettext as _

from app.web.i18n import reader_locale

from ..models import MunicipalCell
from ..operations.comparing import Compared
from ..rules import hiding, municipal, names
from .blueprint import blueprint


@blueprint.app_template_filter("monitoring_area")
def area(code: str) -> str:
    """An area of the school monitoring."""
    return str(names.AREAS[code])


@blueprint.app_template_filter("monitoring_areas")
def areas(codes: Sequence[str]) -> str:
    """Several areas as the beginning of a sentence."""
    first, *others = [area(code) for code in codes]
    return ", ".join([first, *(each[:1].lower() + each[1:] for each in others)])


@blueprint.app_template_filter("monitoring_stage")
def stage(code: str) -> str:
    """A stage."""
    return str(names.STAGES[code])


@blueprint.app_template_filter("monitoring_audience")
def audience(code: str) -> str:
    """Who answers."""
    return str(names.AUDIENCES[code])


@blueprint.app_template_filter("monitoring_status")
def status(code: str) -> str:
    """State of a school in a round."""
    return str(names.STATUSES[code])


@blueprint.app_template_filter("monitoring_colour")
def colour(code: str) -> str:
    """Colour of a state's badge."""
    return {"accepted": "green", "not_submitted": "red", "open": "blue"}.get(code, "yellow")


@blueprint.app_template_filter("monitoring_figure")
def figure(code: str) -> str:
    """Name of a figure."""
    return names.figure(code)


@blueprint.app_template_filter("monitoring_value")
def value(each: Compared) -> str:
    """A figure, or that its group is hidden."""
    if each.now.value is None:
        return str(_("fewer than %(number)s answers", number=hiding.SMALLEST))
    return names.value(each.code, each.now.value)


@blueprint.app_template_filter("monitoring_change")
def change(each: Compared) -> str:
    """The change to the stage before; empty where the two cannot be compared."""
    return names.difference(each.code, each.change)


@blueprint.app_template_filter("monitoring_percent")
def percent(share: float | None) -> str:
    """A share of answers in per cent."""
    return "—" if share is None else f"{share * 100:.0f} %"


@blueprint.app_template_filter("monitoring_points")
def points(number: Decimal | float) -> str:
    """Points with a decimal comma where there is a half."""
    return f"{float(number):g}".replace(".", ",")


@blueprint.app_template_filter("municipal_month")
def month(number: int) -> str:
    """Month of a municipal stage, as it stands in a sentence."""
    return str(get_month_names("wide", "stand-alone", reader_locale())[number])


@blueprint.app_template_filter("municipal_cell")
def cell(row: MunicipalCell | None) -> tuple[str, str]:
    """What a cell of the table says, and the colour of its badge."""
    if row is None:
        return "—", "secondary"
    if row.missing:
        return _("data not submitted"), "red"
    if row.value is None:
        return _("answer awaited"), "secondary"
    if row.check_result is None:
        return _("%(value)s, not checked", value=_value(row.value)), "blue"
    if row.check_result == municipal.CLARIFY:
        return _("%(value)s, to be clarified", value=_value(row.value)), "yellow"
    if row.check_result == municipal.NOT_CONFIRMED:
        return _("%(value)s, not confirmed", value=_value(row.value)), "red"
    return _value(row.value), {municipal.YES: "green", municipal.PARTLY: "yellow"}.get(row.value, "red")


def _value(code: str) -> str:
    return str({municipal.YES: _("yes"), municipal.PARTLY: _("in part"), municipal.NO: _("no")}[code])
