"""Many people and one queue: claim, release, hand on, substitutes, sheets."""

from __future__ import annotations

from datetime import date

import pytest

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.inbox import work
from tests.web.browsing import Browser
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")


def _agreed(browse: Open, teacher: str = "teacher", head: str = "school_head") -> Browser:
    """A request that waits for the methodists."""
    author, chief = browse(teacher), browse(head)
    work.asked(author)
    answer = work.complete(chief, work.task(chief, "Согласовать заявку"), "approve", password="demo")
    assert answer.status_code == 303, answer.text
    return author


def test_one_takes_a_task_and_the_other_is_told_who_has_it(browse: Open) -> None:
    """BPM-04."""
    _agreed(browse)
    first, second = browse("iro_methodist"), browse("iro_methodist2")
    key = work.task(first, "Дать консультацию")
    assert work.task(second, "Дать консультацию") == key
    second.get(f"/tasks/{key}")
    assert first.post(f"/tasks/{key}/claim").status_code == 303
    refused = second.post(f"/tasks/{key}/claim")
    assert refused.status_code == 409
    assert "Воронова Татьяна Юрьевна" in work.main_of(refused)
    assert work.tasks(second) == {}
    assert work.complete(second, key, "done", **{"f.summary": "x"}).status_code == 403
    assert first.post(f"/tasks/{key}/release").status_code == 303
    assert second.post(f"/tasks/{key}/claim").status_code == 303
    assert work.tasks(first) == {}


def test_only_the_holder_gives_a_task_back(browse: Open) -> None:
    _agreed(browse)
    first, second = browse("iro_methodist"), browse("iro_methodist2")
    key = work.task(first, "Дать консультацию")
    first.post(f"/tasks/{key}/claim")
    assert second.post(f"/tasks/{key}/release").status_code == 403
    assert list(work.tasks(first)) == [key]


def test_a_task_is_handed_on_with_a_word_why(browse: Open) -> None:
    _agreed(browse)
    first, second = browse("iro_methodist"), browse("iro_methodist2")
    key = work.task(first, "Дать консультацию")
    page = first.get(f"/tasks/{key}/hand-on")
    assert "Белов Роман Олегович, методист по русскому языку" in page.text
    refused = first.post(f"/tasks/{key}/hand-on", login="iro_methodist2")
    assert refused.status_code == 422
    assert first.post(f"/tasks/{key}/hand-on", login="nobody", comment="ваша тема").status_code == 422
    assert first.post(f"/tasks/{key}/hand-on", login="iro_methodist2", comment="ваша тема").status_code == 303
    assert work.tasks(first) == {}
    assert list(work.tasks(second)) == [key]


def test_a_head_hands_no_signature_on(browse: Open) -> None:
    work.asked(browse("teacher"))
    head = browse("school_head")
    key = work.task(head, "Согласовать заявку")
    head.get(f"/tasks/{key}/hand-on")
    assert head.post(f"/tasks/{key}/hand-on", login="deputy_head", comment="подпишите").status_code == 403


def _substitute(absent: str, deputy: str, *, acting_head: bool = False) -> None:
    with db.unit_of_work():
        people.set_substitution(
            PLATFORM, absent, deputy, date(2026, 4, 1), date(2026, 4, 30), acting_head=acting_head, reason="отпуск"
        )


def test_a_substitute_gets_the_tasks_and_both_names_stay(browse: Open) -> None:
    """BPM-09, a task without a head's signature."""
    _agreed(browse)
    _substitute("iro_methodist2", "editor")
    editor = browse("editor")
    key = work.task(editor, "Дать консультацию")
    page = editor.get(f"/tasks/{key}")
    assert "Вы действуете за: Белов Роман Олегович" in work.main_of(page)
    answer = work.complete(editor, key, "done", on_behalf_of="iro_methodist2", **{"f.summary": "Посоветовано"})
    assert answer.status_code == 303, answer.text
    done = work.main_of(editor.get(f"/tasks/{key}"))
    assert "Рябова Анна Константиновна за: Белов Роман Олегович" in done


def test_a_head_is_signed_for_by_an_acting_head_only(browse: Open) -> None:
    """BPM-09: the signature of a head."""
    work.asked(browse("teacher"))
    _substitute("school_head", "deputy_head")
    deputy = browse("deputy_head")
    key = work.task(deputy, "Согласовать заявку")
    assert 'name="outcome"' not in deputy.get(f"/tasks/{key}").text
    assert work.complete(deputy, key, "approve", password="demo").status_code == 403
    with db.unit_of_work():
        row = people.set_substitution(
            PLATFORM,
            "school_head",
            "deputy_head",
            date(2026, 4, 1),
            date(2026, 4, 30),
            acting_head=True,
            reason="и. о.",
        )
        assert row.acting_head
    deputy = browse("deputy_head")
    assert work.complete(deputy, key, "approve", password="demo").status_code == 303
    history = work.main_of(browse("auditor").get(f"/audit/{work.process_of(deputy, key)}"))
    assert "Баранова Елена Ильинична за: Соколова Мария Александровна" in history


def test_nobody_reviews_their_own_work(browse: Open) -> None:
    head = browse("school_head")
    work.asked(head)
    key = work.task(head, "Согласовать заявку")
    assert 'name="outcome"' not in head.get(f"/tasks/{key}").text
    assert work.complete(head, key, "approve", password="demo").status_code == 403


def test_like_tasks_are_done_in_one_sheet_and_a_refused_row_leaves_the_others(browse: Open) -> None:
    for teacher, head in (("teacher", "school_head"), ("teacher2", "school_head2"), ("teacher3", "school_head3")):
        _agreed(browse, teacher, head)
    methodist = browse("iro_methodist")
    keys = sorted(work.tasks(methodist))
    assert len(keys) == 3
    page = methodist.get(f"/tasks/sheet/{keys[0]}")
    assert page.text.count('name="task"') == 3
    form = {"task": [str(key) for key in keys], "f.summary": "Посоветовано всем"}
    form |= {f"outcome-{keys[0]}": "done", f"outcome-{keys[1]}": "return", f"outcome-{keys[2]}": "done"}
    answer = methodist.post(f"/tasks/sheet/{keys[0]}", **form)
    assert answer.status_code == 422
    assert list(work.tasks(methodist)) == [keys[1]], "the row without its comment stays, the others are done"
    answer = methodist.post(
        f"/tasks/sheet/{keys[1]}",
        **{"task": str(keys[1]), "f.summary": "x", f"outcome-{keys[1]}": "return", f"comment-{keys[1]}": "Уточните"},
    )
    assert answer.status_code == 303
    assert work.tasks(methodist) == {}


def test_a_sheet_demands_a_ticked_row_and_exists_for_bulk_tasks_only(browse: Open) -> None:
    teacher = _agreed(browse)
    methodist = browse("iro_methodist")
    key = work.task(methodist, "Дать консультацию")
    methodist.get(f"/tasks/sheet/{key}")
    answer = methodist.post(f"/tasks/sheet/{key}", **{"f.summary": "x"})
    assert answer.status_code == 422
    assert "Отметьте хотя бы одну строку" in answer.text
    assert "x" in answer.text
    own = work.start(teacher).location
    assert teacher.get(own.replace("/tasks/", "/tasks/sheet/")).status_code == 404
