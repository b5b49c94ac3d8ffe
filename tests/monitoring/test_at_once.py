"""Two answers at the very same moment: real connections, really committed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.db import db
from app.monitoring.models import AnswerBox
from app.monitoring.operations import questionnaires, windows
from app.monitoring.operations.questionnaires import Closed
from app.people import queries as people
from tests.conftest import MONDAY
from tests.courses.world import make_world

from . import building


@pytest.fixture
def codes(app: Flask, committed: None) -> list[str]:
    """The codes of a class of six, committed."""
    db.forget()
    with app.app_context(), clock.frozen(MONDAY), db.unit_of_work():
        make_world()
        building.deploy_questionnaires()
        of = building.only_school(building.open_round("lebedyan-1"))
        building.classes(of, ("7А", 6, 0))
        return questionnaires.issue(people.actor_for("school_head"), of.key, "pupil", "7А").codes


def send_together(app: Flask, *codes: str) -> list[str]:
    """Every code in a thread of its own; what came of each."""
    together = Barrier(len(codes))

    def send(mark: int, code: str) -> str:
        with app.app_context():
            together.wait(10)
            try:
                with db.unit_of_work():
                    questionnaires.answer(code, building.answers("pupil", mark=mark), None)
            except Closed:
                return "used"
            return "taken"

    with clock.frozen(MONDAY), ThreadPoolExecutor(len(codes)) as pool:
        return list(pool.map(send, range(1, len(codes) + 1), codes))


def boxes() -> list[int]:
    """How many answers each box holds."""
    with db.unit_of_work():
        return [len(box.answers) for box in db.session.query(AnswerBox).all()]


def test_one_link_counts_once_however_often_it_is_sent(app: Flask, codes: list[str]) -> None:
    assert sorted(send_together(app, *[codes[0]] * 4)) == ["taken", "used", "used", "used"]
    assert boxes() == [1, 1]


def test_no_answer_of_several_at_once_is_lost(app: Flask, codes: list[str]) -> None:
    assert send_together(app, *codes[:5]) == ["taken"] * 5
    assert boxes() == [5, 5]
    with db.unit_of_work():
        of = db.session.query(AnswerBox).first()
        assert of is not None
        assert windows.answered(windows.participation(of.school_key)) == {"pupil": 5}
