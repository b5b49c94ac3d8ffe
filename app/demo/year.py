"""The roadmaps of the region and of one district over a year, carried out by the people themselves.

Most of the past is done in time; some of it is done in part, moved, or still waited for, as in any year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import click
import typst
from sqlalchemy import select, update

from app.engine import job_running, passing
from app.engine import operations as engine
from app.engine.models import ProcessInstance, StartEvent, UserTask
from app.files import operations as files
from app.files.queries import reference
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people import queries as people
from app.programmes import queries
from app.programmes.models import Measure

from .performers import performer
from .support import load_support

ZONE = ZoneInfo("Europe/Moscow")
FIRST_MONTH = 4
"""Before April last year's programme is shown: the new one has hardly begun."""
STEP = timedelta(days=7)
PROCESSES = ("roadmap_measure", "measure_occurrence")
MOST = 2000


def begins(now: datetime) -> datetime:
    """The moment at which the year of the demo begins."""
    year = now.year if now.month >= FIRST_MONTH else now.year - 1
    return datetime.combine(date(year, 1, 12), time(9), ZONE)


def play_year(now: datetime, password: str) -> None:
    """Load the roadmaps, approve them, and let people work week by week until now."""
    click.echo("  Дорожные карты области и района — год до сегодняшнего дня")
    start = begins(now)
    with clock.frozen(start):
        with db.unit_of_work() as session:
            session.execute(update(StartEvent).values(due_at=None))  # the demo's other stories are told one by one
            load_support()
            measures = _measures()
        with db.unit_of_work():
            for row_key, organisation in measures:
                variables = {"row_key": row_key, "organisation": organisation, "year": start.year}
                engine.publish_message(PLATFORM, "roadmap.approved", row_key, variables, internal=True)
        _settle()
    for moment in _weeks(start, now):
        with clock.frozen(moment):
            _settle()
            _work(moment, password)
            _settle()


def _measures() -> list[tuple[str, str]]:
    """Row keys of the measures that begin, and whose they are."""
    found = db.session.scalars(select(Measure).order_by(Measure.roadmap_key, Measure.position))
    return [(each.row_key, each.roadmap.programme.organisation) for each in found]


def _weeks(start: datetime, now: datetime) -> Iterator[datetime]:
    moment = start + STEP
    while moment < now:
        yield moment
        moment += STEP
    yield now


def _settle() -> None:
    for _round in range(MOST):
        if not outbox.work_off(MOST, kinds=passing.KINDS) + job_running.run_jobs(MOST) + engine.fire_due(MOST):
            return
    raise RuntimeError("the demo's year never comes to rest")


def _work(now: datetime, password: str) -> None:
    """Everybody does what they do this week; a finished task may open the next one."""
    seen: set[int] = set()
    for _round in range(6):
        query = select(UserTask).where(
            UserTask.process_id.in_(PROCESSES), UserTask.state == "open", UserTask.key.not_in(seen)
        )
        with db.unit_of_work() as session:
            found = list(session.scalars(query.order_by(UserTask.key)))
        for task in found:
            seen.add(task.key)
            if not _waits(task, now):
                _complete(task, password)
        _settle()
        if not found:
            return


def _waits(task: UserTask, now: datetime) -> bool:
    """Whether this is one that nobody has come to yet: recent reports, and now and then an older one."""
    chance = crc32(f"{task.title}{task.element_id}{task.created_at:%m}".encode()) % 100
    return chance < (45 if now - task.created_at < 2 * STEP else 4)


def _complete(task: UserTask, password: str) -> None:
    with db.unit_of_work():
        actor = people.actor_for(performer(task))
        answers, outcome = _answers(task, actor)
        engine.complete_user_task(actor, task.key, answers, outcome=outcome, password=password)


def _answers(task: UserTask, actor: Actor) -> tuple[dict[str, Any], str]:
    """What people write, and the button that they press."""
    today = clock.today()
    if task.element_id == "execute":
        return {"how": "report"}, "submit"
    if task.element_id == "schedule":
        last = date(today.year, 12, 20)
        days = [min(today + timedelta(days=n), last) for n in (50, 140)]
        rows = [{"day": each.isoformat(), "title": f"Встреча {n}"} for n, each in enumerate(sorted(set(days)), 1)]
        return {"dates": rows}, "submit"
    if task.element_id == "co_report":
        asked = next(iter(task.candidate_groups), "").partition("@")[2]  # a municipality or a school names its own
        return {"text": "Участие обеспечено", "participants": _participants(asked or task.organisation)}, "submit"
    if task.element_id == "report":
        return _report(task, actor, today), "submit"
    if task.element_id == "reason":
        return {"reason": "Часть мероприятий перенесена на следующий год"}, "submit"
    return {}, "approve"


def _report(task: UserTask, actor: Actor, today: date) -> dict[str, Any]:
    measure = _measure(task)
    short = [each for each in queries.judged(PLATFORM, measure) if not each.met and each.code in _counted(measure)]
    partly = bool(short) or crc32(f"{task.title}{task.created_at:%m}".encode()) % 100 >= 92
    sums = [each for each in measure.thresholds if each.get("count") == "sum"]
    return {
        "status": "выполнено частично" if partly else "выполнено",
        "fact_date": today.isoformat(),
        "evidence": _paper(actor, measure),
        "participants": _participants(task.organisation),
        "fact_values": [{"code": each["code"], "value": each["at_least"]} for each in sums],
        "comment": "Приняли участие не все школы" if partly else "",
    }


def _counted(measure: Measure) -> set[str]:
    """Thresholds that no report changes: what the schools have is counted from the registers."""
    return {each["code"] for each in measure.thresholds if each.get("count") == "having_share"}


def _measure(task: UserTask) -> Measure:
    variables = _variables(task.instance_key)
    return queries.measure(PLATFORM, str(variables["row_key"]))


def _variables(key: int) -> dict[str, Any]:
    """Root variables of an instance."""
    return dict(db.session.get_one(ProcessInstance, key).variables)


def _participants(place: str | None) -> list[dict[str, Any]]:
    schools = people.organisations(level="school", within=place or "region")
    codes = [each.code for each in db.session.scalars(schools)]
    return [{"organisation": code, "count": 1 + crc32(code.encode()) % 5} for code in codes]


def _paper(actor: Actor, measure: Measure) -> list[Any]:
    """A file as a file picker gives it."""
    name = (measure.fixing_document or measure.control_form or "документ").partition(",")[0][:60]
    file = files.store_file(actor, f"{name}.pdf", BytesIO(_page()), extensions=("pdf",))
    return [reference(file)]


@cache
def _page() -> bytes:
    """One page that says what it is."""
    text = '#set text(lang: "ru", size: 12pt)\n= Документ из демонстрационных данных\nЗдесь лежал бы скан документа.'
    return bytes(typst.compile(text.encode(), format="pdf"))
