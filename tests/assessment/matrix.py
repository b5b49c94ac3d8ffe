"""Who may open what of the e-tests: banks for the institute's staff, tests for their listeners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.assessment.models import ItemBank, TestSpecification
from app.assessment.operations import banks, importing
from app.assessment.rules import workbook
from app.assessment.rules.items import SINGLE
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.people import queries as people
from tests.assessment import building
from tests.assessment.drafts import EVERY_KIND
from tests.web.matrix import FOREIGN, HIDDEN, OWN, Row, World, roles

AUTHORS = "iro_coordinator iro_methodist programme_developer"
READERS = "course_leader auditor"
READ = roles(HIDDEN, yes=f"{AUTHORS} {READERS}")
EDIT = roles(HIDDEN, yes=AUTHORS, no=READERS)
ELSEWHERE = roles(HIDDEN, yes="auditor")
NOT_THERE = roles(HIDDEN, no="auditor")


def build(world: World) -> None:
    """A bank of the institute, and one of another organisation, each with an item, a test and an uploaded file."""
    for scope, organisation in ((OWN, "iro"), (FOREIGN, "resurs")):
        code = f"MATRIX-{organisation}"
        bank = ItemBank(key=next_key(), code=code, subject="физика", title="Физика", organisation=organisation)
        bank.created_at, bank.created_by = clock.now(), "iro_methodist"
        db.session.add(bank)
        db.session.flush()
        item = banks.save_item(PLATFORM, code, EVERY_KIND[0])
        run = importing.upload_items(PLATFORM, code, "file.xlsx", workbook.write(EVERY_KIND[1:2]))
        test = TestSpecification(
            key=next_key(), code=f"{code}-T", title="Тест", bank_key=bank.key, quotas=[{"topic": "Числа", "count": 1}]
        )
        test.created_at, test.created_by = clock.now(), "iro_methodist"
        db.session.add(test)
        db.session.flush()
        name = "bank" if scope == OWN else f"bank {FOREIGN}"
        world[name] = {"code": code, "item": item.code, "import": run.key, "test": test.code}
    made = building.specification(code="MATRIX-SIT", subject="химия")
    for scope, login in ((OWN, "teacher"), (FOREIGN, "teacher2")):
        window = building.sitting(login, made, course="MATRIX")
        building.answered(people.actor_for(login), window.key, 96)
        world["window" if scope == OWN else f"window {FOREIGN}"] = window.key


def _code(world: World, scope: str) -> Mapping[str, Any]:
    return {"code": world.of("bank", scope)["code"]}


def _item(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "item": world.of("bank", scope)["item"]}


def _version(world: World, scope: str) -> Mapping[str, Any]:
    return {**_item(world, scope), "version": 1}


def _kind(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "kind": SINGLE}


def _test(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "test": world.of("bank", scope)["test"]}


def _import(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "key": world.of("bank", scope)["import"]}


def _form(world: World, scope: str) -> Mapping[str, Any]:
    return {**_code(world, scope), "form": "gift"}


BANKS = [
    Row("assessment.banks", own=READ),
    Row("assessment.new_bank", own=roles(HIDDEN, yes=AUTHORS, no=READERS)),
    Row("assessment.create_bank", "POST", own=roles(HIDDEN, yes=AUTHORS, no=READERS)),
    Row("assessment.bank", own=READ, foreign=ELSEWHERE, at=_code),
    Row("assessment.bank_item", own=READ, foreign=ELSEWHERE, at=_item),
    Row("assessment.bank_item_version", own=READ, foreign=ELSEWHERE, at=_version),
    Row("assessment.new_bank_item", own=EDIT, foreign=NOT_THERE, at=_kind),
    Row("assessment.add_bank_item", "POST", own=EDIT, foreign=NOT_THERE, at=_kind),
    Row("assessment.edit_bank_item", own=EDIT, foreign=NOT_THERE, at=_item),
    Row("assessment.change_bank_item", "POST", own=EDIT, foreign=NOT_THERE, at=_item),
    Row("assessment.use_bank_item", "POST", own=EDIT, foreign=NOT_THERE, at=_item),
    Row("assessment.bank_tests", own=READ, foreign=ELSEWHERE, at=_code),
    Row("assessment.bank_test", own=READ, foreign=ELSEWHERE, at=_test),
    Row("assessment.new_bank_test", own=EDIT, foreign=NOT_THERE, at=_code),
    Row("assessment.create_bank_test", "POST", own=EDIT, foreign=NOT_THERE, at=_code),
    Row("assessment.edit_bank_test", own=EDIT, foreign=NOT_THERE, at=_test),
    Row("assessment.change_bank_test", "POST", own=EDIT, foreign=NOT_THERE, at=_test),
    Row("assessment.bank_import", own=EDIT, foreign=NOT_THERE, at=_code),
    Row("assessment.upload_bank_items", "POST", own=EDIT, foreign=NOT_THERE, at=_code),
    Row("assessment.bank_report", own=EDIT, foreign=NOT_THERE, at=_import),
    Row("assessment.take_bank_items", "POST", own=EDIT, foreign=NOT_THERE, at=_import),
    Row("assessment.bank_template", own=EDIT, foreign=NOT_THERE, at=_code),
    Row("assessment.bank_export", own=EDIT, foreign=NOT_THERE, at=_form),
]


def _window(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("window", scope)}


def _picture(world: World, scope: str) -> Mapping[str, Any]:
    return {"key": world.of("window", scope), "file": 1}


ONLY_LISTENER = roles(HIDDEN, yes="teacher")
NOBODY = roles(HIDDEN)

TAKING = [
    Row("assessment.take", own=ONLY_LISTENER, foreign=NOBODY, at=_window),
    Row("assessment.start", "POST", own=ONLY_LISTENER, foreign=NOBODY, at=_window),
    Row("assessment.here", "POST", own=ONLY_LISTENER, foreign=NOBODY, at=_window),
    Row(
        "assessment.answer",
        "POST",
        own=ONLY_LISTENER,
        foreign=NOBODY,
        at=_window,
        form=lambda world, scope: {"position": 1, "seq": 5, "v": "1"},
    ),
    Row("assessment.save", "POST", own=ONLY_LISTENER, foreign=NOBODY, at=_window),
    Row("assessment.finish", "POST", own=ONLY_LISTENER, foreign=NOBODY, at=_window),
    Row("assessment.picture", own=NOBODY, foreign=NOBODY, at=_picture),  # the item has none: 404 to everybody
]

ROWS = [*BANKS, *TAKING]
