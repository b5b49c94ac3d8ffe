"""Training at outside providers: quotas handed on, the provider's weekly file, totals, and the service types."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app.courses.operations import external
from app.courses.rules import external as rules
from app.courses.rules import status_file
from app.documents.models import Record
from app.files import operations as files
from app.files.queries import reference
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid
from tests.courses.calling import call
from tests.courses.world import make_world

FACTS = {
    "provider": "ЦРГОП и ИТ",
    "programme_title": "Качество",
    "hours": 112,
    "start": "2026-04-20",
    "end": "2026-05-20",
}
COURSE = {"external_id": "x1", **FACTS}


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


def excel(*rows: tuple[Any, ...], title: str = "Статусы") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(municipality: str, *logins: str, more: int = 0) -> dict[str, Any]:
    """A municipality sends listeners."""
    rows = [{"listener": login} for login in logins]
    facts = {**COURSE, "municipality_id": municipality, "listeners": rows, "more": more, "actor": "iro_coordinator"}
    found: dict[str, Any] = call("external.enrol", facts)["sent"]
    return found


def upload(*rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """A weekly file in the store, as a file picker names it."""
    content = excel(("Логин", "Ф.И.О.", "Статус"), *rows)
    return [reference(files.store_file(PLATFORM, "статусы.xlsx", BytesIO(content), extensions=("xlsx",)))]


def statuses() -> dict[str, str]:
    """Status by login."""
    return {str(row.owner): row.data["status"] for row in external.listeners("x1")}


def test_totals_are_those_of_kemerovo() -> None:
    found = rules.totals(["аттестован"] * 862 + ["не аттестован"] * 106, 942)
    assert (found.listeners, found.attested, found.plan, found.short) == (968, 862, 942, True)
    assert found.of_listeners == pytest.approx(89.0496, abs=1e-4)
    assert found.of_plan == pytest.approx(91.5074, abs=1e-4)
    empty = rules.totals([], 0)
    assert (empty.of_listeners, empty.of_plan, empty.short) == (None, None, False)


@pytest.mark.parametrize(
    ("quotas", "sent", "wishes", "further"),
    [
        ({"a": 3, "b": 1}, {"a": 1, "b": 1}, {"b": 5}, {"b": 2}),
        ({"a": 3, "b": 1, "c": 1}, {"a": 0, "b": 1, "c": 1}, {"b": 1, "c": 9}, {"b": 1, "c": 2}),
        ({"a": 3, "b": 1}, {"a": 1, "b": 1}, {}, {}),
        ({"a": 3, "b": 1}, {"a": 3, "b": 1}, {"b": 5}, {}),
        ({"a": 3, "b": 1}, {"a": 1, "b": 3}, {"b": 5}, {}),
        ({"a": 3}, {"a": 1}, {"a": 5}, {}),
    ],
    ids=["one", "in turn", "nobody asks", "nothing left", "taken already", "own places first"],
)
def test_empty_places_are_handed_on(
    quotas: dict[str, int], sent: dict[str, int], wishes: dict[str, int], further: dict[str, int]
) -> None:
    assert rules.redistribute(quotas, sent, wishes) == further


@pytest.mark.parametrize(("said", "meant"), [("Не приступил", "зачислен"), (" ВЫБЫЛ ", "выбыл"), ("учится", None)])
def test_a_status_is_known_by_its_words(said: str, meant: str | None) -> None:
    assert rules.status(said) == meant


def test_a_file_says_which_row_is_wrong() -> None:
    reading = status_file.read(
        excel(
            ("Отчёт организации",),
            ("Ф.И.О.", "Логин", "Статус"),
            ("Иванова", "teacher", "обучается"),
            ("Петрова", "", "учится"),
            ("", "", "обучается"),
            (None, None, None),
            ("Сидоров", "", "выбыл"),
        ),
        "неделя.xlsx",
    )
    assert [(row.row, row.login or row.name, row.status) for row in reading.rows] == [
        (3, "teacher", "обучается"),
        (7, "Сидоров", "выбыл"),
    ]
    assert [(each.sheet, each.row, each.column) for each in reading.problems] == [
        ("Статусы", 4, "C"),
        ("Статусы", 5, "B"),
    ]


@pytest.mark.parametrize(
    ("content", "name"), [(b"text", "a.txt"), (b"PK broken", "a.xlsx"), (excel(("Логин", "Баллы")), "a.xlsx")]
)
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        status_file.read(content, name)
    assert "file" in refused.value.errors


def test_quotas_make_the_plan(world: Session) -> None:
    quotas = [{"municipality": "lebedyan", "quota": 3}, {"municipality": "gryazi", "quota": 1}]
    card = {**FACTS, "form": "очная", "plan": 4, "quotas": quotas}
    opened = call("external.open", {"card": card}, instance=7)
    assert (opened["external_id"], opened["plan"]) == ("x7", 4)
    assert opened["quotas"][0] == {"municipality_id": "lebedyan", "name": "lebedyan", "quota": 3}
    with pytest.raises(Invalid):
        call("external.open", {"card": {**card, "plan": 5}})
    with pytest.raises(Invalid):
        call("external.open", {"card": {**card, "quotas": [quotas[0], {**quotas[0], "quota": 1}]}})


def test_nobody_is_listed_twice_nor_by_a_strange_municipality(world: Session) -> None:
    assert send("lebedyan", "teacher", "teacher3") == {"municipality_id": "lebedyan", "count": 2, "more": 0}
    for wrong in (("lebedyan", "teacher"), ("gryazi", "teacher2", "teacher2"), ("lebedyan", "teacher2")):
        with pytest.raises(Invalid) as refused:
            send(*wrong)
        assert "listeners" in refused.value.errors
    assert set(statuses()) == {"teacher", "teacher3"}


def test_a_week_is_looked_into_first_and_taken_once(world: Session) -> None:
    send("lebedyan", "teacher", "teacher3")
    file = upload(
        ("teacher", "", "обучается"), ("teacher3", "", "учится"), ("stranger", "", "выбыл"), ("teacher", "", "выбыл")
    )
    looked = call("external.read", {**COURSE, "file": file})
    assert (looked["change_count"], looked["problem_count"]) == (1, 3)
    assert [(each["row"], each["column"]) for each in looked["problems"]] == [(3, "C"), (4, "A"), (5, "A")]
    assert statuses() == {"teacher": "зачислен", "teacher3": "зачислен"}, "nothing was changed by looking"
    assert call("external.take", {**COURSE, "file": file})["taken_count"] == 1
    assert call("external.take", {**COURSE, "file": file})["taken_count"] == 0, "the same file changes nothing"
    assert statuses() == {"teacher": "обучается", "teacher3": "зачислен"}
    assert db.session.query(Record).filter_by(kind=external.KIND, owner="teacher").count() == 2
    assert call("external.not-started", COURSE)["idle"] == [
        {"school_id": "lebedyan-2", "people": [{"listener": "teacher3", "name": "Teacher3 Имя"}]}
    ]


def test_a_dropout_is_replaced_in_the_first_week_only(world: Session) -> None:
    send("lebedyan", "teacher", "teacher3")
    file = upload(("teacher", "", "выбыл"), ("teacher3", "", "обучается"))
    taken = call("external.take", {**COURSE, "file": file, "start": "2026-04-06"})
    assert taken["dropouts"] == [
        {"municipality_id": "lebedyan", "people": [{"listener": "teacher", "name": "Teacher Имя"}]}
    ]
    assert call("external.take", {**COURSE, "file": file, "start": "2026-03-01"})["dropouts"] == []
    swap = {**COURSE, "start": "2026-04-06", "replacements": [{"listener": "teacher", "new": "deputy_head"}]}
    call("external.replace", {**swap, "start": "2026-03-01"})
    assert "deputy_head" not in statuses()
    call("external.replace", swap)
    assert statuses()["deputy_head"] == "зачислен"
    with pytest.raises(Invalid):
        call("external.replace", {**swap, "replacements": [{"listener": "teacher", "new": "school_head"}]})
    assert call("external.take", {**COURSE, "file": file, "start": "2026-04-06"})["dropouts"] == []


def test_totals_by_municipality(world: Session) -> None:
    send("lebedyan", "teacher", "teacher3")
    send("gryazi", "teacher2")
    call("external.take", {**COURSE, "file": upload(("teacher", "", "аттестован"), ("teacher2", "", "не аттестован"))})
    quotas = [{"municipality_id": "lebedyan", "name": "Лебедянь", "quota": 2}]
    quotas.append({"municipality_id": "gryazi", "name": "Грязи", "quota": 1})
    found = call("external.totals", {**COURSE, "quotas": quotas, "plan": 3})
    assert (found["totals"]["of_listeners_text"], found["short"]) == ("33,33 %", True)
    assert [(row["name"], row["listeners"], row["attested"]) for row in found["table"]] == [
        ("Лебедянь", 2, 1),
        ("Грязи", 1, 0),
    ]
    assert [(row["municipality_id"], row["people"]) for row in found["not_attested"]] == [
        ("lebedyan", ["Teacher3 Имя"]),
        ("gryazi", ["Teacher2 Имя"]),
    ]


def test_the_list_is_the_template_of_the_weekly_file(world: Session) -> None:
    send("lebedyan", "teacher")
    exported = call("external.export", COURSE)
    assert exported["listeners_count"] == 1
    looked = call("external.read", {**COURSE, "file": exported["list_file"]})
    assert (looked["unchanged_count"], looked["problem_count"]) == (1, 0)


def test_a_head_records_training_of_the_own_school(world: Session) -> None:
    row = {"listener": "teacher", "provider": "Центр", "programme_title": "Тайм-менеджмент", "hours": 16}
    row |= {"status": "аттестован", "quality_related": "нет"}
    done = call("external.record-training", {"trainings": [row], "school_id": "lebedyan-1", "actor": "school_head"})
    record = db.session.query(Record).filter_by(id=int(done["record_ids"][0])).one()
    assert (record.owner, record.data["quality_related"], record.created_by) == ("teacher", "нет", "school_head")
    with pytest.raises(Invalid):
        call("external.record-training", {"trainings": [{**row, "listener": "teacher2"}], "school_id": "lebedyan-1"})
