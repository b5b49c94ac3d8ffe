"""Drafts: files, locks, history, comments, review; two people at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.designer import gates, operations, queries
from app.designer.jobs import abandoned_drafts
from app.designer.operations.drafts import Stale
from app.designer.operations.locking import Held
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.queries import actor_for

from . import building

pytestmark = pytest.mark.usefixtures("work")


@pytest.fixture
def work(connection: Connection) -> Iterator[None]:
    with db.unit_of_work(), clock.frozen(datetime(2026, 4, 6, 6, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def first() -> Actor:
    return actor_for("designer")


@pytest.fixture
def second() -> Actor:
    return actor_for("designer2")


def only_file(actor: Actor, key: int) -> int:
    return queries.drafts.draft(actor, key).files[0].key


def test_a_save_makes_a_revision_and_the_bytes_stay(first: Actor) -> None:
    key = building.draft()
    file = only_file(first, key)
    foreign = b"\xef\xbb\xbf<?xml version='1.0'?>\r\n<x:unknown xmlns:x='urn:x'/>\r\n"
    assert operations.drafts.save(first, file, foreign, 1) == 2
    assert operations.drafts.save(first, file, foreign, 2) == 2
    assert operations.drafts.save(first, file, foreign, 1) == 2, "the answer was lost, and the same is sent again"
    assert queries.drafts.content(first, file) == foreign
    with pytest.raises(Stale) as refusal:
        operations.drafts.save(first, file, b"<x/>", 1)
    assert refusal.value.details["revision"] == 2


def test_a_colleague_waits_or_takes_over(first: Actor, second: Actor) -> None:
    key = building.draft()
    file = only_file(first, key)
    assert operations.locking.lock(first, file).held_by_me
    assert operations.locking.lock(second, file).holder == "designer"
    with pytest.raises(Held):
        operations.drafts.save(second, file, b"<b/>", 1)
    assert operations.locking.lock(second, file, take_over=True).held_by_me
    with pytest.raises(Held):
        operations.drafts.save(first, file, b"<a/>", 1)
    operations.drafts.save_aside(first, file, b"<a/>")
    assert queries.drafts.content(first, file) == building.process()
    aside = queries.drafts.history(first, file)[0]
    assert (aside.author, aside.applied) == ("designer", False)
    assert queries.drafts.revision_content(first, file, aside.key) == b"<a/>"


def test_a_lock_nobody_renews_ends(first: Actor, second: Actor) -> None:
    file = only_file(first, building.draft())
    operations.locking.lock(first, file)
    clock.move(timedelta(seconds=61))
    assert operations.locking.lock(second, file).held_by_me


def test_autosaves_of_ten_minutes_are_one_row(first: Actor) -> None:
    file = only_file(first, building.draft())
    for number in range(1, 4):
        operations.drafts.save(first, file, b"<a%d/>" % number, number)
    clock.move(timedelta(minutes=11))
    operations.drafts.save(first, file, b"<later/>", 4)
    assert [row.number for row in queries.drafts.history(first, file)] == [5, 4, 1]


def test_nobody_reviews_their_own_work(first: Actor, second: Actor) -> None:
    key = building.draft()
    operations.reviewing.submit(first, key, "Готово")
    with pytest.raises(Forbidden):
        operations.reviewing.approve(first, key)
    with pytest.raises(Conflict):
        operations.drafts.save(second, only_file(first, key), b"<b/>", 1)
    operations.reviewing.approve(second, key)
    with pytest.raises(Conflict):
        operations.reviewing.approve(second, key)
    assert all(passed.open for passed in gates.ask(first, queries.drafts.draft(first, key)) if passed.name == "review")


def test_nothing_is_frozen_under_the_hands_of_a_colleague(first: Actor, second: Actor) -> None:
    key = building.draft()
    file = only_file(first, key)
    operations.locking.lock(second, file)
    with pytest.raises(Invalid):
        operations.reviewing.submit(first, key)
    operations.locking.release(second, file)
    operations.reviewing.submit(first, key)
    operations.drafts.save_aside(second, file, b"<late/>")
    operations.locking.release(second, file)
    assert queries.drafts.history(first, file)[0].applied is False
    assert queries.drafts.content(first, file) == building.process()


def test_who_has_changed_a_file_cannot_approve(first: Actor, second: Actor) -> None:
    key = building.draft()
    file = only_file(second, key)
    operations.drafts.save(second, file, building.process(name="Другое"), 1)
    operations.locking.release(second, file)
    operations.reviewing.submit(first, key)
    with pytest.raises(Forbidden):
        operations.reviewing.approve(second, key)


def test_what_came_back_is_changed_again(first: Actor, second: Actor) -> None:
    key = building.draft()
    operations.reviewing.submit(first, key)
    with pytest.raises(Invalid):
        operations.reviewing.return_(second, key, " ")
    operations.reviewing.return_(second, key, "Нет срока")
    assert queries.comments.comments(first, key)[0].text == "Нет срока"
    assert operations.drafts.save(first, only_file(first, key), b"<b/>", 1) == 2


def test_a_draft_opens_from_what_is_deployed(first: Actor) -> None:
    engine.deploy(first, [Resource("probe.bpmn", building.process()), Resource("probe.form", building.form())])
    key = operations.drafts.open_from(first, "process", "probe")
    assert queries.drafts.resources(first, key) == [Resource("probe.bpmn", building.process())]
    assert not queries.drafts.draft(first, key).files[0].is_new
    with pytest.raises(NotFound):
        operations.drafts.open_from(first, "process", "no-such")


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"x"), ("../a.bpmn", b"x"), ("a.bpmn", b"x" * 2_100_000), ("PROBE.bpmn", b"x")]
)
def test_what_a_draft_cannot_hold_is_refused(first: Actor, name: str, content: bytes) -> None:
    key = building.draft()
    with pytest.raises(Invalid):
        operations.drafts.add_file(first, key, name, content)
    assert len(queries.drafts.draft(first, key).files) == 1


@pytest.mark.parametrize(("login", "error"), [("teacher", NotFound), ("auditor", Forbidden)])
def test_others_change_nothing(login: str, error: type[Exception]) -> None:
    key = building.draft()
    with pytest.raises(error):
        operations.drafts.rename(actor_for(login), key, "Моё")


def test_what_was_put_aside_is_taken_up_again_or_goes_in_the_end(first: Actor, second: Actor) -> None:
    kept, old, open_ = building.draft(), building.draft(), building.draft()
    operations.commenting.comment(first, old, "Не нужно", file_key=only_file(first, old), element_id="start")
    for key in (kept, old):
        operations.reviewing.abandon(first, key)
    with pytest.raises(Conflict):
        operations.drafts.save(first, only_file(first, old), b"<a/>", 1)
    operations.reviewing.resume(second, kept)
    later = clock.move(timedelta(days=181))
    assert abandoned_drafts(later, 500) == 1
    with pytest.raises(NotFound):
        queries.drafts.draft(first, old)
    assert {draft.key for draft in queries.drafts.drafts(first)} == {kept, open_}


def test_the_list_of_what_has_ended_has_an_end(first: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.drafts, "MOST_ENDED", 1)
    older, newer = building.draft(), building.draft()
    for key in (older, newer):
        operations.reviewing.abandon(first, key)
        clock.move(timedelta(minutes=1))
    assert [draft.key for draft in queries.drafts.drafts(first, ended=True)] == [newer]
