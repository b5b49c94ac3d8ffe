"""Two people at once at one bank, on connections of their own: nothing is doubled, nobody's work is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.assessment.models import Item, ItemVersion
from app.assessment.operations import banks, importing
from app.assessment.rules import workbook
from app.assessment.rules.drafts import Draft
from app.assessment.rules.items import NUMERIC
from app.files import store
from app.kernel.db import db
from app.kernel.errors import Conflict
from tests.assessment.conftest import AUTHOR
from tests.assessment.drafts import EVERY_KIND

SUM = Draft("Числа", NUMERIC, "1", "Сколько будет 2+2?", value="4")


@pytest.fixture(autouse=True)
def bank(app: Flask, committed: None, tmp_path: Path) -> None:
    store.use(tmp_path)
    with db.unit_of_work():
        banks.create_bank(AUTHOR, "МАТ", "математика", "Математика")


def _together(*calls: Callable[[], object]) -> list[str]:
    """Run calls at the same instant, each in a unit of work of its own; how each ended."""
    gate = Barrier(len(calls))

    def one(call: Callable[[], object]) -> str:
        gate.wait(30)
        try:
            with db.unit_of_work():
                call()
        except Conflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(one, calls))


def _count(table: type[Item] | type[ItemVersion]) -> int:
    with db.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_file_is_taken_once_by_two_people() -> None:
    with db.unit_of_work():
        key = importing.upload_items(AUTHOR, "МАТ", "a.xlsx", workbook.write(EVERY_KIND)).key
    take = partial(importing.take_items, AUTHOR, "МАТ", key)
    assert _together(take, take) == ["conflict", "done"]
    assert _count(Item) == _count(ItemVersion) == len(EVERY_KIND)


def test_two_copies_of_a_file_add_each_question_once() -> None:
    keys = []
    for name in ("a.xlsx", "b.xlsx"):
        with db.unit_of_work():
            keys.append(importing.upload_items(AUTHOR, "МАТ", name, workbook.write(EVERY_KIND)).key)
    assert _together(*(partial(importing.take_items, AUTHOR, "МАТ", key) for key in keys)) == ["done", "done"]
    assert _count(Item) == len(EVERY_KIND)


def test_two_new_questions_get_two_numbers() -> None:
    calls = (partial(banks.save_item, AUTHOR, "МАТ", replace(SUM, prompt=text)) for text in "абвг")
    assert _together(*calls) == ["done"] * 4
    with db.unit_of_work() as session:
        assert sorted(session.scalars(select(Item.code))) == ["0001", "0002", "0003", "0004"]


def test_of_two_changes_of_one_version_one_is_kept() -> None:
    with db.unit_of_work():
        banks.save_item(AUTHOR, "МАТ", SUM)
    calls = (
        partial(banks.save_item, AUTHOR, "МАТ", replace(SUM, value=value), item_code="0001", version=1)
        for value in "56"
    )
    assert _together(*calls) == ["conflict", "done"]
    assert _count(ItemVersion) == 2
