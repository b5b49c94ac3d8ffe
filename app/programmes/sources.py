"""Pickers of forms: programmes, measures of roadmaps, groups of schools, processes that a measure may start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app.engine.definitions import definition, latest_key
from app.forms import sources
from app.kernel.actor import Actor
from app.kernel.db import db
from app.schools import queries as schools

from . import policies, queries
from .models import ConceptDocument, Measure, Roadmap, SupportProgramme
from .queries import concepts
from .rules.processes import PROCESSES

_MOST = sources.PAGE + 1


def programmes_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Programmes in the actor's scope; `wanted` may hold `keep` (those that the actor keeps) and `not` (a code)."""
    rows = db.session.scalars(queries.programmes(actor, words).limit(200))
    found = [row for row in rows if row.code != wanted.get("not")]
    if wanted.get("keep"):
        found = [row for row in found if policies.may_keep(actor, row)]
    return [(row.code, _text(row)) for row in found[:_MOST]]


def programme_holds(actor: Actor, code: str, wanted: Mapping[str, Any]) -> bool:
    """Whether the actor may choose this programme."""
    query = queries.programmes(actor).where(SupportProgramme.code == code)
    row = db.session.scalars(query).first()
    return row is not None and code != wanted.get("not") and (not wanted.get("keep") or policies.may_keep(actor, row))


def programme_label(code: str) -> str | None:
    """Title and years of a programme."""
    row = db.session.scalar(select(SupportProgramme).where(SupportProgramme.code == code))
    return None if row is None else _text(row)


def _text(row: SupportProgramme) -> str:
    return f"{row.title} ({row.code})"


def _measures(actor: Actor, wanted: Mapping[str, Any]) -> Select[Measure]:
    query = (
        select(Measure)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
        .where(policies.in_scope(actor), Roadmap.state == "approved")
        .order_by(SupportProgramme.period_from.desc(), Measure.position)
    )
    if wanted.get("level"):
        query = query.where(SupportProgramme.kind == str(wanted["level"]))
    if wanted.get("programme"):
        query = query.where(SupportProgramme.code == str(wanted["programme"]))
    return query


def measures_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Measures of approved roadmaps in the actor's scope; `wanted` may hold `level` and `programme`."""
    query = _measures(actor, wanted)
    if words:
        query = query.where(Measure.title.icontains(words, autoescape=True))
    return [(row.row_key, _measure_text(row)) for row in db.session.scalars(query.limit(_MOST))]


def measure_holds(actor: Actor, row_key: str, wanted: Mapping[str, Any]) -> bool:
    """Whether the actor may choose this measure."""
    return db.session.scalars(_measures(actor, wanted).where(Measure.row_key == row_key)).first() is not None


def measure_label(row_key: str) -> str | None:
    """Number and title of a measure."""
    row = db.session.scalar(select(Measure).where(Measure.row_key == row_key))
    return None if row is None else _measure_text(row)


def _measure_text(row: Measure) -> str:
    return f"{row.number}. {row.title}"[:200]


def groups_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Groups of schools."""
    return [(row.code, row.title) for row in schools.groups() if words.lower() in row.title.lower()][:_MOST]


def group_label(code: str) -> str | None:
    """Title of a group."""
    return next((row.title for row in schools.groups() if row.code == code), None)


def processes_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Processes that a measure may start, those that are deployed."""
    found = [(process, title) for process in PROCESSES if (title := process_label(process))]
    return [pair for pair in found if words.lower() in pair[1].lower()][:_MOST]


def process_label(process: str) -> str | None:
    """The name of a process; None while it is not deployed."""
    key = latest_key(process)
    return None if key is None else definition(key).name


def concept_drafts_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Concept documents that a protocol may approve."""
    rows = db.session.scalars(concepts.drafts(actor, words).limit(_MOST))
    return [(row.code, row.title[:200]) for row in rows]


def concept_draft_holds(actor: Actor, code: str, wanted: Mapping[str, Any]) -> bool:
    """Whether the actor may choose this draft."""
    return db.session.scalars(concepts.drafts(actor).where(ConceptDocument.code == code)).first() is not None


def concept_label(code: str) -> str | None:
    """Title of a concept document."""
    return db.session.scalar(select(ConceptDocument.title).where(ConceptDocument.code == code))


def _known(label: sources.Label) -> sources.Holds:
    """Whatever has a label may be chosen by everybody."""
    return lambda actor, value, wanted: label(value) is not None


sources.register(
    "support_programmes", search=programmes_for, label=programme_label, holds=programme_holds, title=_l("Programme")
)
sources.register("roadmap_measures", search=measures_for, label=measure_label, holds=measure_holds, title=_l("Measure"))
sources.register(
    "support_groups", search=groups_for, label=group_label, holds=_known(group_label), title=_l("Group of schools")
)
sources.register(
    "roadmap_processes", search=processes_for, label=process_label, holds=_known(process_label), title=_l("Process")
)
sources.register(
    "concept_drafts",
    search=concept_drafts_for,
    label=concept_label,
    holds=concept_draft_holds,
    title=_l("Draft document"),
)
