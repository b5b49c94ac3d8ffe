"""Two directors press «Подписать» on the same order at the same moment: one number, one document, one clear refusal."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import select

from app.courses.models import CourseOrder
from app.documents.models import Document, DocumentRendition, Register
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from app.people.operations import create_person

from . import acts
from .page import Page
from .task import PASSWORD, Task
from .world import World

SIGNERS = ("iro_head", "iro_deputy")


def _second_director(world: World) -> None:
    """Somebody who may sign for the institute too."""
    with world.app.app_context(), db.unit_of_work():
        (institute,) = people.actor_for("iro_head").organisations("iro_head")
        create_person(
            PLATFORM, "iro_deputy", last_name="Вторых", first_name="Ирина", position="и. о. директора",
            organisation=institute, password=PASSWORD, must_change_password=False, roles=[("iro_head", institute)],
            consent=True,
        )  # fmt: skip


def test_two_people_who_sign_one_order_at_once_make_one_document_with_one_number(course: World) -> None:
    _second_director(course)
    acts.enrol(course, "teacher")
    course.wait(date(2026, 4, 11))
    course[acts.LEADER].task("Сформировать группу").done()
    course.settle()
    course[acts.LEADER].task("Подготовить приказ").done()
    course.settle()
    opened = {login: course[login].task("Подписать приказ") for login in SIGNERS}
    together = threading.Barrier(len(SIGNERS))

    def sign(task: Task) -> Page:
        together.wait(30)
        return task.press("Подписать", password=PASSWORD)

    with ThreadPoolExecutor(len(SIGNERS)) as pool:
        answers = [done.result(60) for done in [pool.submit(sign, task) for task in opened.values()]]
    course.settle()
    accepted = [page for page in answers if page.path.endswith("/finished")]
    (refused,) = [page for page in answers if page not in accepted]
    assert len(accepted) == 1
    assert refused.status == 409
    assert "Задачу «Подписать приказ» уже выполнил" in refused.text, "and who it was"

    with course.app.app_context(), db.unit_of_work() as session:
        (document,) = session.scalars(select(Document).where(Document.kind == "order"))
        (kept,) = session.scalars(select(CourseOrder))
        assert (document.number, len(document.signatures)) == ("1", 1)
        assert (kept.number, kept.document_id) == ("1", str(document.key))
        assert session.get_one(DocumentRendition, document.key).state == "ready"
        register = session.get_one(Register, (document.register, document.year))
        assert register.last == 1, "no number was taken and lost"
    assert all(course[login].names() == [] for login in SIGNERS)
    assert course["admin"].get("/incidents").tables() == []
