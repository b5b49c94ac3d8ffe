"""Roadmaps from files: checked first, the good rows taken once."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

from .. import policies, queries
from ..models import Measure, RoadmapImport, SupportProgramme
from ..rules import checking, drafts, roadmap_excel, roadmap_yaml
from .roadmaps import demand_draft, locked_roadmap, write_rows


def upload_roadmap(actor: Actor, code: str, file_name: str, content: bytes, *, shift: int = 0) -> RoadmapImport:
    """Read a file (.yaml, .xlsx) and keep the report of every row; nothing is taken yet.

    Args:
        shift: years by which dates that the file names are moved.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Invalid: the file is wrong as a whole.
        Conflict: the roadmap is approved: rows change by «Изменить дорожную карту» then.
    """
    programme = queries.programme(actor, code)
    policies.demand_keeper(actor, programme)
    demand_draft(programme)
    reading = read(file_name, content)
    report = checking.check(reading, ground_of(programme, shift))
    run = RoadmapImport(
        key=next_key(),
        programme_key=programme.key,
        file_name=file_name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        sections=[asdict(each) for each in reading.sections],
        rows=[row.stored() for row in report.rows],
        warnings=report.warnings,
        problems=report.problems,
        uploaded_by=actor.login,
        uploaded_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return run


def take_import(actor: Actor, code: str, key: int) -> int:
    """Take the good rows of an uploaded file into the draft, once. Returns how many.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: taken already, or the roadmap changed so that a row stands there now.
    """
    programme = queries.programme(actor, code)
    policies.demand_keeper(actor, programme)
    roadmap = locked_roadmap(programme)
    demand_draft(programme)
    run = locked_run(programme, key)
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    rows = [drafts.restored(row) for row in run.rows]
    there = ground_of(programme)
    fresh = [row for row in rows if (row.number, row.title) not in there.there and row.key not in there.keys]
    sections = [drafts.Section(**each) for each in run.sections]
    write_rows(roadmap, sections, fresh)
    run.taken_at, run.taken_count = clock.now(), len(fresh)
    facts = {"file": run.file_name, "sha256": run.sha256, "taken": run.taken_count}
    audit.record_event(actor, "programme", programme.code, "import-roadmap", details=facts)
    db.session.flush()
    return run.taken_count


def locked_run(programme: SupportProgramme, key: int) -> RoadmapImport:
    """An uploaded file of the programme, its row locked.

    Raises:
        NotFound: there is none.
    """
    query = select(RoadmapImport).where(RoadmapImport.key == key, RoadmapImport.programme_key == programme.key)
    run = db.session.scalar(query.with_for_update())
    if run is None:
        raise NotFound(_l("There is no such import."))
    return run


def read(file_name: str, content: bytes) -> drafts.Reading:
    """Read a file by its kind.

    Raises:
        Invalid: another kind of file, or wrong as a whole.
    """
    ending = file_name.lower().rpartition(".")[2]
    if ending in ("yaml", "yml"):
        return roadmap_yaml.read(content)
    if ending == "xlsx":
        return roadmap_excel.read(content, file_name)
    message = _l("A roadmap comes as Excel (.xlsx) or YAML (.yaml).")
    raise Invalid(message, {"file": [message]})


def ground_of(programme: SupportProgramme, shift: int = 0) -> checking.Ground:
    """What rows of the programme are judged against."""
    roadmap = queries.roadmap_of(programme.key)
    own = select(Measure.number, Measure.title, Measure.row_key)
    rows = db.session.execute(own.where(Measure.roadmap_key == (roadmap.key if roadmap else -1))).all()
    follows = select(Measure.row_key, Measure.follows).where(Measure.follows.is_not(None))
    return checking.Ground(
        code=programme.code,
        period=(programme.period_from, programme.period_to),
        there=frozenset((row.number, row.title) for row in rows),
        keys=frozenset(row.row_key for row in rows),
        follows={key: target for key, target in db.session.execute(follows) if target},
        shift=shift,
    )
