"""Two designers, or two tabs of one, at the same moment: everything is really committed here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.designer import operations, queries
from app.designer.views import FileView
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.queries import actor_for
from tests.agreements.test_together import alone, committed_region  # noqa: F401
from tests.inbox.test_together import together

from . import building

pytestmark = pytest.mark.usefixtures("committed_region")


@pytest.fixture
def draft(committed_region: None) -> int:  # noqa: F811 - the fixture
    """A draft of the first designer with one file."""
    with db.unit_of_work():
        return building.draft()


def people() -> tuple[Actor, Actor]:
    """Both designers."""
    with db.unit_of_work():
        return actor_for("designer"), actor_for("designer2")


def file_of(draft: int) -> FileView:
    """The only file of a draft as it stands now."""
    with db.unit_of_work():
        return queries.drafts.draft(actor_for("designer"), draft).files[0]


def test_of_two_saves_of_one_revision_one_is_stale(app: Flask, draft: int) -> None:
    first, _second = people()
    key = file_of(draft).key

    def save(content: bytes) -> Callable[[], object]:
        return lambda: operations.drafts.save(first, key, content, 1)

    assert sorted(together(alone(app, save(b"<a/>")), alone(app, save(b"<b/>")))) == ["Stale", "done"]
    assert file_of(draft).revision == 2


def test_of_two_who_take_a_file_one_holds_it(app: Flask, draft: int) -> None:
    key, held = file_of(draft).key, []

    def take(actor: Actor) -> Callable[[], object]:
        return lambda: held.append((actor.login, operations.locking.lock(actor, key).held_by_me))

    together(*(alone(app, take(actor)) for actor in people()))
    assert [login for login, mine in held if mine] == [file_of(draft).holder]


def test_a_draft_is_approved_once(app: Flask, draft: int) -> None:
    first, second = people()
    with db.unit_of_work():
        operations.reviewing.submit(first, draft)
    approve = alone(app, lambda: operations.reviewing.approve(second, draft))
    assert sorted(together(approve, approve)) == ["Conflict", "done"]


def test_what_is_frozen_is_what_was_saved(app: Flask, draft: int) -> None:
    first, _second = people()
    key = file_of(draft).key
    save = alone(app, lambda: operations.drafts.save(first, key, b"<a/>", 1))
    submit = alone(app, lambda: operations.reviewing.submit(first, draft))
    saved, submitted = together(save, submit)
    assert submitted == "done"
    assert file_of(draft).revision == {"done": 2, "Conflict": 1}[saved]


def approved(writer: Actor, judge: Actor, name: str) -> int:
    """A draft of the process `probe` under another name, ready to be published."""
    with db.unit_of_work():
        key = building.draft(writer.login, content=building.process(name=name))
        operations.scenarios.explain(writer, key, "probe", "Пуст")
        operations.reviewing.submit(writer, key)
        operations.reviewing.approve(judge, key)
        return key


def test_of_two_versions_of_one_process_one_is_published_and_the_other_compared_first(app: Flask) -> None:
    first, second = people()
    drafts = [approved(first, second, "Проба А"), approved(second, first, "Проба Б")]

    def publish(actor: Actor, key: int) -> Callable[[], object]:
        return alone(app, lambda: operations.publishing.publish(actor, key, "Название"))

    acts = [publish(actor, key) for actor, key in zip((first, second), drafts, strict=True)]
    assert sorted(together(*acts)) == ["Invalid", "done"]
    with db.unit_of_work():
        assert len(queries.versions.published(first, "process", "probe")) == 1
        stages = [queries.drafts.draft(first, key).stage for key in drafts]
    assert sorted(stages) == ["published", "test"]


def test_a_draft_is_published_once(app: Flask) -> None:
    first, second = people()
    key = approved(first, second, "Проба")
    publish = alone(app, lambda: operations.publishing.publish(first, key, "Название"))
    assert sorted(together(publish, publish)) == ["Conflict", "done"]
