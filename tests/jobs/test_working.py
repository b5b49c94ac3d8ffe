"""Steps, progress, cancelling, repeating, taking over: what is committed counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.files import operations as files
from app.jobs import kinds, operations, queries, working
from app.jobs.models import CANCELLED, DONE, FAILED, PAUSED, QUEUED, RUNNING, BackgroundJob, BackgroundNote
from app.jobs.run import Run
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import operations as people_operations

from .conftest import job, person

pytestmark = pytest.mark.usefixtures("people")
Register = Callable[..., None]
ROW = text("INSERT INTO outbox (key, kind, payload, run_at, attempts, failed, created_at) "
           "VALUES (:key, :kind, '{}', now() + interval '1 year', 0, true, now())")  # fmt: skip


def start(kind: str = "t.rows", login: str = "teacher", **more: object) -> int:
    """Put a job down."""
    with db.unit_of_work():
        return operations.start(person(login), kind, {"rows": 5}, title="Импорт", **more)  # type: ignore[arg-type]


def write(what: str) -> None:
    """A row that the step's transaction keeps or not."""
    db.session.execute(ROW, {"key": next_key(), "kind": f"t.{what}"})


def written() -> list[str]:
    """What the committed steps wrote."""
    with db.unit_of_work() as session:
        kinds_ = session.scalars(text("SELECT kind FROM outbox WHERE kind LIKE 't.%' ORDER BY key"))
        return [kind.removeprefix("t.") for kind in kinds_]


def rows(run: Run) -> Iterator[None]:
    """Five rows, each a step of its own."""
    run.total = run.payload["rows"]
    for number in range(run.done, run.payload["rows"]):
        write(str(number))
        run.done = number + 1
        yield
    run.message = _l("Saved.")


def test_a_job_runs_to_its_end_with_its_progress(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    assert job(key).state == QUEUED
    assert working.work_off() == 1
    done = job(key)
    assert (done.state, done.done, done.total, done.message) == (DONE, 5, 5, "Сохранено.")
    assert (done.lease, done.ended_at) == (None, clock.now())
    assert written() == ["0", "1", "2", "3", "4"]
    assert working.work_off() == 0


def test_a_failing_step_is_undone_and_tried_again_from_the_last_committed_one(kind: Register) -> None:
    broken = [True]

    def steps(run: Run) -> Iterator[None]:
        for number in range(run.done, 4):
            write(str(number))
            run.done = number + 1
            if number == 2 and broken:
                broken.pop()
                raise RuntimeError("a row that fails once")
            yield

    kind("t.rows", steps)
    key = start()
    working.work_off()
    waiting = job(key)
    assert (waiting.state, waiting.done) == (QUEUED, 2)
    assert "RuntimeError" in (waiting.detail or "")
    assert written() == ["0", "1"]
    clock.move(waiting.run_at)
    working.work_off()
    assert job(key).state == DONE
    assert written() == ["0", "1", "2", "3"]


def test_what_never_gets_on_fails_and_can_be_repeated(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        yield from ()
        raise RuntimeError("always")

    kind("t.rows", steps)
    key = start()
    for _attempt in range(working.MAX_ATTEMPTS):
        assert working.work_off() == 1
        clock.move(timedelta(hours=1))
    failed = job(key)
    assert failed.state == FAILED
    assert str(key) in (failed.error or "")
    assert "RuntimeError" not in (failed.error or "")
    assert working.work_off() == 0
    kind("t.rows", rows)
    with db.unit_of_work():
        operations.retry(person("teacher"), key)
    working.work_off()
    assert (job(key).state, job(key).error) == (DONE, None)


def test_a_refusal_fails_at_once_in_the_words_of_the_person(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        write("before")
        yield
        write("refused")
        raise Invalid(_l("Choose kinds of the list."))

    kind("t.rows", steps)
    key = start()
    working.work_off()
    assert (job(key).state, job(key).error) == (FAILED, "Выберите виды из списка.")
    assert written() == ["before"]


def test_who_has_no_account_any_more_has_no_work_done(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    with db.unit_of_work():
        people_operations.close_account(person("admin"), "teacher")
    working.work_off()
    assert job(key).state == FAILED
    assert written() == []


def test_a_waiting_job_is_cancelled_at_once(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    with db.unit_of_work():
        assert operations.cancel(person("teacher"), key).state == CANCELLED
    assert working.work_off() == 0
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.cancel(person("teacher"), key)


def test_a_running_job_stops_between_rows_and_goes_on_when_repeated(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        for number in range(run.done, 4):
            write(str(number))
            run.done = number + 1
            if number == 1:
                db.session.execute(text("UPDATE background_job SET cancel_wanted = true WHERE done = 1"))
            yield

    kind("t.rows", steps)
    key = start()
    working.work_off()
    assert (job(key).state, job(key).done) == (CANCELLED, 2)
    with db.unit_of_work():
        operations.retry(person("teacher"), key)
    working.work_off()
    assert job(key).state == DONE
    assert written() == ["0", "1", "2", "3"]


def test_a_running_job_is_put_aside_between_rows_and_goes_on(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        for number in range(run.done, 4):
            write(str(number))
            run.done = number + 1
            if number == 1:
                db.session.execute(text("UPDATE background_job SET pause_wanted = true WHERE done = 1"))
            yield

    kind("t.rows", steps)
    key = start(once="cause")
    working.work_off()
    assert (job(key).state, job(key).done, job(key).lease) == (PAUSED, 2, None)
    assert start(once="cause") == key
    assert working.work_off() == 0
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.pause(person("teacher"), key)
    with db.unit_of_work():
        assert operations.resume(person("teacher"), key).state == QUEUED
    working.work_off()
    assert job(key).state == DONE
    assert written() == ["0", "1", "2", "3"]


@pytest.mark.parametrize("before", [None, "pause_wanted"])
@pytest.mark.parametrize(("wish", "state"), [(operations.cancel, CANCELLED), (operations.pause, PAUSED)])
def test_a_wish_that_comes_while_a_job_is_put_down_counts(
    kind: Register, monkeypatch: pytest.MonkeyPatch, before: str | None, wish: Callable[..., object], state: str
) -> None:
    def steps(run: Run) -> Iterator[None]:
        if before is None:
            raise RuntimeError("tried again later")
        db.session.execute(text(f"UPDATE background_job SET {before} = true"))
        yield

    put_down = working._put_down

    def wished(taken: working._Taken, **values: object) -> None:
        with db.unit_of_work():
            wish(person("teacher"), taken.key)
        put_down(taken, **values)

    kind("t.rows", steps)
    monkeypatch.setattr(working, "_put_down", wished)
    key = start()
    working.work_off()
    assert (job(key).state, job(key).lease) == (state, None)
    assert (job(key).ended_at is not None) == (state == CANCELLED)


def test_a_waiting_job_is_put_aside_at_once_and_can_be_stopped(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    with db.unit_of_work():
        assert operations.pause(person("teacher"), key).state == PAUSED
    assert working.work_off() == 0
    with db.unit_of_work():
        assert operations.cancel(person("teacher"), key).state == CANCELLED
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.resume(person("teacher"), key)


def test_the_work_of_a_dead_worker_is_taken_over_when_its_lease_has_run_out(kind: Register) -> None:
    def dies(run: Run) -> Iterator[None]:
        run.done = 1
        write("0")
        yield
        raise SystemExit  # the process is gone: nothing is put down

    kind("t.rows", dies)
    key = start()
    with pytest.raises(SystemExit):
        working.work_off()
    assert (job(key).state, job(key).done) == (RUNNING, 1)
    kind("t.rows", rows)
    assert working.work_off() == 0  # it is still believed to be alive
    clock.move(working.LEASE + timedelta(seconds=1))
    assert working.work_off() == 1
    assert (job(key).state, job(key).done) == (DONE, 5)
    assert written() == ["0", "1", "2", "3", "4"]


def test_who_lost_the_lease_changes_nothing(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        write("mine")
        run.done = 1
        db.session.execute(text("UPDATE background_job SET lease = 'another worker'"))
        yield

    kind("t.rows", steps)
    key = start()
    assert working.work_off() == 1
    assert written() == []
    assert (job(key).state, job(key).done) == (RUNNING, 0)


def test_a_sign_of_life_keeps_the_lease(kind: Register) -> None:
    leases: list[object] = []

    def steps(run: Run) -> Iterator[None]:
        yield
        clock.move(timedelta(seconds=15))
        working.renew()
        leases.append(job(run.key).lease_until)
        yield

    kind("t.rows", steps)
    start()
    working.work_off()
    assert leases == [clock.now() + working.LEASE]


def test_a_long_job_makes_room_for_others_and_goes_on(kind: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "TURN", 0.0)
    kind("t.rows", rows)
    long, short = start(), start(login="head")
    order: list[str] = []
    kinds_before = kinds.known()["t.rows"]

    def noted(run: Run) -> Iterator[None]:
        order.append(run.actor.login)
        clock.move(timedelta(seconds=1))
        yield from kinds_before.steps(run)

    kind("t.rows", noted)
    working.work_off()
    assert {job(long).state, job(short).state} == {DONE}
    assert order[:3] == ["teacher", "head", "teacher"]
    assert sorted(written()) == sorted("0123401234")


def test_a_kind_never_runs_more_often_at_once_than_it_may(kind: Register) -> None:
    kind("t.rows", rows, at_once=1)
    kind("t.other", rows, at_once=1)
    first, second, other = start(), start(login="head"), start("t.other")
    taken = [working._take() for _ in range(3)]
    assert [t.key for t in taken if t] == [first, other]
    assert job(second).state == QUEUED


def test_the_person_with_less_running_comes_first(kind: Register) -> None:
    kind("t.rows", rows, at_once=3)
    mine = [start() for _ in range(3)]
    theirs = start(login="head")
    assert [t.key for t in (working._take(), working._take()) if t] == [mine[0], theirs]


def test_a_double_click_starts_one_job(kind: Register) -> None:
    kind("t.rows", rows)
    assert start(once="file:7") == start(once="file:7")
    assert start(once="file:8") != start(once="file:7")
    working.work_off()
    assert job(start(once="file:7")).state == QUEUED


def test_nobody_fills_the_queue_alone(kind: Register) -> None:
    kind("t.rows", rows)
    for _number in range(operations.MOST_UNFINISHED):
        start()
    with pytest.raises(Conflict):
        start()
    start(login="head")


def test_what_is_repeated_counts_like_what_is_started(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    with db.unit_of_work():
        operations.cancel(person("teacher"), key)
    for _number in range(operations.MOST_UNFINISHED):
        start()
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.retry(person("teacher"), key)
    working.work_off()
    with db.unit_of_work():
        assert operations.retry(person("teacher"), key).state == QUEUED


def test_what_is_repeated_is_not_under_way_already(kind: Register) -> None:
    kind("t.rows", rows)
    key = start(once="file:7")
    with db.unit_of_work():
        operations.cancel(person("teacher"), key)
    start(once="file:7")
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.retry(person("teacher"), key)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        start("t.unknown")


def test_remarks_and_files_belong_to_who_started_it(kind: Register) -> None:
    def steps(run: Run) -> Iterator[None]:
        with run.open_file() as content:
            said = content.read().decode()
        run.note("Лист «1», строка 2", said)
        yield
        run.note("Лист «1», строка 3", _l("Choose kinds of the list."))
        run.attach("Отчёт.txt", "Готово".encode())

    kind("t.rows", steps)
    with db.unit_of_work():
        upload = files.store_file(person("teacher"), "a.txt", BytesIO(b"text"), extensions=("txt",))
    key = start(files=[upload.key])
    working.work_off()
    with db.unit_of_work() as session:
        found = queries.job(person("teacher"), key)
        notes = [
            (note.number, note.place, note.text) for note in session.scalars(queries.notes(person("teacher"), found))
        ]
        assert notes == [
            (1, "Лист «1», строка 2", "text"),
            (2, "Лист «1», строка 3", "Выберите виды из списка."),
        ]
        assert [file.name for file in queries.result_files(person("teacher"), found)] == ["Отчёт.txt"]
        assert queries.job(person("admin"), key) is found
        assert queries.result_files(person("admin"), found) == []
        assert session.scalars(queries.notes(person("admin"), found)).all() == []
        with pytest.raises(NotFound):
            queries.job(person("head"), key)


def test_remarks_of_a_step_that_was_undone_are_undone_too(kind: Register) -> None:
    broken = [True]

    def steps(run: Run) -> Iterator[None]:
        run.note("1", "once")
        if broken:
            broken.pop()
            raise RuntimeError
        yield

    kind("t.rows", steps)
    start()
    working.work_off()
    clock.move(timedelta(minutes=5))
    working.work_off()
    with db.unit_of_work() as session:
        assert [note.text for note in session.scalars(select(BackgroundNote))] == ["once"]


def test_only_the_person_repeats_and_only_what_stopped(kind: Register) -> None:
    kind("t.rows", rows)
    key = start()
    with db.unit_of_work(), pytest.raises(Conflict):
        operations.retry(person("teacher"), key)
    with db.unit_of_work():
        operations.cancel(person("admin"), key)
    with db.unit_of_work(), pytest.raises(Forbidden):
        operations.retry(person("admin"), key)
    with db.unit_of_work(), pytest.raises(NotFound):
        operations.retry(person("head"), key)


def test_ends_are_told(kind: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []

    def listen(key: int) -> None:
        told.append((key, db.session.get_one(BackgroundJob, key).state))

    monkeypatch.setattr(kinds, "_listeners", [listen])
    kind("t.rows", rows)
    key = start()
    working.work_off()
    assert told == [(key, DONE)]
