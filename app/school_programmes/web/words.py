"""Words and colours of school programmes, for pages and Excel files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.indicators import sources

from ..models import SchoolProgramme
from ..queries import is_overdue
from .blueprint import blueprint

KIND = {
    "transition": _l("transition to the effective mode"),
    "quality": _l("better quality of education"),
    "midterm": _l("medium-term programme of 500+"),
    "arp": _l("anti-risk programme"),
    "roadmap": _l("roadmap of the school"),
    "targeted": _l("targeted support"),
    "personal_environment": _l("personality-oriented environment"),
}
STATE = {
    "drafting": (_l("being written"), "orange"),
    "review": (_l("with the curator"), "blue"),
    "expertise": (_l("with the experts"), "blue"),
    "interview": (_l("interview on indicators"), "blue"),
    "approval": (_l("being approved"), "blue"),
    "running": (_l("carried out"), "green"),
    "assessment": (_l("being assessed"), "blue"),
    "completed_success": (_l("moved to the effective mode"), "green"),
    "completed_support": (_l("ended, support is strengthened"), "yellow"),
    "stopped": (_l("programme stopped"), "secondary"),
}
LIGHT = {"on_track": (_l("on track"), "green"), "behind": (_l("behind"), "yellow"), "critical": (_l("critical"), "red")}
STAGE = {"1": _l("stage 1"), "2": _l("stage 2"), "final": _l("final stage")}
VERDICT = {
    "moved": _l("moved to the effective mode"),
    "continue": _l("continue the programme"),
    "strengthen": _l("strengthen the support"),
}
ADVICE = {"drafted": (_l("draft"), "secondary"), "issued": (_l("issued"), "green"), "rejected": (_l("rejected"), "red")}
SUPPORT = {
    "planned": (_l("being written"), "orange"),
    "running": (_l("carried out"), "green"),
    "completed": (_l("support completed"), "secondary"),
    "declined": (_l("support declined"), "secondary"),
}
PERFORMANCE = {"done": _l("done"), "partly": _l("done in part"), "not_done": _l("not done")}


for _source, _field, _names in (
    ("school_programmes", "state", STATE),
    ("school_programmes", "kinds", KIND),
    ("school_programmes", "light", LIGHT),
    ("school_programmes", "verdict", VERDICT),
    ("stage_reports", "light", LIGHT),
    ("effective_mode", "verdict", VERDICT),
):
    sources.name_values(_source, _field, _names)


def kinds(row: SchoolProgramme) -> str:
    """The kinds of a programme as one text."""
    return ", ".join(str(KIND.get(code, code)) for code in row.kinds)


def state(row: SchoolProgramme) -> tuple[object, str]:
    """How far it has come, with its colour."""
    return STATE[row.state]


def overdue(row: SchoolProgramme) -> bool:
    """Whether it should have been approved by now."""
    return is_overdue(row)


@blueprint.app_template_filter("sp_programme_kinds")
def _kinds(row: SchoolProgramme) -> str:
    return kinds(row)


@blueprint.app_template_filter("sp_programme_state")
def _state(row: SchoolProgramme) -> tuple[object, str]:
    return state(row)


@blueprint.app_template_filter("sp_programme_overdue")
def _overdue(row: SchoolProgramme) -> bool:
    return overdue(row)


@blueprint.app_template_filter("sp_stage_light")
def _light(value: str | None) -> tuple[object, str]:
    return LIGHT.get(value or "", (_l("no stage yet"), "secondary"))


@blueprint.app_template_filter("sp_stage_name")
def _stage(value: str) -> object:
    return STAGE.get(value, value)


@blueprint.app_template_filter("sp_share")
def _share(value: Decimal | None) -> str:
    """A share half-up to one decimal with its sign, as indicators are shown."""
    return "—" if value is None else f"{value.quantize(Decimal('0.1'), 'ROUND_HALF_UP')} %".replace(".", ",")


@blueprint.app_template_filter("sp_programme_word")
def _word(value: str | None, of: str) -> object:
    """A verdict, a performance or the state of a recommendation in words."""
    words: Mapping[str, Any] = {"verdict": VERDICT, "performance": PERFORMANCE, "advice": ADVICE, "support": SUPPORT}[
        of
    ]
    return words.get(value or "", "—")


@blueprint.app_template_filter("sp_as_day")
def _as_day(value: str | None) -> str:
    """An ISO date of a form, as people write it."""
    text = (value or "")[:10]
    return f"{text[8:10]}.{text[5:7]}.{text[:4]}" if len(text) == 10 else "—"


@blueprint.app_template_filter("sp_plain_number")
def _plain_number(value: object) -> str:
    """A number of a form with a decimal comma."""
    return "—" if value is None or value == "" else f"{Decimal(str(value)).normalize():f}".replace(".", ",")


record_words.register(
    subjects={
        "school_programme": _l("programme of a school"),
        "effective_mode_assessment": _l("assessment of the effective mode"),
        "targeted_support": _l("targeted support"),
        "school_recommendation": _l("recommendation to a school"),
    },
    verbs={
        "version": _l("new version"),
        "verdict": _l("verdict given"),
        "stop": _l("stopped"),
        "kinds": _l("kinds changed"),
        "submit": _l("handed in"),
        "issued": _l("issued"),
        "rejected": _l("rejected"),
        "completed": _l("completed"),
        "declined": _l("declined"),
    },
    fields={"verdict": _l("verdict"), "kinds": _l("kinds of the programme")},
    values={code: words for code, (words, _colour) in STATE.items()} | KIND,
)
