"""The regulation of a process: its description as an official paper (DOCX) on the office's own template."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale

from app.designer import policies
from app.designer.describing import tables
from app.designer.describing.description import Description, Told
from app.designer.describing.fields import FieldTold
from app.designer.describing.words import gettext as _
from app.designer.models import Publication
from app.designer.queries import descriptions
from app.documents import docx_templates
from app.documents.renditions import limited
from app.documents.renditions.defects import Refused
from app.engine import queries as engine
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people

TEMPLATE = "regulation"
LANGUAGE = "ru"
"""Official papers of the region are Russian, whatever language their reader uses."""
_MOST_COLUMNS = 6


def write(actor: Actor, process_id: str, version: int) -> bytes:
    """The regulation of a deployed version as DOCX: the same version gives the same file.

    Raises:
        NotFound: there is no such version, or the actor does not read models.
        Invalid: the office's template fails on it.
    """
    policies.demand_reading(actor)
    with force_locale(LANGUAGE):
        found = descriptions.of_version(actor, process_id, version)
        deployed_at = engine.deployment(actor, found.definition.deployment_key).deployed_at
        made = facts(found.description, version, deployed_at.date(), _judge(found.definition.deployment_key))
    template = docx_templates.for_document(TEMPLATE)
    assert template is not None  # it comes with the program
    try:
        return limited.make(template.content or b"", made, deployed_at).docx
    except Refused as refused:
        why = " ".join(one.text() for one in refused.defects)
        raise Invalid(_("The regulation could not be written: %(why)s", why=why)) from refused


def _judge(deployment_key: int) -> str:
    """Who approved the draft that was published, and when; empty for what came with the program."""
    found = db.session.get(Publication, deployment_key)
    if found is None:
        return ""
    return f"{people.person_name(found.approved_by)}, {format_date(found.published_at, 'dd.MM.yyyy', locale=LANGUAGE)}"


def facts(described: Description, version: int, day: date, judge: str = "") -> dict[str, Any]:
    """What the template may name (`renditions/kinds.yaml`, `regulation`).

    Args:
        judge: who approved this version among the designers, and when.
    """
    return {
        "документ": {
            "название": described.name,
            "дата": format_date(day, "dd.MM.yyyy", locale=LANGUAGE),
            "дата_прописью": format_date(day, "d MMMM yyyy", locale=LANGUAGE) + " г.",
            "вид": "Регламент",
        },
        "регламент": {
            "версия": str(version),
            "назначение": described.purpose,
            "владелец": described.owner,
            "начинают": ", ".join(described.starters),
            "утверждает": described.owner,
            "проверил": judge,
        },
        "участники": [{"название": who} for who in described.participants],
        "шаги": [_step(step) for step in described.steps],
        "концы": [{"номер": str(end.number), "название": end.name} for end in described.ends],
        "решения": [_table(table) for table in described.decisions],
        "формы": [
            {"название": form.title, "поля": [_field(field) for field in form.fields]}
            for form in described.forms
            if form.fields
        ],
    }


def _step(step: Told) -> dict[str, str]:
    said = step.name if step.who else step.head
    papers = [fact.text for fact in step.facts if fact.kind in ("form", "decision", "process")]
    rest = [fact.text for fact in step.facts if fact.kind not in ("form", "decision", "process", "term")]
    onward = [_("%(when)s — step %(number)s", when=way.when or _("Next is"), number=way.number) for way in step.onward]
    if step.goes_on:
        onward.insert(0, _("step %(number)s", number=step.number + 1))
    return {
        "номер": str(step.number),
        "кто": step.who,
        "что": "\n".join(part for part in (said, step.help, *rest) if part),
        "срок": step.term,
        "форма": "\n".join(papers),
        "дальше": ";\n".join(onward),
    }


def _table(table: tables.Told) -> dict[str, Any]:
    heads = [*table.inputs, *table.outputs]
    rows = [[*row.tests, *row.outputs] for row in table.rows]
    if len(heads) > _MOST_COLUMNS:
        heads, rows = _narrow(table)
    return {
        "название": table.name,
        "как": table.how,
        "столбцы": [{"текст": head} for head in heads],
        "строки": [{"ячейки": [{"текст": cell} for cell in row]} for row in rows],
    }


def _narrow(table: tables.Told) -> tuple[list[str], list[list[str]]]:
    """A wide table as two columns: what is asked, what follows."""
    anything = _("any value")
    rows = []
    for row in table.rows:
        asked = [f"{name}: {cell}" for name, cell in zip(table.inputs, row.tests, strict=True) if cell != anything]
        given = [f"{name}: {cell}" for name, cell in zip(table.outputs, row.outputs, strict=True)]
        rows.append(["\n".join(asked) or anything, "\n".join(given)])
    return [_("If"), _("Then")], rows


def _field(field: FieldTold) -> dict[str, str]:
    kind = f"{field.kind}: {'; '.join(field.options)}" if field.options else field.kind
    return {
        "название": ("– " if field.depth else "") + field.label,
        "вид": kind,
        "обязательно": _("yes") if field.required else "",
    }
