"""The e-test at the pages: journal, extension, annulment, answers, the API; two people and two devices."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta

from app.assessment.operations import attempts
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people

from . import acts
from .task import PASSWORD
from .ways import e_test
from .world import World

__all__ = ["e_test"]
IVANOVA = "Иванова Марина Петровна"
JOURNAL = f"/courses/{acts.COURSE}/test"
ENTRY = acts.TESTS[0]


def journal(world: World, login: str = acts.LEADER) -> dict[str, dict[str, str]]:
    """The newest row of each listener."""
    rows = world[login].get(JOURNAL).table("Окно до")
    return {name: row for row in rows for name in [" ".join(row["Фамилия, имя, отчество"].split()[:3])]}


def test_the_journal_shows_who_is_where(e_test: World) -> None:
    acts.take_test(e_test, "teacher", 96)
    acts.take_test(e_test, "teacher2", 30, finish=False)
    rows = journal(e_test)
    assert (rows[IVANOVA]["Статус"], rows[IVANOVA]["%"], rows[IVANOVA]["Баллы"]) == ("завершён", "96,0", "96 / 100")
    second = rows["Кузнецов Алексей Дмитриевич"]
    assert (second["Статус"], second["Ответы"].endswith("/ 16"), second["Баллы"]) == ("идёт", True, "—")
    for stranger, status in (("auditor", 200), ("school_head", 404), ("teacher", 404), ("iro_head", 404)):
        assert e_test[stranger].get(JOURNAL).status == status, stranger
    assert "Продлить" not in e_test["auditor"].get(JOURNAL).buttons

    answers = e_test[acts.LEADER].get(JOURNAL).follow("Ответы")
    assert "Верно" in answers.text
    own = e_test["teacher"].get(answers.path)
    assert (own.status, "Верно" in own.text) == (200, False), "her own answers, without the key"
    for stranger in ("teacher2", "school_head", "iro_methodist", "cmoko_attestation"):
        assert e_test[stranger].get(answers.path).status == 404, stranger


def test_a_longer_window_for_one_is_recorded_and_counts(e_test: World) -> None:
    form = e_test[acts.LEADER].get(JOURNAL).form("until")
    for name, value in {"kind": "входной", "teacher": "teacher", "until": "2026-04-18T20:00"}.items():
        form.enter(name, value)
    refused = form.press("Продлить")
    assert refused.status == 422, "a reason is demanded"
    form.enter("reason", "Не было связи")
    done = form.press("Продлить")
    assert "Продлено 1 окно." in done.said
    assert "продлено: Не было связи" in journal(e_test)[IVANOVA]["Окно до"]
    e_test.wait(date(2026, 4, 17))
    assert ENTRY in e_test["teacher"].names(), "her window is open still"
    assert ENTRY not in e_test["teacher2"].names()
    acts.take_test(e_test, "teacher", 95)
    assert journal(e_test)[IVANOVA]["%"] == "95,0"


def test_an_annulled_result_opens_one_new_window(e_test: World) -> None:
    acts.take_test(e_test, "teacher", 100)
    page = e_test[acts.LEADER].get(JOURNAL).follow("Аннулировать")
    form = page.form("reason")
    assert form.press("Аннулировать результат").status == 422
    form.enter("reason", "Отвечал другой человек")
    done = form.press("Аннулировать результат")
    assert "Открыто новое окно" in done.said
    e_test.settle()
    assert ENTRY in e_test["teacher"].names()
    acts.take_test(e_test, "teacher", 70)
    assert journal(e_test)[IVANOVA]["%"] == "70,0"
    acts.diagnose(e_test, "teacher")
    assert "Разработать план повышения предметной компетентности" in e_test["teacher"].names()
    again = e_test[acts.LEADER].get(f"{JOURNAL}/teacher/annul/входной").form("reason")
    again.enter("reason", "Поздно")
    assert again.press("Аннулировать результат").status == 422, "the learning goes on by it already"


def test_the_time_limit_ends_a_test_that_was_left(e_test: World) -> None:
    acts.take_test(e_test, "teacher", 96, finish=False)
    e_test.wait(timedelta(minutes=61))
    assert journal(e_test)[IVANOVA]["Статус"] == "завершён"
    acts.diagnose(e_test, "teacher")
    window = e_test["teacher"].get(f"/courses/{acts.COURSE}/listeners/teacher")
    assert "96" in window.text


def test_without_scripts_the_form_keeps_the_answers(e_test: World) -> None:
    page = acts.take_test(e_test, "teacher", 0, finish=False)
    (name, *_) = page.root.xpath("//fieldset[@data-kind='numeric']//input/@name")
    form = page.form("/finish")
    form.enter(name, "42")
    kept = form.press("Сохранить ответы")
    assert "Ваши ответы сохранены." in kept.said
    assert kept.form("/finish").entries[name] == "42"
    older = form.press("Сохранить ответы")
    assert "Ответы, данные позже в другом окне, остались." in older.said
    again = page.form("/finish")
    again.entries[name] = "0"
    assert again.press("Сохранить ответы").form("/finish").entries[name] == "42", "an older window overwrites nothing"
    assert "42" not in e_test["teacher2"].get(page.path).text


def test_two_ends_at_once_give_one_result(e_test: World) -> None:
    page = acts.take_test(e_test, "teacher", 96, finish=False)
    window = int(page.path.rpartition("/")[2])

    def act(do: Callable[[Actor], object]) -> object:
        with e_test.app.app_context(), db.unit_of_work():
            return do(people.actor_for("teacher"))

    def save(actor: Actor) -> object:
        with suppress(attempts.Over, attempts.Elsewhere):
            attempts.save_response(actor, window, "another", 1, 99, ["x"], {})
        return None

    ends: list[Callable[[Actor], object]] = [lambda actor: attempts.finish(actor, window).points] * 3
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(act, [*ends, save, save, save]))
    assert found[:3] == [96, 96, 96]
    e_test.settle()
    assert e_test["admin"].get("/incidents").tables() == []
    assert journal(e_test)[IVANOVA]["Баллы"] == "96 / 100"
    assert [name for name in e_test[acts.LEADER].names() if "Диагностика" in name] == [
        "Диагностика методической компетентности"
    ]


def put(world: World, login: str, name: str, **body: str) -> tuple[int, object]:
    """Send a result over the API as an outside system does."""
    credentials = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
    answer = world.app.test_client().put(
        f"/api/v1/courses/{acts.COURSE}/test-results/{name}",
        json=body,
        headers={"Authorization": f"Basic {credentials}"},
    )
    return answer.status_code, answer.get_json()


def test_an_outside_system_sends_a_result_once(e_test: World) -> None:
    result = {"listener": "teacher", "kind": "entry", "points": "94.96", "maximum": "100"}
    assert put(e_test, "school_head", "A-1", **result)[0] == 404
    assert put(e_test, "auditor", "A-1", **result)[0] == 403
    assert put(e_test, acts.LEADER, "A" * 201, **result)[0] == 400, "never cut: two would become one"
    assert put(e_test, acts.LEADER, "A-1", **{**result, "points": "104"})[0] in (400, 422)
    assert put(e_test, acts.LEADER, "A-1", **{**result, "listener": "nobody"})[0] == 404
    assert put(e_test, acts.LEADER, "A-1", **result) == (200, {"recorded": True})
    assert put(e_test, "admin", "A-1", **result) == (200, {"recorded": False})
    assert put(e_test, acts.LEADER, "A-1", **{**result, "points": "95"})[0] == 409
    assert put(e_test, acts.LEADER, "A-2", **result)[0] == 409, "one attempt per window"
    e_test.settle()
    assert ENTRY not in e_test["teacher"].names()
    rows = e_test[acts.LEADER].get(f"/courses/{acts.COURSE}/results").table("Уровень")
    (row,) = [row for row in rows if row["Фамилия, имя, отчество"] == IVANOVA]
    assert (row["Вход, %"], row["Уровень"]) == ("94,9", "неудовлетворительный")
