"""Taking a test: one variant, the newest answer, one end, one result for the process."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select

from app.assessment.models import Attempt, Response, Window
from app.assessment.models.attempts import CANCELLED, CLOSED, FINISHED, RUNNING
from app.assessment.operations import annulling, attempts, ending, windows
from app.assessment.queries import attempts as queries
from app.engine import operations as engine
from app.engine import queries as instances
from app.engine.models import ProcessInstance
from app.kernel import clock, outbox
from app.kernel.actor import Actor, Assignment
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from . import building

TEACHER = Actor("teacher", "Иванова М. П.", assignments=(Assignment("teacher", "lebedyan-1", "school"),))
STRANGER = Actor("teacher2", "Кузнецов А. Д.", assignments=(Assignment("teacher", "gryazi-1", "school"),))
LEADER = Actor("course_leader", "Миронова Е. В.", assignments=(Assignment("course_leader", "iro"),))
HOUR = timedelta(hours=1)


@pytest.fixture
def window(connection: Connection, monday: datetime) -> int:
    """An open window of three days for a test of an hour."""
    with db.unit_of_work():
        made = building.specification(minutes=60)
        return building.sitting("teacher", made).key


def attempt_of(window: int) -> Attempt:
    """The attempt as it stands."""
    found = db.session.scalars(select(Attempt).where(Attempt.window_key == window)).unique().one()
    db.session.refresh(found)
    return found


def process_of(window: int) -> ProcessInstance:
    """The process behind a window."""
    return db.session.get_one(ProcessInstance, db.session.get_one(Window, window).instance_key)


def test_the_variant_is_drawn_once_and_shows_no_key(window: int) -> None:
    with db.unit_of_work():
        first = [row.item_key for row in queries.questions_of(attempts.begin(TEACHER, window, "phone"))]
    with db.unit_of_work():
        again = attempts.begin(TEACHER, window, "phone")
        questions = queries.taking(TEACHER, window, "phone").questions
        assert [row.item_key for row in queries.questions_of(again)] == first
        assert [question.position for question in questions] == list(range(1, 17))
        assert len({question.kind for question in questions}) > 1
        assert all("answer" not in question.body for question in questions)


def test_it_is_nobody_elses(window: int) -> None:
    with db.unit_of_work():
        for act in (attempts.begin, attempts.take_over):
            with pytest.raises(NotFound):
                act(STRANGER, window, "phone")
        attempts.begin(TEACHER, window, "phone")
        with pytest.raises(NotFound):
            attempts.save_response(STRANGER, window, "phone", 1, 1, ["1"], {})
        with pytest.raises(NotFound):
            attempts.finish(STRANGER, window)


def test_the_newest_number_wins(window: int) -> None:
    with db.unit_of_work():
        attempt = attempts.begin(TEACHER, window, "phone")
        answer = building.key_of(window)[0]
        for seq, values in ((5, answer.values), (5, ["zz"]), (3, ["late"])):
            assert attempts.save_response(TEACHER, window, "phone", 1, seq, values, answer.pairs).seq == 5
        kept = db.session.get_one(Response, (attempt.key, 1), populate_existing=True)
        assert kept.seq == 5
        assert kept.response in (answer.values, answer.values[:1], *answer.values, answer.pairs)
        attempts.save_response(TEACHER, window, "phone", 1, 6, [""], {})
        db.session.refresh(kept)
        assert kept.response is None, "an answer may be taken back"


def test_an_answer_that_is_too_long_is_refused(window: int) -> None:
    with db.unit_of_work():
        attempts.begin(TEACHER, window, "phone")
        with pytest.raises(Invalid):
            attempts.save_response(TEACHER, window, "phone", 1, 1, ["а" * 501], {})
        with pytest.raises(NotFound):
            attempts.save_response(TEACHER, window, "phone", 99, 1, ["1"], {})


def test_another_device_takes_over(window: int) -> None:
    with db.unit_of_work():
        attempts.begin(TEACHER, window, "phone")
        assert queries.taking(TEACHER, window, "laptop").state == queries.ELSEWHERE
        attempts.take_over(TEACHER, window, "laptop")
        with pytest.raises(attempts.Elsewhere):
            attempts.save_response(TEACHER, window, "phone", 1, 1, ["1"], {})
        attempts.save_response(TEACHER, window, "laptop", 1, 2, ["1"], {})
        assert queries.taking(TEACHER, window, "laptop").state == queries.HERE


def test_finishing_scores_exactly_and_completes_the_task_once(window: int) -> None:
    with db.unit_of_work():
        building.answered(TEACHER, window, Decimal("94.96"))
    for _ in range(2):
        with db.unit_of_work():
            attempts.finish(TEACHER, window)
    with db.unit_of_work():
        attempt = attempt_of(window)
        assert (attempt.state, attempt.points, attempt.max_points) == (FINISHED, Decimal("94.96"), Decimal(100))
        assert attempt.finished_by == "listener"
        assert attempt.pct is not None
        assert attempt.pct < 95
        instance = process_of(window)
        answer = instance.variables["answer"]
        assert (answer["points"], answer["max_points"], answer["score_pct"]) == (94.96, 100, 94.96)
        assert sum(row["max_points"] for row in answer["item_results"]) == pytest.approx(100)
        assert instances.open_task(instance.key, "after") is not None
        with pytest.raises(attempts.Over):
            attempts.save_response(TEACHER, window, "device", 1, 99, ["1"], {})


def test_what_is_rolled_back_is_whole(window: int) -> None:
    with db.unit_of_work():
        building.answered(TEACHER, window, 96)
    with pytest.raises(RuntimeError), db.unit_of_work():
        attempts.finish(TEACHER, window)
        raise RuntimeError("killed")
    with db.unit_of_work():
        assert attempt_of(window).state == RUNNING
        assert instances.open_task(process_of(window).key, "entry_test") is not None
        attempts.finish(TEACHER, window)
        assert attempt_of(window).points == 96


def test_the_time_limit_ends_it_once(window: int) -> None:
    with db.unit_of_work():
        building.answered(TEACHER, window, 70)
    clock.move(HOUR)
    with db.unit_of_work():
        with pytest.raises(attempts.Over):
            attempts.save_response(TEACHER, window, "device", 1, 99, ["1"], {})
        assert queries.taking(TEACHER, window, "device").state == queries.OVER
    outbox.work_off(20)
    outbox.work_off(20)
    with db.unit_of_work():
        attempt = attempt_of(window)
        assert (attempt.state, attempt.points, attempt.finished_by) == (FINISHED, 70, "time")
        assert attempt.finished_at == attempt.ends_at
        assert instances.open_task(process_of(window).key, "after") is not None
        attempts.finish(TEACHER, window)
        assert attempt_of(window).finished_by == "time"


def test_an_extension_that_comes_first_keeps_the_attempt_running(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has seen that the time is over; the leader's extension is committed while it waits for the lock."""
    clock.move(timedelta(hours=71, minutes=30))
    with db.unit_of_work():
        building.answered(TEACHER, window, 62)
    clock.move(HOUR / 2)
    hold = engine.hold_instance

    def extended_meanwhile(key: int) -> None:
        monkeypatch.setattr(engine, "hold_instance", hold)
        row = db.session.get_one(Window, window)
        windows.extend(LEADER, [row], clock.now() + 5 * HOUR, "Тест был недоступен")
        hold(key)

    monkeypatch.setattr(engine, "hold_instance", extended_meanwhile)
    with db.unit_of_work():
        attempts.finish_due(window)
    with db.unit_of_work():
        assert attempt_of(window).state == RUNNING
        assert instances.open_task(process_of(window).key, "entry_test") is not None


def test_the_end_of_the_window_counts_what_is_saved(window: int) -> None:
    clock.move(timedelta(hours=71, minutes=30))
    with db.unit_of_work():
        building.answered(TEACHER, window, 62)
        assert attempt_of(window).ends_at - clock.now() == HOUR / 2, "the window ends before the hour is over"
    clock.move(HOUR / 2)
    with db.unit_of_work():
        closed = windows.close_window("МАТ-1", "teacher", "входной")
        assert closed is not None
        assert (closed.state, attempt_of(window).points, attempt_of(window).finished_by) == (CLOSED, 62, "window")
        with pytest.raises(attempts.Over):
            attempts.take_over(TEACHER, window, "laptop")


def test_a_closed_window_cannot_be_begun(window: int) -> None:
    clock.move(timedelta(days=3))
    with db.unit_of_work():
        with pytest.raises(attempts.Over):
            attempts.begin(TEACHER, window, "phone")
        assert queries.taking(TEACHER, window, "phone").state == queries.MISSED


def test_a_button_does_not_complete_the_task(window: int) -> None:
    with db.unit_of_work():
        task = instances.open_task(process_of(window).key, "entry_test")
        assert task is not None
        with pytest.raises(Conflict):
            engine.complete_user_task(TEACHER, task, {"points": 100, "max_points": 100})


def test_a_repeat_avoids_what_was_met(window: int) -> None:
    with db.unit_of_work():
        first = {row.item_key for row in queries.questions_of(attempts.begin(TEACHER, window, "phone"))}
        attempts.finish(TEACHER, window)
    with db.unit_of_work():
        made = db.session.get_one(Window, window).specification
        second = building.sitting("teacher", made, course="МАТ-2").key
        again = {row.item_key for row in queries.questions_of(attempts.begin(TEACHER, second, "phone"))}
    assert first.isdisjoint(again)


def test_an_extension_is_recorded_and_moves_the_end(window: int) -> None:
    clock.move(timedelta(hours=71, minutes=30))
    with db.unit_of_work():
        building.answered(TEACHER, window, 62)
        row = db.session.get_one(Window, window)
        with pytest.raises(Invalid):
            windows.extend(LEADER, [row], clock.now() + HOUR, " ")
        with pytest.raises(Invalid):
            windows.extend(LEADER, [row], clock.now(), "Тест был недоступен")
        before = row.closes_at
        assert windows.extend(LEADER, [row], before + 5 * HOUR, "Тест был недоступен") == 1
        (made,) = row.extensions
        assert (made.before, made.after, made.made_by) == (before, before + 5 * HOUR, "course_leader")
        assert attempt_of(window).ends_at == clock.now() + HOUR, "the hour is whole again"
        assert datetime.fromisoformat(process_of(window).variables["test_until"]) == before + 5 * HOUR
        assert windows.extend(LEADER, [row], before, "Раньше") == 0, "a window is never cut"
    clock.move(HOUR / 2 + timedelta(minutes=2))
    outbox.work_off(20)
    with db.unit_of_work():
        assert attempt_of(window).state == RUNNING, "the first end does not count any more"
    clock.move(HOUR)
    outbox.work_off(20)
    with db.unit_of_work():
        assert attempt_of(window).points == 62
        with pytest.raises(Conflict):
            windows.extend(LEADER, [db.session.get_one(Window, window)], clock.now() + HOUR, "Поздно")


def test_an_extension_for_all_takes_the_attempts_after_the_processes(
    window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are saved while the processes follow, however many there are."""
    order: list[str] = []

    def noted(owner: object, name: str, what: str) -> None:
        real = getattr(owner, name)

        def act(*args: object, **named: object) -> object:
            order.append(what)
            return real(*args, **named)

        monkeypatch.setattr(owner, name, act)

    with db.unit_of_work():
        first = db.session.get_one(Window, window)
        both = [first, building.sitting("teacher2", first.specification, deploy=False)]
        for actor, row in zip((TEACHER, STRANGER), both, strict=True):
            attempts.begin(actor, row.key, "phone")
        noted(engine, "set_variables", "process")
        noted(ending, "locked", "attempt")
        assert windows.extend(LEADER, both, first.closes_at + HOUR, "Тест был недоступен") == 2
    assert order == ["process", "process", "attempt", "attempt"]


def test_an_annulled_attempt_is_followed_by_one_new_window(window: int) -> None:
    with db.unit_of_work():
        building.answered(TEACHER, window, 100)
        until = clock.now() + timedelta(days=4)
        row = db.session.get_one(Window, window)
        new = annulling.annul_running(LEADER, row, "Списывание", closes_at=until, variables={"new_window_used": True})
        assert new is not None
        attempt = attempt_of(window)
        assert (attempt.state, attempt.annulled_by, attempt.points) == (CANCELLED, "course_leader", None)
        assert process_of(window).variables["test_window"] == str(new.key)
        building.answered(TEACHER, new.key, 100)
        assert annulling.annul_running(LEADER, new, "Опять", closes_at=until, variables={}) is None
        with pytest.raises(Conflict):
            annulling.annul_running(LEADER, new, "Ещё", closes_at=until, variables={})


def test_a_result_from_elsewhere_ends_what_runs(window: int) -> None:
    with db.unit_of_work():
        building.answered(TEACHER, window, 96)
        windows.give_up("МАТ-1", "teacher")
        assert attempt_of(window).state == CANCELLED
        assert attempts.finish(TEACHER, window).points is None
