"""Items change by versions that stay; tests hold no more than the bank; all is for the institute's staff only."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.assessment.models import ItemBank
from app.assessment.operations import banks, specifications
from app.assessment.operations.specifications import SpecificationDraft
from app.assessment.queries import banks as queries
from app.assessment.rules.drafts import Draft
from app.assessment.rules.drawing import Quota
from app.assessment.rules.items import NUMERIC, SINGLE, TEXT
from app.audit import queries as records
from app.kernel.actor import Actor, Assignment
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.assessment.conftest import AUTHOR, READER
from tests.assessment.drafts import EVERY_KIND

SUM = Draft("Числа", NUMERIC, "1", "Сколько будет $2+2$?", value="4")
TEACHER = Actor("teacher", "Иванова М. П.", assignments=(Assignment("teacher", "lebedyan-1", "school"),))
AUDITOR = Actor("auditor", "Носова Т. В.", assignments=(Assignment("auditor", "region"),))
ELSEWHERE = Actor("iro_methodist", "Чужой", assignments=(Assignment("iro_methodist", "other-iro"),))


def test_items_of_every_kind_are_kept_as_they_were_written(bank: ItemBank) -> None:
    for draft in EVERY_KIND:
        banks.save_item(AUTHOR, "МАТ", draft)
    found = {topic.title: topic.count for topic in queries.topics(bank.key)}
    assert found == {"Числа": 3, "Алгебра / группы": 2, "Методика": 2}
    assert queries.item(bank.key, "Ч-3").points == Decimal("2.5")


def test_a_change_is_a_new_version_and_the_old_one_stays(bank: ItemBank) -> None:
    item = banks.save_item(AUTHOR, "МАТ", SUM)
    assert (item.code, item.version) == ("0001", 1)
    banks.save_item(AUTHOR, "МАТ", replace(SUM, value="5"), item_code="0001", version=1)
    banks.retire_item(AUTHOR, "МАТ", "0001", retired=True)
    assert [(said.version, said.body["answer"]["value"]) for said in queries.versions(item.key)] == [
        (3, "5"), (2, "5"), (1, "4"),
    ]  # fmt: skip
    assert queries.topics(bank.key) == []
    banks.retire_item(AUTHOR, "МАТ", "0001", retired=False)
    assert [topic.count for topic in queries.topics(bank.key)] == [1]


def test_versions_are_frozen_by_the_database(bank: ItemBank, work: Session) -> None:
    item = banks.save_item(AUTHOR, "МАТ", SUM)
    for statement in ("UPDATE item_version SET topic = 'x'", "DELETE FROM item_version"):
        with pytest.raises(IntegrityError, match="frozen"), work.begin_nested():
            work.execute(text(f"{statement} WHERE item_key = {item.key}"))


def test_two_people_at_one_item_the_second_is_told(bank: ItemBank) -> None:
    banks.save_item(AUTHOR, "МАТ", SUM)
    banks.save_item(AUTHOR, "МАТ", replace(SUM, value="5"), item_code="0001", version=1)
    with pytest.raises(Conflict, match="Somebody else"):
        banks.save_item(AUTHOR, "МАТ", replace(SUM, value="6"), item_code="0001", version=1)
    assert queries.item(bank.key, "0001").body["answer"]["value"] == "5"


def test_the_same_item_is_not_kept_twice(bank: ItemBank) -> None:
    banks.save_item(AUTHOR, "МАТ", SUM)
    with pytest.raises(Conflict, match="0001"):
        banks.save_item(AUTHOR, "МАТ", replace(SUM, prompt="  Сколько  будет $2+2$? "))
    assert banks.save_item(AUTHOR, "МАТ", SUM, item_code="0001", version=1).version == 1  # nothing changed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"topic": "т" * 201}, "topic"),
        ({"points": "0"}, "points"),
        ({"points": "1,005"}, "points"),
        ({"points": "101"}, "points"),
        ({"points": "много"}, "points"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "цена 5 $"}, "prompt"),
        ({"prompt": "$\\nonsense{x}$"}, "prompt"),
        ({"prompt": "![кот](cat.png)"}, "prompt"),
        ({"prompt": "![](file:12)"}, "prompt"),
        ({"prompt": "![кот](file:12)"}, "prompt"),
        ({"value": "четыре"}, "value"),
        ({"value": ""}, "value"),
        ({"tolerance": "-1"}, "tolerance"),
        ({"scoring": "partial"}, "scoring"),
        ({"code": "a b"}, "code"),
        ({"kind": "essay"}, "kind"),
        ({"kind": SINGLE, "choices": ["а"], "correct": [1]}, "choices"),
        ({"kind": SINGLE, "choices": ["а", "б"]}, "correct"),
        ({"kind": SINGLE, "choices": ["а", "б"], "correct": [1, 2]}, "correct"),
        ({"kind": SINGLE, "choices": ["а", "", "б"], "correct": [1]}, "choice.2"),
        ({"kind": SINGLE, "choices": ["а", "а"], "correct": [1]}, "choice.2"),
        ({"kind": SINGLE, "choices": ["а", "б"], "correct": [3]}, "correct"),
        ({"kind": SINGLE, "choices": [str(n) for n in range(21)], "correct": [3]}, "choices"),
        ({"kind": TEXT}, "choices"),
        ({"kind": TEXT, "choices": ["Ёж", "еж"]}, "choice.2"),
        ({"kind": TEXT, "choices": ["$x$"]}, "choice.1"),
        ({"kind": "matching", "choices": ["а", "б"], "pairs": ["1", ""]}, "pair.2"),
        ({"kind": "matching", "choices": ["а", "а"], "pairs": ["1", "2"]}, "choice.2"),
        ({"kind": "ordering", "choices": ["а", "а"]}, "choice.2"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_kept(
    bank: ItemBank, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        banks.save_item(AUTHOR, "МАТ", replace(SUM, **change))  # type: ignore[arg-type]
    assert field in refusal.value.errors
    assert queries.topics(bank.key) == []


def test_banks_are_for_the_staff_of_their_institute(bank: ItemBank) -> None:
    banks.save_item(AUTHOR, "МАТ", SUM)
    assert queries.bank(READER, "МАТ") is bank
    for actor, refusal in ((READER, Forbidden), (TEACHER, NotFound), (ELSEWHERE, NotFound)):
        with pytest.raises(refusal):
            banks.save_item(actor, "МАТ", replace(SUM, value="5"), item_code="0001")
    for stranger in (TEACHER, ELSEWHERE):
        with pytest.raises(NotFound):
            queries.bank(stranger, "МАТ")
    with pytest.raises(Forbidden):
        banks.create_bank(TEACHER, "Х-1", "химия", "Химия")
    with pytest.raises(NotFound):
        queries.banks(TEACHER)


def test_codes_of_banks_are_unique_and_plain(bank: ItemBank) -> None:
    for code in ("МАТ", "new", "a b", "", "a/b"):
        with pytest.raises(Invalid) as refusal:
            banks.create_bank(AUTHOR, code, "физика", "Физика")
        assert list(refusal.value.errors) == ["code"]


def _three(bank: ItemBank) -> None:
    for value in "345":
        banks.save_item(AUTHOR, "МАТ", replace(SUM, prompt=f"Число {value}", value=value))


def test_a_test_wants_no_more_than_the_bank_holds(bank: ItemBank) -> None:
    _three(bank)
    with pytest.raises(Invalid) as refusal:
        specifications.save_specification(AUTHOR, "МАТ", SpecificationDraft("Т-1", "Тест", [Quota("Числа", 4)], 60))
    assert list(refusal.value.errors) == ["quota.Числа"]
    made = specifications.save_specification(AUTHOR, "МАТ", SpecificationDraft("Т-1", "Тест", [Quota("Числа", 2)], 60))
    assert made.quotas == [{"topic": "Числа", "count": 2}]
    assert specifications.scarce_topics(bank, [Quota("Числа", 2)]) == ["Числа"]
    assert specifications.scarce_topics(bank, [Quota("Числа", 1)]) == []
    for draft, field in (
        (SpecificationDraft("Т-1", "Тест", [Quota("Числа", 1)], None), "code"),
        (SpecificationDraft("Т-2", "", [Quota("Числа", 1)], None), "title"),
        (SpecificationDraft("Т-2", "Тест", [Quota("Числа", 1)], 601), "time_limit_min"),
        (SpecificationDraft("Т-2", "Тест", [], None), "quotas"),
        (SpecificationDraft("Т-2", "Тест", [Quota("Числа", 1), Quota("Числа", 1)], None), "quotas"),
        (SpecificationDraft("Т-2", "Тест", [Quota("Химия", 1)], None), "quota.Химия"),
    ):
        with pytest.raises(Invalid) as refused:
            specifications.save_specification(AUTHOR, "МАТ", draft)
        assert field in refused.value.errors


def test_a_test_is_changed_by_one_person_at_a_time(bank: ItemBank) -> None:
    _three(bank)
    draft = SpecificationDraft("Т-1", "Тест", [Quota("Числа", 1)], None)
    specifications.save_specification(AUTHOR, "МАТ", draft)
    changed = replace(draft, title="Другой", active=False)
    assert specifications.save_specification(AUTHOR, "МАТ", changed, code="Т-1", version=1).title == "Другой"
    with pytest.raises(Conflict):
        specifications.save_specification(AUTHOR, "МАТ", draft, code="Т-1", version=1)


def test_search_finds_words_codes_topics_and_kinds(bank: ItemBank, work: Session) -> None:
    _three(bank)
    banks.save_item(AUTHOR, "МАТ", Draft("Дроби", TEXT, "1", "Доля 50%_", "ДР-1", choices=["половина"]))

    def found(**filters: str) -> list[str]:
        return [item.code for item in work.scalars(queries.item_select(bank.key, **filters))]

    assert found(search="ЧИСЛО 4") == ["0002"]
    assert found(search="др-") == ["ДР-1"]
    assert found(search="50%_") == ["ДР-1"]
    assert found(search="%") == ["ДР-1"]
    assert found(topic="Числа") == ["0001", "0002", "0003"]
    assert found(kind=TEXT) == ["ДР-1"]
    assert found(state="retired") == []


def test_changes_are_recorded(bank: ItemBank, work: Session) -> None:
    banks.save_item(AUTHOR, "МАТ", SUM)
    banks.save_item(AUTHOR, "МАТ", replace(SUM, value="5"), item_code="0001")
    events = work.scalars(records.events(AUDITOR, subject_kind="item", subject_key="МАТ/0001"))
    assert sorted((event.verb, event.actor) for event in events) == [
        ("change", "iro_methodist"), ("create", "iro_methodist"),
    ]  # fmt: skip
