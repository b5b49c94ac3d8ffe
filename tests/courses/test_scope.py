"""Who sees what of a course (roles.md §3), for every query and every role."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from app.courses import policies, sources
from app.courses.models import Course, Listener
from app.courses.operations import programmes
from app.courses.queries import attestation, catalogue, groups, listeners, registers
from app.documents import queries as documents
from app.kernel.db import db
from app.kernel.errors import NotFound
from tests.courses.factories import LEADER, apply, make_programme
from tests.courses.story import tell_story
from tests.courses.world import PEOPLE, actor, make_world


class Sees(NamedTuple):
    """What one person sees of the story."""

    rows: str = ""
    """Listeners in the table: t = teacher (school lebedyan-1), 2 = teacher2 (gryazi-1)."""
    scores: str = ""
    """… whose percentages are shown."""
    levels: str = ""
    base: bool = False
    certificates: str = ""
    counts: str = ""
    """Municipalities whose counts are shown: l, g."""
    sheets: bool = False
    groups: bool = False
    recommendations: bool = False
    orders: bool = False


ALL = Sees("t2", "t2", "t2", True, "t", "gl", True, True, True, True)
MATRIX = {
    "leader": ALL,
    "auditor": ALL,
    "leader2": Sees(),
    "chair": Sees(sheets=True, recommendations=True, orders=True),
    "member": Sees(sheets=True, recommendations=True, orders=True),
    "methodist": Sees(rows="2", scores="2", levels="2"),
    "methodist2": Sees(),
    "iro_head": Sees(certificates="t", orders=True),
    "iro_coordinator": Sees(certificates="t", orders=True),
    "region_coordinator": Sees(base=True, counts="gl", recommendations=True, orders=True),
    "cmoko_attestation": Sees(base=True, recommendations=True),
    "cmoko_analyst": Sees(),
    "mouo_head": Sees(counts="l"),
    "mouo_head2": Sees(counts="g"),
    "mms_methodist": Sees(counts="l"),
    "school_head": Sees(rows="t", levels="t", certificates="t"),
    "school_head2": Sees(rows="2", levels="2"),
    "deputy_head": Sees(rows="t", levels="t", certificates="t"),
    "teacher": Sees(rows="t", scores="t", levels="t", base=True, certificates="t", recommendations=True, orders=True),
    "teacher2": Sees(rows="2", scores="2", levels="2"),
    "teacher3": Sees(),
    "designer": Sees(),
    "juror": Sees(),
}
SHORT = {"teacher": "t", "teacher2": "2", "lebedyan": "l", "gryazi": "g"}


@pytest.fixture
def course(work: Session) -> Course:
    """The story; the methodist accompanies teacher2."""
    make_world()
    course = tell_story()
    second = db.session.query(Listener).filter_by(teacher="teacher2").one()
    second.tutor = "methodist"
    db.session.flush()
    return course


def _short(names: list[str | None]) -> str:
    return "".join(sorted((SHORT[str(name)] for name in names), key="t2gl".index))


def _seen(login: str, code: str) -> Sees:
    reader = actor(login)
    row, sight = catalogue.sight_of(reader, code)
    found = db.session.scalars(listeners.listener_select(reader, row.course)).unique()
    rows = listeners.listener_rows(reader, found, sight)
    try:
        grouped = bool(groups.group_table(reader, code).rows)
    except NotFound:
        grouped = False
    certificates = db.session.scalars(registers.certificate_select(reader)).unique().all()
    return Sees(
        rows=_short([item.teacher for item in rows]),
        scores=_short([item.teacher for item in rows if item.entry.pct and item.method]),
        levels=_short([item.teacher for item in rows if item.level]),
        base=bool(db.session.scalars(registers.base_select(reader)).unique().all()),
        certificates=_short([item.listener.teacher for item in certificates]),
        counts=_short([item.municipality for item in listeners.counts_of(reader, code)]),
        sheets=bool(attestation.sessions_of(reader, code)),
        groups=grouped,
        recommendations=bool(attestation.recommendations_of(reader, code)),
        orders=bool(registers.orders_of(reader, code)),
    )


def test_everybody_of_the_small_region_is_in_the_matrix() -> None:
    assert {login for login, _, _ in PEOPLE} == set(MATRIX)


@pytest.mark.parametrize("login", MATRIX)
def test_what_a_person_sees_of_a_course(course: Course, login: str) -> None:
    assert _seen(login, course.code) == MATRIX[login]


def test_hidden_values_are_not_in_the_row_at_all(course: Course) -> None:
    row = listeners.listener(actor("school_head"), course.code, "teacher")
    assert (row.entry.pct, row.entry.points, row.method, row.group, row.attestation_result, row.admission) == (
        "",
        "",
        "",
        None,
        None,
        None,
    )
    assert listeners.attempts(actor("school_head"), course.code, "teacher") == []


@pytest.mark.parametrize("login", ["school_head2", "teacher2", "leader2", "mouo_head", "cmoko_attestation", "chair"])
def test_a_foreign_listener_answers_like_an_unknown_one(course: Course, login: str) -> None:
    for teacher in ("teacher", "nobody"):
        with pytest.raises(NotFound):
            listeners.listener(actor(login), course.code, teacher)
        with pytest.raises(NotFound):
            listeners.attempts(actor(login), course.code, teacher)


@pytest.mark.parametrize("login", ["teacher", "school_head", "mouo_head", "cmoko_analyst", "iro_coordinator"])
def test_sheets_groups_and_imports_answer_404(course: Course, login: str) -> None:
    with pytest.raises(NotFound):
        attestation.sheet(actor(login), course.code, "основная")
    with pytest.raises(NotFound):
        groups.group_table(actor(login), course.code)
    with pytest.raises(NotFound):
        registers.imports_of(actor(login), course.code)


def test_a_listener_sees_the_own_row_of_the_sheet(course: Course) -> None:
    own = attestation.own_rows(actor("teacher"), course.code)
    assert [(row.result, row.number) for row in own] == [("успешно", f"{course.code}/1")]
    assert attestation.own_rows(actor("teacher2"), course.code) == []
    assert [row.course_code for row in listeners.own_listenings(actor("teacher"))] == [course.code]


@pytest.mark.parametrize(
    ("login", "seen"),
    [("mouo_head", [("lebedyan", 1)]), ("mouo_head2", []), ("region_coordinator", [("lebedyan", 1)]), ("teacher", [])],
)
def test_certificates_are_counted_by_municipality(course: Course, login: str, seen: list[tuple[str, int]]) -> None:
    assert [(row.municipality, row.count) for row in registers.certificate_counts(actor(login))] == seen


OPENS_BASE = {
    "teacher",
    "teacher2",
    "teacher3",
    "leader",
    "leader2",
    "cmoko_attestation",
    "region_coordinator",
    "auditor",
}


@pytest.mark.parametrize("login", MATRIX)
def test_rmp_04_who_may_open_the_attestation_base(course: Course, login: str) -> None:
    assert policies.may_open_base(actor(login)) is (login in OPENS_BASE)


def test_drafts_of_programmes_are_for_who_writes_them(course: Course) -> None:
    draft = {"title": "Новая", "hours": 16, "form": "очная"}
    programmes.draft_programme(LEADER, "НОВ", draft)
    assert catalogue.programme(actor("leader"), "НОВ").status == "draft"
    assert catalogue.programme(actor("iro_coordinator"), "НОВ").status == "draft"
    for login in ("teacher", "leader2", "cmoko_attestation"):
        with pytest.raises(NotFound):
            catalogue.programme(actor(login), "НОВ")
        found = db.session.scalars(catalogue.programme_select(actor(login), status="")).all()
        assert "НОВ" not in {item.code for item in found}


def test_lists_are_searched_and_filtered(course: Course) -> None:
    reader = actor("teacher")
    other = make_programme("ЛИТ", title="Литература 100 % сложная", subject="литература")
    found = db.session.scalars(catalogue.programme_select(reader, search="100 %")).all()
    assert [item.code for item in found] == ["ЛИТ"]
    assert db.session.scalars(catalogue.programme_select(reader, search="100_")).all() == []
    assert db.session.scalars(catalogue.programme_select(reader, subject="литература")).all() == [other]
    assert catalogue.subjects(reader) == ["литература", "математика"]
    mine = db.session.scalars(catalogue.course_select(reader, mine=True)).unique().all()
    assert [item.code for item in mine] == [course.code]
    assert db.session.scalars(catalogue.course_select(actor("teacher3"), mine=True)).unique().all() == []
    assert catalogue.course(actor("leader"), course.code).mine == {"leader"}
    assert catalogue.course(actor("chair"), course.code).mine == {"commission"}


def test_pickers_offer_what_may_be_chosen(course: Course) -> None:
    from tests.courses.factories import make_course

    opened = make_course()
    reader = actor("teacher")
    wanted = {"enrolment": "open"}
    assert [code for code, _ in sources.courses_for(reader, "", wanted)] == [opened.code]
    assert sources.course_holds(reader, opened.code, wanted)
    assert not sources.course_holds(reader, course.code, wanted)
    assert not sources.course_holds(reader, opened.code, wanted | {"except": [opened.code]})
    assert sources.courses_for(reader, "нет такого", wanted) == []
    assert "заявки до 10.04.2026" in str(sources.course_label(opened.code))
    assert sources.course_label("нет") is None
    leader = actor("leader")
    assert {login for login, _ in sources.listeners_for(leader, "", {"course": course.code})} == {"teacher", "teacher2"}
    assert sources.listener_holds(leader, "teacher", {"course": course.code})
    assert not sources.listener_holds(actor("school_head2"), "teacher", {"course": course.code})
    programme = make_programme("Ю")
    assert sources.programme_holds(reader, "Ю", {})
    assert "72 ч" in str(sources.programme_label(programme.code))


@pytest.mark.parametrize(
    ("login", "kinds"),
    [
        ("leader", {"certificate"}),
        ("leader2", set()),
        ("teacher", {"certificate"}),
        ("teacher2", set()),
        ("school_head", set()),
        ("iro_head", {"certificate"}),
        ("auditor", {"certificate"}),
        ("cmoko_attestation", set()),
    ],
)
def test_frozen_documents_follow_the_same_scope(course: Course, login: str, kinds: set[str]) -> None:
    found = db.session.scalars(documents.documents(actor(login))).all()
    assert {item.kind for item in found} == kinds


def test_municipal_methodists_see_their_own_applications(course: Course) -> None:
    from tests.courses.factories import make_course

    opened = make_course()
    apply(opened, "teacher3", "lebedyan-2", applied_by="mms_methodist")
    row, sight = catalogue.sight_of(actor("mms_methodist"), opened.code)
    found = db.session.scalars(listeners.listener_select(actor("mms_methodist"), row.course)).unique()
    assert [item.teacher for item in listeners.listener_rows(actor("mms_methodist"), found, sight)] == ["teacher3"]
