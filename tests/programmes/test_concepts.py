"""Concept documents: clauses, changes, versions, who sees and keeps them, two at once."""

from __future__ import annotations

import pytest

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.queries import actor_for
from app.programmes.models.concepts import APPROVED, CANCELLED
from app.programmes.operations import concepts as operations
from app.programmes.operations.changing import reword
from app.programmes.operations.roadmaps import locked_roadmap
from app.programmes.queries import concepts as queries
from app.programmes.queries.measures import measures_of
from app.programmes.rules import concepts as rules
from tests.processes import instances

from . import scenes

ORDER = {"number": "5", "date": "2026-04-10", "document_id": "1"}
CLAUSES = [{"point": "1", "text": "Общее"}, {"point": "2", "text": "Сроки"}, {"point": "10", "text": "Итоги"}]


def test_a_changed_text_keeps_the_order_of_its_numbers() -> None:
    changes = [
        {"point": "2", "after": "Новые сроки"},
        {"point": "9.1", "after": "Добавлено"},
        {"point": "1", "exclude": True},
    ]
    assert rules.faults(CLAUSES, changes) == []
    assert [(row["point"], row["text"]) for row in rules.changed(CLAUSES, changes)] == [
        ("2", "Новые сроки"),
        ("9.1", "Добавлено"),
        ("10", "Итоги"),
    ]
    assert rules.current(CLAUSES, changes[0]) == "Сроки"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"point": "2", "after": "Сроки"}],
        [{"point": "7", "exclude": True}],
        [{"point": "2", "after": "Раз"}, {"point": "2", "after": "Два"}],
    ],
)
def test_what_changes_nothing_or_something_twice_is_refused(changes: list[dict[str, object]]) -> None:
    assert rules.faults(CLAUSES, changes)


def test_a_part_of_a_row_is_not_excluded() -> None:
    row = [{"point": "1.1", "part": part, "text": part} for part in rules.PARTS]
    assert rules.faults(row, [{"point": "1.1", "part": "документ", "exclude": True}])
    assert rules.faults(row, [{"point": "1.1", "part": rules.TITLE, "exclude": True}]) == []


def test_a_text_is_read_by_clauses() -> None:
    assert rules.read_clauses("Преамбула\n1. Общее\n1.1 Школы\nвыявляют") == [
        {"point": "0", "text": "Преамбула"},
        {"point": "1", "text": "Общее"},
        {"point": "1.1", "text": "Школы выявляют"},
    ]
    assert rules.read_clauses("3. Диагностика\n2 раза в год\n3.1 Итоги") == [
        {"point": "3", "text": "Диагностика 2 раза в год"},
        {"point": "3.1", "text": "Итоги"},
    ]
    assert rules.twice(rules.read_clauses("1. Раз\n1. Два")) == ["1"]


@pytest.mark.usefixtures("region")
class TestDocuments:
    """On the demo region."""

    def test_the_old_version_stays_as_it_was(self) -> None:
        found = operations.locked_document(str(scenes.statute()["statute"]).removeprefix("doc:"))
        changes = [{"point": "2.1", "after": "Школы выявляют дважды в год", "basis": "Анализ"}]
        new = operations.publish_changes(PLATFORM, found, changes, ORDER)
        assert (new.version, new.order_number) == (2, "5")
        assert new.changes[0]["before"] == "Школы выявляют один раз в год"
        assert queries.concept_version(found, 1).clauses[1]["text"] == "Школы выявляют один раз в год"
        assert queries.clauses_of(found)[1]["text"] == "Школы выявляют дважды в год"
        with pytest.raises(Invalid):
            operations.publish_changes(PLATFORM, found, changes, ORDER)
        assert found.version == 2

    def test_a_district_keeps_its_own_documents_only(self) -> None:
        keeper = actor_for("municipal_coordinator")
        draft = operations.register_document(keeper, "lebedyan", rules.OTHER, "Модель", "1. Уровни")
        for login in ("school_head", "municipal_coordinator2"):
            with pytest.raises(NotFound):
                queries.concept_document(actor_for(login), draft.code)
        assert queries.concept_document(actor_for("region_coordinator"), draft.code) is draft
        assert queries.concept_document(keeper, draft.code) is draft
        for place in ("gryazi", "region", "lebedyan-1"):
            with pytest.raises(Forbidden):
                operations.register_document(keeper, place, rules.OTHER, "Модель", "1. Уровни")
        adopted = operations.adopt_document(PLATFORM, draft.code, "lebedyan", ORDER)
        assert adopted is not None
        assert queries.concept_document(actor_for("school_head"), draft.code) is draft
        with pytest.raises(NotFound):
            queries.concept_document(actor_for("municipal_coordinator2"), draft.code)

    def test_a_protocol_approves_a_draft_of_its_own_place_and_once(self) -> None:
        keeper = actor_for("municipal_coordinator")
        draft = operations.register_document(keeper, "lebedyan", rules.OTHER, "Модель", "1. Уровни")
        assert operations.adopt_document(PLATFORM, draft.code, "gryazi", ORDER) is None
        assert operations.adopt_document(PLATFORM, draft.code, "lebedyan", ORDER) is not None
        assert operations.adopt_document(PLATFORM, draft.code, "lebedyan", ORDER | {"number": "2"}) is None
        assert queries.concept_version(draft, 1).order_number == "5"

    def test_a_document_without_what_it_needs_names_every_field(self) -> None:
        keeper = actor_for("region_coordinator")
        with pytest.raises(Invalid) as refused:
            operations.register_document(keeper, "region", rules.ROADMAP, " ", "", {"number": ""})
        assert set(refused.value.errors) == {"kind", "title", "text", "order_number"}

    def test_one_correction_at_a_time_until_it_ends_or_is_cancelled(self) -> None:
        found = operations.locked_document(str(scenes.statute()["statute"]).removeprefix("doc:"))
        first = instances.begun()
        operations.take_document(found, first)
        operations.take_document(found, first)
        with pytest.raises(Conflict):
            operations.take_document(found, instances.begun())
        instances.cancel(first)
        second = instances.begun()
        operations.take_document(found, second)
        operations.release_documents(second)
        assert found.instance_key is None

    def test_a_new_document_that_no_order_approved_goes_a_draft_stays(self) -> None:
        key = instances.begun()
        new = operations.new_document("region", rules.OTHER, "Новое")
        draft = operations.register_document(actor_for("region_coordinator"), "region", rules.OTHER, "Есть", "1. Да")
        for found in (new, draft):
            operations.take_document(found, key)
        operations.release_documents(key)
        titles = [row.title for row in db.session.scalars(queries.concept_documents(PLATFORM))]
        assert titles == ["Есть"]

    def test_a_proposal_is_taken_up_by_one_review_unless_that_was_cancelled(self) -> None:
        scenes.analysis("lebedyan", [{"document": rules.STATUTE, "change": "Дважды в год"}])
        first, second = instances.begun(), instances.begun()
        assert len(operations.open_review("region", 2026, first, []).corrections) == 1
        assert operations.open_review("region", 2026, second, []).corrections == []
        operations.close_review(first, CANCELLED, "Отложено")
        instances.cancel(first)
        third = instances.begun()
        assert len(operations.open_review("region", 2026, third, []).corrections) == 1
        operations.close_review(third, APPROVED, "")
        assert operations.open_review("region", 2027, instances.begun(), []).corrections == []

    def test_an_order_rewords_measures_under_way_and_leaves_finished_ones(self) -> None:
        scenes.draft(approve=True, measures=[{"result": "Есть"}, {"result": "Есть"}, {"result": "Есть"}])
        roadmap = locked_roadmap(scenes.programme())
        running, done, dropped = measures_of(roadmap.key)
        running.state, done.state = "running", "done"
        changes = [
            {"point": "1.1", "part": "результат", "after": "Отчёт", "basis": "Анализ"},
            {"point": "1.2", "part": "мероприятие", "after": "Иначе", "basis": "Анализ"},
            {"point": "1.3", "part": "мероприятие", "exclude": True, "basis": "Анализ"},
            {"point": "9.9", "part": "мероприятие", "after": "Новое", "basis": "Анализ"},
        ]
        assert reword(PLATFORM, roadmap, changes, ORDER) == ["1.2"]
        assert (running.result, done.title, dropped.state) == ("Отчёт", "Провести семинар", "cancelled")

    def test_other_executors_do_the_measure_that_names_them(self) -> None:
        scenes.draft(approve=True, measures=[{}, {}])
        roadmap = locked_roadmap(scenes.programme())
        named = ("УОиН, ИРО", "Музей")
        changes = [{"point": f"1.{n}", "part": "исполнители", "after": who} for n, who in enumerate(named, 1)]
        reword(PLATFORM, roadmap, changes, ORDER)
        found = [(row.executors, row.executor_codes, row.lead, row.co) for row in measures_of(roadmap.key)]
        assert found == [
            ("УОиН, ИРО", ["region_authority", "iro"], "region_coordinator", ["iro_coordinator"]),
            ("Музей", ["region_coordinator"], "region_coordinator", []),
        ]
