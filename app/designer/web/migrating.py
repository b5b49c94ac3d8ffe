"""Moving running instances to another version: choose, map, try, start, watch, take back. Keys and elements only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.designer import policies
from app.designer.rules.differences.bpmn_words import kind_words
from app.engine import operations
from app.engine import policies as engine_policies
from app.engine import queries as engine
from app.engine.queries.migrations import MappingRow, TrialView
from app.engine.views import VersionView
from app.jobs import queries as jobs
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid, NotFound
from app.web import shell
from app.web.forms import FormState
from app.web.i18n import reader_timezone
from app.web.listing import Column, Listing

from . import blueprint

MOST_TRIED = 100
"""Instances that a page tries; what is started takes all of them."""
CONFIDENCE: dict[str, tuple[object, str]] = {
    "same": (_l("the same step"), "green"),
    "likely": (_l("very likely"), "blue"),
    "perhaps": (_l("perhaps"), "orange"),
    "": (_l("nothing alike"), "red"),
}
STATES: dict[str, object] = {
    "waiting": _l("waits for its turn"),
    "done": _l("is on the new version"),
    "refused": _l("was refused"),
}
KINDS: dict[str, object] = {"migrate": _l("Move to another version"), "undo": _l("Move back")}
_ITEMS = (Column("key", _l("Number of the instance"), value=lambda row: row.instance_key),)


@dataclass(slots=True)
class Choice:
    """What is chosen on the page: two versions and which instances."""

    process_id: str
    versions: list[VersionView]
    source: VersionView | None
    target: VersionView | None
    element: str = ""
    day: str = ""
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def before(self) -> datetime | None:
        """The moment before which instances were started; None for all.

        Raises:
            Invalid: it is no day.
        """
        if not self.day:
            return None
        try:
            midnight = datetime.combine(datetime.fromisoformat(self.day).date(), time(), ZoneInfo(reader_timezone()))
            return midnight.astimezone(UTC)
        except (ValueError, OverflowError):
            message = _l("This is not a day.")
            raise Invalid(message, {"before": [message]}) from None


@blueprint.get("/processes/<process_id>/migrate")
def migrate(process_id: str) -> ResponseReturnValue:
    """Choose versions and instances; below both diagrams and what each step becomes."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    return _page(actor, _choice(actor, process_id, request.args), FormState(values=request.args))


@blueprint.post("/processes/<process_id>/migrate")
def try_migration(process_id: str) -> ResponseReturnValue:
    """Try the move on each instance, or start it."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    engine_policies.demand(engine_policies.may_operate(actor))
    choice, state = _choice(actor, process_id, request.form), FormState(values=request.form)
    if choice.source is None or choice.target is None:
        raise NotFound(_l("There is no such version."))
    try:
        if request.form.get("act") == "start":
            link = url_for("designer.migrate", process_id=process_id)
            key = operations.migrate_many(
                actor, _instances(actor, choice), choice.source.key, choice.target.key, choice.mapping, link=link
            )
            return shell.go("designer.migration", key=key, message=_("The move has begun."))
        keys = db.session.scalars(_instances(actor, choice).limit(MOST_TRIED)).all()
        trials = engine.dry_run(actor, keys, choice.target.key, choice.mapping)
        return _page(actor, choice, state, trials)
    except Invalid as error:
        return _page(actor, choice, state.refuse(error)), 422
    except AppError as error:
        state.general.append(error.message)
        return _page(actor, choice, state), error.status


@blueprint.get("/migrations/<int:key>")
def migration(key: int) -> ResponseReturnValue:
    """How far a move of many instances is, what was refused and why, taking back."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    about = engine.batch(actor, key)
    if about.process_id is None or about.kind not in KINDS:
        raise NotFound(_l("There is no such migration."))
    try:
        job: Any = jobs.job(actor, about.job_key)
    except NotFound:
        job = None
    listing = Listing.of_request(_ITEMS, size=50)
    page = listing.page(engine.items(key))
    return shell.render(
        "designer/migration.html",
        about=about,
        job=job,
        results=[],
        own=about.login == actor.login,
        onward=url_for("designer.migrate", process_id=about.process_id),
        name=_name(actor, about.process_id),
        versions=_numbers(actor, about.process_id),
        kinds=KINDS,
        states=STATES,
        refusals=engine.refusals(actor, key),
        listing=listing,
        page=page,
        back=engine.taken_back(key, [row.instance_key for row in page.rows]) if about.kind == "migrate" else {},
        may_move=engine_policies.may_operate(actor),
    )


@blueprint.post("/migrations/<int:key>/undo")
def undo_migration(key: int) -> ResponseReturnValue:
    """Take back the move of one instance (`instance`), or of all."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    about = engine.batch(actor, key)
    one = request.form.get("instance", "")
    if not one:
        new = operations.undo_many(actor, key, link=url_for("designer.migration", key=key))
        return shell.go("designer.migration", key=new, message=_("Moving back has begun."))
    if not one.isdecimal() or not _moved_by(about.key, int(one)):
        raise NotFound(_l("There is no such migration."))
    operations.undo_migration(actor, int(one), of=about.key)
    return shell.go("designer.migration", key=key, message=_("The instance is on the version before again."))


@blueprint.post("/migrations/<int:key>/again")
def migrate_refused(key: int) -> ResponseReturnValue:
    """Try once more what was refused."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    about = engine.batch(actor, key)
    link = url_for("designer.migrate", process_id=about.process_id) if about.process_id else None
    new = operations.migrate_refused(actor, key, link=link)
    return shell.go("designer.migration", key=new, message=_("The move has begun."))


def _moved_by(key: int, instance: int) -> bool:
    wanted = engine.items(key).subquery()
    return bool(db.session.scalar(select(func.count()).where(wanted.c.instance_key == instance)))


def _choice(actor: Actor, process_id: str, given: Any) -> Choice:
    """What a request chose; at first the version with most running instances, and the newest.

    Raises:
        NotFound: there is no such process.
    """
    versions = list(engine.versions(actor, "process", process_id))
    if not versions:
        raise NotFound(_l("There is no such process."))
    by_number = {str(one.version): one for one in versions}
    source, target = by_number.get(given.get("from", "")), by_number.get(given.get("to", ""))
    if "from" not in given and "to" not in given:
        older = [one for one in versions[1:] if one.running]
        source, target = (max(older, key=lambda one: one.running), versions[0]) if older else (None, None)
    mapping = {
        name.removeprefix("map-"): given[name]
        for name in given
        if name.startswith("map-") and given[name] and given[name] != name.removeprefix("map-")
    }
    return Choice(process_id, versions, source, target, given.get("element", ""), given.get("before", ""), mapping)


def _instances(actor: Actor, choice: Choice) -> Any:
    assert choice.source is not None
    return engine.running(actor, choice.source.key, element=choice.element or None, before=choice.before)


def _page(actor: Actor, choice: Choice, state: FormState, trials: list[TrialView] | None = None) -> str:
    rows: list[MappingRow] = []
    count = 0
    if choice.source is not None and choice.target is not None and choice.source.key != choice.target.key:
        rows = engine.mapping_rows(actor, choice.source.key, choice.target.key)
        count = _count(actor, choice)
    return shell.render(
        "designer/migrate.html",
        state=state,
        choice=choice,
        name=choice.versions[0].name,
        rows=rows,
        chosen={row.element: choice.mapping.get(row.element, row.proposal.target or "") for row in rows},
        goals=[choice.mapping.get(row.element, row.proposal.target or "") for row in rows if row.open],
        places=[(row.element, _called(row.kind, row.name, row.onward)) for row in rows if row.open],
        called=_called,
        count=count,
        most=MOST_TRIED,
        confidence=CONFIDENCE,
        trials=trials,
        groups=_grouped(trials or []),
        batches=[one for one in engine.batches(actor, process_id=choice.process_id) if one.kind in KINDS],
        kinds=KINDS,
        numbers={one.key: one.version for one in choice.versions},
        may_move=engine_policies.may_operate(actor),
    )


def _called(kind: str, name: str | None, onward: str) -> str:
    """What people call an element; what has no name by its kind and what follows."""
    return name or " → ".join(filter(None, (kind_words(kind), onward)))


def _count(actor: Actor, choice: Choice) -> int:
    """How many instances are meant; none while the day cannot be read."""
    try:
        wanted = _instances(actor, choice).order_by(None).subquery()
    except Invalid:
        return 0
    return db.session.scalar(select(func.count()).select_from(wanted)) or 0


def _grouped(trials: list[TrialView]) -> dict[str, Any]:
    """A trial's outcome: how many can move, why others cannot, what begins and stops to wait."""
    reasons: dict[str, list[int]] = {}
    for trial in trials:
        for reason in trial.reasons:
            reasons.setdefault(reason, []).append(trial.key)
    movable = [trial for trial in trials if not trial.reasons]
    return {
        "movable": len(movable),
        "reasons": sorted(reasons.items(), key=lambda pair: -len(pair[1])),
        "opens": Counter(name for trial in movable for name in dict.fromkeys(trial.opens)).most_common(),
        "closes": Counter(name for trial in movable for name in dict.fromkeys(trial.closes)).most_common(),
        "tasks": sum(trial.tasks for trial in movable),
    }


def _name(actor: Actor, process_id: str) -> str:
    found = engine.latest_version(actor, "process", process_id)
    return found.name if found else process_id


def _numbers(actor: Actor, process_id: str) -> dict[int, int]:
    return {one.key: one.version for one in engine.versions(actor, "process", process_id)}
