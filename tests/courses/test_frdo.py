"""Columns of the export for the federal register: set on a page, kept in versions, used by the next export."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.courses.models import Course, FrdoLayout
from app.courses.operations import frdo
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.people import queries as people
from tests.courses.test_pages import course  # noqa: F401
from tests.documents.conftest import unit  # noqa: F401
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

CHOSEN = [
    frdo.FrdoColumn("Рег. №", "number"),
    frdo.FrdoColumn("Вид", frdo.CONSTANT, "ПК"),
    frdo.FrdoColumn("СНИЛС", "empty"),
]


def test_until_somebody_sets_columns_they_are_those_of_the_program(unit: None) -> None:  # noqa: F811
    assert frdo.layout() == (0, frdo.DEFAULT)
    assert [column.label for column in frdo.columns()][:3] == ["Вид документа", "Статус документа", "Серия бланка"]
    assert frdo.empty_columns() == ["Дата рождения", "Пол", "СНИЛС", "Серия диплома", "Фамилия в дипломе"]


def test_columns_are_kept_in_versions_and_two_people_do_not_overwrite_each_other(unit: None) -> None:  # noqa: F811
    coordinator = people.actor_for("iro_coordinator")
    frdo.set_layout(coordinator, 0, CHOSEN)
    assert frdo.layout() == (1, tuple(CHOSEN))
    with pytest.raises(Conflict):
        frdo.set_layout(people.actor_for("admin"), 0, frdo.DEFAULT)
    frdo.set_layout(people.actor_for("admin"), 1, frdo.DEFAULT)
    assert frdo.layout() == (2, frdo.DEFAULT)
    assert db.session.query(FrdoLayout).count() == 2
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text("UPDATE frdo_layout SET columns = '[]'"))
    with pytest.raises(Forbidden):
        frdo.set_layout(people.actor_for("course_leader"), 2, CHOSEN)


@pytest.mark.parametrize(("wrong", "place"), [
    ([frdo.FrdoColumn("", "number")], "1"),
    ([frdo.FrdoColumn("x" * 121, "number")], "1"),
    ([CHOSEN[0], frdo.FrdoColumn("рег. №", "hours")], "2"),
    ([frdo.FrdoColumn("A", "password")], "1"),
    ([frdo.FrdoColumn("A", frdo.CONSTANT)], "1"),
    ([], ""),
    ([frdo.FrdoColumn(str(number), "number") for number in range(61)], ""),
])  # fmt: skip
def test_a_wrong_column_is_named_by_its_place(unit: None, wrong: list[frdo.FrdoColumn], place: str) -> None:  # noqa: F811
    with pytest.raises(Invalid) as refused:
        frdo.set_layout(people.actor_for("iro_coordinator"), 0, wrong)
    assert not place or place in refused.value.errors
    assert frdo.layout()[0] == 0


def test_the_export_has_the_columns_that_were_set_on_the_page(browse: Open, course: Course) -> None:  # noqa: F811
    coordinator = browse("iro_coordinator")
    assert "Регистрационный номер" in coordinator.get("/courses/frdo/columns").text
    rows = {
        "place": ["2", "1", "1,5", "4"],
        "title": ["Рег. №", "Вид", "Ф.И.О.", ""],
        "source": ["number", "constant", "full_name", ""],
        "value": ["", "=ПК", "", ""],
    }
    assert coordinator.post("/courses/frdo/columns", version="0", **rows).status_code == 303
    answer = coordinator.post(f"/courses/{course.code}/frdo.xlsx")
    table = list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert table[0] == ("Вид", "Ф.И.О.", "Рег. №")
    assert table[1] == ("=ПК", "Иванова Марина Петровна", "2026-00001")
    wrong = coordinator.post("/courses/frdo/columns", version="1", **{**rows, "value": ["", "", "", ""]})
    assert wrong.status_code == 422
    assert "Напишите текст" in wrong.text
    assert "Ф.И.О." in wrong.text
    assert coordinator.post("/courses/frdo/columns", version="0", **rows).status_code == 409
    assert coordinator.post("/courses/frdo/columns", version="1", reset="1", **rows).status_code == 303
    with db.unit_of_work():
        assert frdo.layout()[1] == frdo.DEFAULT
    assert browse("teacher").get("/courses/frdo/columns").status_code == 403
