"""The stages that tests begin at, each played through pages from the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.demo import load as load_demo
from app.demo.region import load_region
from app.kernel.db import db

from . import acts
from .task import PASSWORD
from .world import World, deploy, load

Play = Callable[[World], object]


def region(world: World) -> None:
    """People, models, a programme; nothing has happened yet."""
    with world.app.app_context():
        load()


def people(world: World) -> None:
    """People only: nothing is deployed."""
    with world.app.app_context(), db.unit_of_work():
        load_region(PASSWORD)


def demo(world: World) -> None:
    """What `make run` shows at its first start: courses at every stage."""
    with world.app.app_context():
        deploy()
        load_demo()
    world.settle()


def course(world: World) -> None:
    """The leader has opened a course that takes applications until Friday."""
    acts.open_course(world)


def running(world: World) -> None:
    """Five teachers are on the course; it began on Monday, 13 April."""
    for login in acts.LISTENERS:
        acts.enrol(world, login)
    acts.begin_course(world)


def e_running(world: World) -> None:
    """As `running`, on a course that is tested here."""
    acts.offer_test(world)
    running(world)


def e_every_kind(world: World) -> None:
    """As `e_running`; everyone gets all six kinds of questions."""
    acts.offer_test(world, copies=1)
    running(world)


def tested(world: World) -> None:
    """Thursday, 16 April: 96, 70, no-show without valid reason, 96, 100 %; diagnostics and subgroups are done."""
    for login, points in acts.RESULTS.items():
        acts.take_test(world, login, points)
    diagnosed(world)


def imported(world: World) -> None:
    """As `tested`, with results of an outside system."""
    acts.import_results(world, {login: (points, 100) for login, points in acts.RESULTS.items()})
    diagnosed(world)


def diagnosed(world: World) -> None:
    """The window of the test has closed: who did not come, diagnostics, subgroups."""
    world.wait(date(2026, 4, 16))
    task = world[acts.LEADER].task("Неявка на тестирование", world.name("teacher3"))
    task.fill(reason="Не пришла и не предупредила", reason_valid=False).done()
    world.settle()
    for login in acts.LISTENERS:
        acts.diagnose(world, login)
    acts.form_groups(world)


def finished(world: World) -> None:
    """One listener alone went from the application to the certificate; it is Saturday, 16 May."""
    acts.offer_test(world)
    acts.enrol(world, "teacher")
    acts.begin_course(world)
    acts.take_test(world, "teacher", 96)
    acts.diagnose(world, "teacher")
    acts.form_groups(world)
    acts.learn(world, "teacher")
    acts.plan_attestation(world)
    world.wait(acts.ATTEST)
    acts.fill_sheet(world, {})
    acts.sign_sheet(world)
    world.wait(date(2026, 5, 16))
    acts.conclude(world)


STAGES: dict[str, tuple[str | None, Play]] = {
    "people": (None, people),
    "region": (None, region),
    "demo": (None, demo),
    "course": ("region", course),
    "running": ("course", running),
    "e_running": ("course", e_running),
    "e_every_kind": ("course", e_every_kind),
    "tested": ("e_running", tested),
    "imported": ("running", imported),
    "finished": ("course", finished),
}
"""Name → the stage before it and what is played."""
