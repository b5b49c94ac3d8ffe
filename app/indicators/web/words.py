"""Words of the pages: names behind codes, colours of values."""

from __future__ import annotations

from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.documents.titles import kind_title, place_name
from app.engine.models import ProcessDefinition
from app.kernel.db import db
from app.people import queries as people
from app.people.catalogue import kinds

from .. import sources
from ..queries.definitions import Found
from ..rules import prose
from ..rules.definition import Definition, Measure
from ..rules.figures import STATES, Figure
from .blueprint import blueprint


def name_of(sort: str, value: str) -> str:
    """What people call a value: of an organisation, person, role, process, kind or group; else the value itself."""
    source, _dot, sort = sort.rpartition(".")
    names = sources.named(source, sort)
    if value in names:
        return names[value]
    if sort == "organisation":
        return place_name(value)
    if sort == "person":
        return people.person_name(value)
    if sort == "role":
        return people.role_name(value) or value
    if sort == "process":
        return _process(value)
    if sort == "kind":
        return str(kinds()[value]) if value in kinds() else kind_title(value)
    if sort == "group":
        return dict(groups()).get(value, value)
    return value


def _process(process_id: str) -> str:
    query = select(ProcessDefinition.name).where(ProcessDefinition.process_id == process_id)
    return db.session.scalar(query.order_by(ProcessDefinition.version.desc()).limit(1)) or process_id


def groups() -> list[tuple[str, str]]:
    """Codes and titles of the groups of schools."""
    members = sources.groups()
    if members is None:
        return []
    inner = members.subquery()
    found = db.session.execute(select(inner.c.group, inner.c.title).distinct().order_by(inner.c.title))
    return [(str(code), str(title)) for code, title in found]


def counted(measure: Measure) -> list[str]:
    """What a numerator or denominator counts, in sentences."""
    return prose.measure(measure, sources.find, name_of)


def differences(before: Definition | None, after: Definition) -> list[tuple[str, str, str]]:
    """What changed between two definitions."""
    return prose.differences(before, after, sources.find, name_of)


@blueprint.app_template_filter("indicator_state")
def state(figure: Figure) -> tuple[object, str]:
    """Word and colour of a value."""
    return STATES[figure.state]


@blueprint.app_template_filter("indicator_ratio")
def ratio(figure: Figure) -> str:
    """«4 of 9», or nothing where there is no denominator or nothing may be shown."""
    if figure.d is None or figure.hidden:
        return ""
    return str(_("%(n)s of %(d)s", n=amount(figure.n), d=amount(figure.d)))


@blueprint.app_template_filter("indicator_target")
def target(figure: Figure) -> str:
    """«≥ 44»."""
    return "" if figure.target is None else f"≥ {amount(figure.target)}"


@blueprint.app_template_filter("indicator_unit")
def unit(found: Figure) -> str:
    """The unit beside a value that is shown; a dash has none."""
    return "" if found.exact is None else found.unit


def amount(number: object) -> str:
    """A number to at most two places, without needless zeros, with a decimal comma."""
    text = f"{number:.2f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def value_words(figure: Figure) -> str:
    """A value with its unit, for Excel."""
    return f"{figure.shown} {unit(figure)}".strip()


def state_words(figure: Figure) -> str:
    """The state in a word, for Excel."""
    return str(STATES[figure.state][0])


def title_of(found: Found) -> str:
    """Code and title."""
    return f"{found.row.code}. {found.definition.title}"


INSTANCE = {"active": _l("goes on"), "completed": _l("came to its end"), "terminated": _l("stopped early")}
TASK = {"open": _l("open"), "completed": _l("came to its end"), "cancelled": _l("called off")}
sources.name_values("processes", "state", INSTANCE)
sources.name_values("tasks", "state", TASK)
sources.name_values(
    "organisations",
    "level",
    {
        "region": _l("level of the region"),
        "municipality": _l("municipality"),
        "school": _l("school"),
        "outside": _l("outside"),
    },
)
period_rule = prose.period
context_titles = partial(prose.context_titles)
